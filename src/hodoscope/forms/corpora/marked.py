"""Corpora whose labels stand in the markup: one archive of pages with a table ``pages.csv`` (page, site, …)."""

import csv
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

from hodoscope.errors import InputError
from hodoscope.forms.page import Page


def marked_pages(path: Path, corpus: str, strip: tuple[str, ...]) -> Iterator[Page]:
    """Pages in the table's order, labels still in the HTML; ``strip`` names the attributes to take off.

    Raises ``InputError`` when the archive is absent or damaged.
    """
    try:
        with zipfile.ZipFile(path) as packed:
            table = io.StringIO(packed.read("pages.csv").decode("utf-8"))
            for row in csv.DictReader(table):
                html = packed.read(row["page"]).decode("utf-8", "replace")
                yield Page(corpus, row["page"], row["site"], html, strip)
    except (OSError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise InputError(f"{path}: the corpus cannot be read ({error!r})") from error
