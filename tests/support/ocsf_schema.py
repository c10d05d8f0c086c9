"""The OCSF schema resolved from its released source files: classes, objects and types with everything inherited.

``extends``, ``$include`` and extension patches (an extension object without a name extends the object it names) are
applied once at load; extensions number their classes from ``extension uid * 100000``. An attribute that a profile
brings carries that profile's name; a class that sets ``"profile": null`` has it always. Attribute definitions are
merged over the dictionary entry, so an enum in a class adds to the dictionary's.
"""

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute as a class or object uses it; ``enum`` maps allowed values (as text) to captions."""

    name: str
    type: str
    is_array: bool
    required: bool
    profile: str | None
    enum: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Shape:
    """A class or an object; ``uid`` is None for objects and abstract classes."""

    name: str
    uid: int | None
    category_uid: int
    attributes: Mapping[str, Attribute]
    at_least_one: tuple[str, ...]
    just_one: tuple[str, ...]


@dataclass(slots=True)
class OcsfSchema:
    """Classes by uid, objects and types by name."""

    classes: dict[int, Shape] = field(default_factory=dict)
    objects: dict[str, Shape] = field(default_factory=dict)
    types: dict[str, Json] = field(default_factory=dict)
    profiles: set[str] = field(default_factory=set)

    @classmethod
    def load(cls, archive: Path) -> "OcsfSchema":
        """Read the schema's zip archive (the upstream folder layout)."""
        with zipfile.ZipFile(archive) as opened:
            names = [
                n for n in opened.namelist() if n.endswith(".json") and not n.startswith(("metaschema", "templates"))
            ]
            return _Resolver({name: json.loads(opened.read(name)) for name in names}).resolve()

    def attribute(self, path: str) -> Attribute | None:
        """The attribute at a dotted path below any class (``[]`` after an array of objects); None when none has it."""
        head, *rest = path.split(".")
        return next((found for shape in self.classes.values() if (found := self._walk(shape, head, rest))), None)

    def _walk(self, shape: Shape, step: str, rest: list[str]) -> Attribute | None:
        found = shape.attributes.get(step.removesuffix("[]"))
        if found is None or not rest:
            return found
        nested = self.objects.get(found.type)
        if nested is None or found.is_array != step.endswith("[]"):
            return None
        return self._walk(nested, rest[0], rest[1:])


def merged(lower: Json, upper: Json) -> Json:
    """``upper`` over ``lower``, dictionaries merged key by key."""
    result = dict(lower)
    for key, value in upper.items():
        old = result.get(key)
        result[key] = merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return result


class _Resolver:
    def __init__(self, files: dict[str, Json]) -> None:
        self.files = files
        self.extension_uid = {
            n.split("/")[1]: f["uid"] for n, f in files.items() if n.count("/") == 2 and n.endswith("/extension.json")
        }
        self.dictionary: Json = {}
        self.types: dict[str, Json] = {}
        for name, content in sorted(files.items()):
            if name.endswith("dictionary.json"):
                self.dictionary |= content["attributes"]
                self.types |= content.get("types", {}).get("attributes", {})
        self.sources: dict[str, dict[str, tuple[str, Json]]] = {"events": {}, "objects": {}}
        self.patches: dict[str, dict[str, list[tuple[str, Json]]]] = {"events": {}, "objects": {}}
        for name, content in files.items():
            kind = next((k for k in self.sources if f"{k}/" in f"{name}"), None)
            if kind and "name" in content:
                self.sources[kind][content["name"]] = (name, content)
            elif kind:
                self.patches[kind].setdefault(content["extends"], []).append((name, content))
        self.expanded = cache(self._expanded)

    def resolve(self) -> OcsfSchema:
        schema = OcsfSchema(types=self.types)
        self._number_observables()
        schema.profiles = {c["name"] for n, c in self.files.items() if "profiles/" in n}
        for name in self.sources["objects"]:
            schema.objects[name] = self._shape("objects", name)
        for name, (file, content) in self.sources["events"].items():
            shape = self._shape("events", name)
            if shape.uid is not None and ("uid" in content or file == "events/base_event.json"):
                schema.classes[shape.uid] = shape
        return schema

    def _number_observables(self) -> None:
        """Give ``observable.type_id`` the values that attributes, types and objects define by their ``observable``."""
        numbered: dict[str, Json] = {}
        shapes = [content for sources in self.sources.values() for _, content in sources.values()]
        patches = [patch for kinds in self.patches.values() for found in kinds.values() for _, patch in found]
        for holder in (self.dictionary, self.types, *(shape.get("attributes", {}) for shape in (*shapes, *patches))):
            named = ((entry.get("caption", name), entry) for name, entry in holder.items() if isinstance(entry, dict))
            numbered |= {str(entry["observable"]): {"caption": text} for text, entry in named if "observable" in entry}
        whole = (shape for shape in shapes if "observable" in shape)
        numbered |= {str(shape["observable"]): {"caption": shape["caption"]} for shape in whole}
        attribute = self.sources["objects"]["observable"][1]["attributes"]["type_id"]
        attribute["enum"] = numbered | attribute["enum"]

    def _expanded(self, kind: str, name: str) -> Json:
        """One definition with what it inherits, includes and is patched with."""
        file, content = self.sources[kind][name]
        parent: Json = self.expanded(kind, content["extends"]) if "extends" in content else {}
        parent = {key: value for key, value in parent.items() if key not in ("uid", "constraints")}
        result = merged(parent, self._included(file, content))
        for patch_file, patch in self.patches[kind].get(name, []):
            result = merged(result, {k: v for k, v in self._included(patch_file, patch).items() if k != "extends"})
        return result

    def _included(self, file: str, content: Json) -> Json:
        attributes = dict(content.get("attributes", {}))
        folder = "/".join(file.split("/")[:2]) + "/" if file.startswith("extensions/") else ""
        brought: Json = {}
        for include in attributes.pop("$include", []):
            profile = self.files.get(folder + include) or self.files[include]
            for name, attribute in profile["attributes"].items():
                brought[name] = {**profile.get("annotations", {}), **attribute, "profile": profile["name"]}
        return {**content, "attributes": merged(brought, attributes)}

    def _shape(self, kind: str, name: str) -> Shape:
        content = self.expanded(kind, name)
        file = self.sources[kind][name][0]
        category = self.files["categories.json"]["attributes"].get(content.get("category"), {}).get("uid", 0)
        uid = None
        if kind == "events":
            extension = self.extension_uid[file.split("/")[1]] if file.startswith("extensions/") else 0
            uid = extension * 100_000 + category * 1000 + content.get("uid", 0)
        attributes: dict[str, Attribute] = {}
        for key, given in content["attributes"].items():
            full = merged(self.dictionary.get(key, {}), given)
            captions = {value: entry["caption"] for value, entry in full.get("enum", {}).items()}
            if uid is not None and key in ("class_uid", "category_uid"):  # inherited enums hold the parent's own uid
                captions = {str(uid if key == "class_uid" else category): name}
            attributes[key] = Attribute(
                key,
                full["type"],
                bool(full.get("is_array")),
                full.get("requirement") == "required",
                full.get("profile"),
                captions,
            )
            if full["type"] == "timestamp_t":  # the datetime profile gives every timestamp a text twin
                attributes.setdefault(
                    f"{key}_dt", Attribute(f"{key}_dt", "datetime_t", attributes[key].is_array, False, "datetime", {})
                )
        constraints = content.get("constraints", {})
        return Shape(
            name,
            uid,
            category,
            attributes,
            tuple(constraints.get("at_least_one", ())),
            tuple(constraints.get("just_one", ())),
        )
