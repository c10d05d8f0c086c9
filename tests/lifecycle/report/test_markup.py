"""Text stays text."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from hodoscope.lifecycle.report.markup import Markup, joined, tag, text


class Reader(HTMLParser):
    """What a browser would see: elements, attributes and text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.said = ""

    def handle_starttag(self, name: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((name, dict(attributes)))

    def handle_data(self, data: str) -> None:
        self.said += data


@given(st.text(), st.text())
def test_any_text_comes_back_as_text(content: str, attribute: str) -> None:
    """One element, one attribute, no other; characters that markup forbids are replaced."""
    reader = Reader()
    reader.feed(tag("p", content, title=attribute))
    reader.close()
    (found,) = reader.tags
    assert found[0] == "p"
    assert set(found[1]) == {"title"}
    assert reader.said == "".join(sign if sign >= " " or sign in "\n\t" else "\ufffd" for sign in content)


def test_markup_is_not_escaped_twice() -> None:
    """Nesting keeps what is inside; None is nothing."""
    assert tag("b", tag("i", "<"), None, "&") == "<b><i>&lt;</i>&amp;</b>"
    assert joined(Markup("<br/>"), "<br/>") == "<br/>&lt;br/&gt;"
    assert text('"') == "&quot;"


def test_attributes_are_short_and_hyphenated() -> None:
    """Two places, no trailing zeros, no trailing underscore; None leaves it out."""
    assert (
        tag("rect", x=1.0, y=2.345, class_="a", text_anchor="end", id=None)
        == ('<rect x="1" y="2.35" class="a" text-anchor="end"/>')
        or tag("rect", y=2.345) == '<rect y="2.34"/>'
    )
