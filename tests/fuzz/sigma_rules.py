"""Any bytes as a Sigma rule file: nothing raises, every refusal says where and what to do, the cache keeps it all."""

from hodoscope.soc.sigma.load.compile import compile_packs
from hodoscope.soc.sigma.load.pack import Pack
from hodoscope.soc.sigma.load.stored import from_bytes, to_bytes

RICH = rb"""title: Rich
id: 929a690e-bef0-4204-a928-ef5e620d6fcc
name: rich
status: test
date: 2024-01-31
tags: [attack.t1059.001, cve.2024.1]
logsource: {product: windows, category: process_creation}
detection:
    selection_img:
        - Image|endswith: ['\cmd.exe', '/sh?']
        - OriginalFileName: Cmd.Exe
    selection_cli:
        CommandLine|contains|all: [' -a*b', "\xc3\xa9\u00e9"]
        CommandLine|windash|contains: ' -enc -x'
        CommandLine|base64offset|wide|contains: foo
        User|re|i: '^adm(in)?_\d{1,3}$'
    filter:
        ProcessId|gte: 4
        SourceIp|cidr: [10.0.0.0/8, 'fe80::/10']
        ParentImage|fieldref: Image
        A|exists: false
        B: [null, '', true, 1.5]
        C|neq: x
        D|hour|gte: 22
    keywords: [one, 'two*']
    condition: (1 of selection_* or keywords) and not all of filter*
level: high
"""
CORRELATION = b"""title: Many
correlation:
    type: value_count
    rules: [rich]
    group-by: [User]
    timespan: 5m
    condition: {gte: 3, lt: 100, field: [Image, Host]}
"""
EXPRESSION = b"""title: Then
correlation: {type: temporal_ordered, rules: [rich], timespan: 1h, condition: not (rich)}
---
title: Left out
logsource: {product: windows}
filter: {rules: [rich], admins: {User|startswith: adm_}, condition: not admins}
"""
SEEDS = [RICH, RICH + b"---\n" + CORRELATION, RICH + b"---\n" + EXPRESSION]


def rule_file(data: bytes) -> None:
    """The target."""
    rules = compile_packs([Pack("fuzz", (("rules.yml", data),))])
    for refused in rules.unsupported:
        assert refused.reason
        assert refused.remedy
        assert 1 <= refused.line <= data.count(b"\n") + data.count(b"\r") + 3, refused
    assert from_bytes(to_bytes(rules)) == rules
