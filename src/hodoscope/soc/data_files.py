"""Where the shipped data files (mappings) are, and the one place that reads YAML."""

from pathlib import Path

import yaml  # noqa: TID251 -- this is the one file that reads YAML

from hodoscope.errors import MappingError

PACKAGED = Path(__file__).resolve().parent.parent / "_data"
CHECKOUT = Path(__file__).resolve().parents[3]


def data_dir(name: str) -> Path:
    """Folder ``name`` (such as ``mappings``) inside the installed package, or in the checkout when run from one."""
    for root in (PACKAGED, CHECKOUT):
        if (root / name).is_dir():
            return root / name
    raise MappingError(f"the data folder {name!r} is missing from the installation; reinstall hodoscope")


def read_yaml(path: Path) -> object:
    """The document in a YAML file (safe subset: no object is ever constructed)."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise MappingError(f"{path}: cannot be read ({error}); check that it exists and is UTF-8 text") from error
    try:
        return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 -- both are safe loaders
    except yaml.YAMLError as error:
        raise MappingError(f"{path}: not valid YAML: {error}") from error
