"""Shaded tables count rows and shares."""

from tests.lifecycle.report.test_markup import Reader

from hodoscope.lifecycle.evaluate.detail import ClassTable, Matrix
from hodoscope.lifecycle.report.tables import matrix, table, two_by_two


def cells(markup: str) -> list[str]:
    """Text of every cell that is shaded."""
    reader = Reader()
    reader.feed(markup)
    return [attributes["style"] or "" for name, attributes in reader.tags if name == "td" and "style" in attributes]


def test_right_cells_are_blue_and_wrong_ones_orange() -> None:
    """The diagonal, and both classes of a row that allows two."""
    found = matrix(Matrix(("a", "a or b"), ("a", "b", "c"), ((9, 1, 0), (2, 2, 6))))
    assert ["blue" in cell for cell in cells(found)] == [True, False, False, True, True, False]
    assert "90 %" in found


def test_a_row_without_units_has_no_share() -> None:
    """0 of 0 is a dash."""
    assert "–" in two_by_two(ClassTable("a", 0, 0, 0, 5))


def test_numbers_stand_to_the_right() -> None:
    """Columns that are named numeric, the head included."""
    assert table(("name", "value"), [("a", "1")], (1,)).count('class="n"') == 2
