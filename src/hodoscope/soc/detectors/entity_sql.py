"""SQL that names an event's machine or person as the detectors do: Python's entity rules, said to the engine.

What one would get wrong: Python's ``lower`` folds all of Unicode, the engine's ``lower`` ASCII only, so names go
through ``lowerUTF8``. The laws run every finding's WHERE and compare the count, which holds both sides together.
"""

from hodoscope.soc.detectors.evidence import INTERNAL_NAME, sql_text


def lowered(kind: str, column: str) -> str:
    """``kind:value`` in lower case; for a column known not to be empty."""
    return f"concat('{kind}:', lowerUTF8({column}))"


def short(entity: str) -> str:
    """The entity, a host without its internal suffix: :func:`.evidence.host_name` once, around the whole choice."""
    return f"replaceRegexpOne({entity}, {sql_text(f'^(host:){INTERNAL_NAME}$')}, '\\\\1\\\\2')"


def user_of(domain: str, name: str) -> str:
    """:func:`.evidence.user_entity` of two columns, for a name known not to be empty."""
    return f"concat('user:', lowerUTF8(if({domain} != '', concat({domain}, '\\\\', {name}), {name})))"


def matched_entity(indicator: str) -> str:
    """The entity that :mod:`.indicators` blames for an event with this indicator, as an SQL expression."""
    kind, _, value = indicator.partition(":")
    address = "src_endpoint_ip"
    if kind == "ip":
        address = f"if(src_endpoint_ip = {sql_text(value)}, dst_endpoint_ip, src_endpoint_ip)"
    built = short(
        f"multiIf(device_hostname != '', {lowered('host', 'device_hostname')}, "
        f"({address}) != '', {lowered('ip', f'({address})')}, "
        f"actor_user_name != '', {user_of('actor_user_domain', 'actor_user_name')}, '')"
    )
    kind_of = "extract(b, '^[a-z]+:')"
    alike = f"arrayDistinct(arrayFilter(e -> startsWith(e, {kind_of}), entity_ids))"
    own = f"arrayMap(b -> if(b != '' AND length({alike}) = 1, {alike}[1], b), [{built}])"
    other = f"if(dst_endpoint_ip != '', {lowered('ip', 'dst_endpoint_ip')}, '')"
    candidates = f"arrayConcat({own}, entity_ids, [{other}, 'host:unknown'])"
    return f"arrayFilter(e -> e NOT IN ('', {sql_text(indicator)}), {candidates})[1]"
