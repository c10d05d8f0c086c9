"""Archives with labels in the markup."""

import zipfile
from pathlib import Path

import pytest

from hodoscope.errors import InputError
from hodoscope.forms.corpora import duckduckgo, firefox
from hodoscope.forms.corpora.marked import marked_pages


def _archive(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("pages.csv", "page,site,labelled_elements\na_login.html,a,1\n")
        packed.writestr("a_login.html", "<form><input data-manual-scoring=password></form>")
    return path


def test_pages_come_with_site_and_what_to_strip(tmp_path: Path) -> None:
    """Labels are still in the HTML: the runtime's side takes them off."""
    (page,) = marked_pages(_archive(tmp_path / "a.zip"), "c", ("data-manual-",))
    assert (page.corpus, page.page_id, page.site, page.strip) == ("c", "a_login.html", "a", ("data-manual-",))


def test_every_label_attribute_of_the_data_sheet_is_stripped() -> None:
    """Names as the data sheet lists them."""
    listed = {
        duckduckgo: ("data-manual-scoring", "data-manual-submit", "data-ddg-inputtype", "data-ddg-testresultelementid"),
        firefox: ("data-moz-autofill-type", "data-moz-autofill-inspect-id", "data-fathom", "data-manual-x"),
    }
    for corpus, names in listed.items():
        assert [name for name in names if not name.startswith(corpus.STRIP)] == []


def test_damaged_archive_is_an_input_error(tmp_path: Path) -> None:
    """Absent, or no archive."""
    (tmp_path / "bad.zip").write_text("no")
    for name in ("bad.zip", "absent.zip"):
        with pytest.raises(InputError, match=name):
            list(marked_pages(tmp_path / name, "c", ()))


@pytest.mark.parametrize(
    ("page", "kind"),
    [("x_login.html", "login"), ("x_change-password.html", "change-password"), ("x_signup2.html", "signup")],
)
def test_duckduckgo_names_its_kind_of_page(page: str, kind: str) -> None:
    """After the last underscore, without a number."""
    assert duckduckgo.page_kind(page) == kind
