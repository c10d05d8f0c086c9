"""Formasaurus: 954 real pages of 2014 to 2016, form and field types annotated beside the markup.

Truth per page: ``forms``, one entry per form element as lxml sees it, each
``{"type", "names", "fields", "codes"}``: the form's code, the names of its named non-hidden controls in document order
(one per name), name → field code for those that are annotated, and the same before merging. Codes are upstream's
(``config.json``), merged by its ``simplify_map``; ``X``, ``XX`` and ``-`` mean "not annotated" or "skip".
"""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import lxml.html

from hodoscope.errors import InputError
from hodoscope.forms.page import Page
from hodoscope.forms.site import registrable_domain

NAME: Final = "formasaurus"
UNANNOTATED: Final = frozenset({"X", "XX", "-", "--"})


def archive(data: Path) -> Path:
    """The corpus below a data folder."""
    return data / "forms" / "formasaurus" / "pages.zip"


def pages(data: Path) -> Iterator[Page]:
    """All annotated pages in the archive's order. Raises ``InputError`` when the archive is absent or damaged."""
    path = archive(data)
    try:
        with zipfile.ZipFile(path) as packed:
            index = json.loads(packed.read("index.json"))
            merged = json.loads(packed.read("config.json"))
            for name, entry in index.items():
                yield _page(name, entry, packed.read(name), merged)
    except (OSError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise InputError(f"{path}: the Formasaurus corpus cannot be read ({error!r})") from error


def _page(name: str, entry: dict[str, Any], content: bytes, config: dict[str, Any]) -> Page:
    forms = []
    elements = lxml.html.document_fromstring(content, parser=lxml.html.HTMLParser(encoding="utf-8")).xpath("//form")
    form_codes, field_codes = (config[part]["simplify_map"] for part in ("form_types", "field_types"))
    for number, (code, fields) in enumerate(zip(entry["forms"], entry["visible_html_fields"], strict=True)):
        names = _names(elements[number]) if number < len(elements) else []
        forms.append(
            {
                "type": form_codes.get(code, code),
                "names": names or list(fields),
                "fields": {key: field_codes.get(value, value) for key, value in fields.items()},
                "codes": fields,
            }
        )
    site = registrable_domain(urlsplit(entry["url"]).hostname or name)
    return Page(NAME, name, site, content.decode("utf-8", "replace"), truth={"url": entry["url"], "forms": forms})


def _names(form: Any) -> list[str]:
    found: dict[str, None] = {}
    for control in form.xpath(".//input | .//select | .//textarea | .//button"):
        if control.get("name") and (control.get("type") or "").lower() != "hidden":
            found[control.get("name")] = None
    return list(found)
