"""Tables of the page: plain ones, the confusion matrix and the 2×2 table with shaded cells."""

from collections.abc import Sequence

from hodoscope.lifecycle.evaluate.detail import ClassTable, Matrix
from hodoscope.lifecycle.report.markup import Child, Markup, tag
from hodoscope.lifecycle.report.numbers import percent


def table(head: Sequence[str], rows: Sequence[Sequence[Child]], numeric: Sequence[int] = ()) -> Markup:
    """A table on a card; see :func:`plain_table`."""
    return tag("div", tag("div", plain_table(head, rows, numeric), class_="scroll"), class_="card")


def plain_table(head: Sequence[str], rows: Sequence[Sequence[Child]], numeric: Sequence[int] = ()) -> Markup:
    """The first column is the row's head, ``numeric`` columns are set to the right."""

    def cell(name: str, place: int, content: Child) -> Markup:
        return tag(name, content, class_="n" if place in numeric else None, scope="row" if name == "th" else None)

    body = [
        tag("tr", *(cell("th" if place == 0 else "td", place, content) for place, content in enumerate(row)))
        for row in rows
    ]
    top = [tag("th", name, scope="col", class_="n" if place in numeric else None) for place, name in enumerate(head)]
    return tag("table", tag("thead", tag("tr", *top)) if any(head) else None, tag("tbody", *body))


def two_by_two(counts: ClassTable) -> Markup:
    """TP, FN over FP, TN; each cell with its share of its row, right ones in blue, wrong ones in orange."""
    sides = (
        (f"is {counts.name}", counts.true_positives, counts.false_negatives, True),
        (f"is not {counts.name}", counts.false_positives, counts.true_negatives, False),
    )
    rows = [
        tag(
            "tr",
            tag("th", name, scope="row"),
            _cell(left, left + right, is_positive),
            _cell(right, left + right, not is_positive),
        )
        for name, left, right, is_positive in sides
    ]
    head = tag("tr", tag("th"), tag("th", f"decided {counts.name}"), tag("th", "decided otherwise"))
    return tag("table", tag("thead", head), tag("tbody", *rows), class_="matrix two")


def matrix(found: Matrix) -> Markup:
    """One row per truth, one column per decision; shares are of the row."""
    head = tag(
        "tr", tag("th", "truth ↓ decided →", class_="quiet"), *(tag("th", name, scope="col") for name in found.decided)
    )
    rows = [
        tag(
            "tr",
            tag("th", truth, scope="row"),
            *(
                _cell(count, sum(counts), decided in truth.split(" or "))
                for decided, count in zip(found.decided, counts, strict=True)
            ),
        )
        for truth, counts in zip(found.truths, found.counts, strict=True)
    ]
    return tag("div", tag("table", tag("thead", head), tag("tbody", *rows), class_="matrix"), class_="scroll")


def _cell(count: int, of: int, right: bool) -> Markup:
    share = count / of if of else float("nan")
    colour = "blue" if right else "orange"
    shade = 0 if not count else 6 + 40 * share
    style = f"background: color-mix(in srgb, var(--{colour}) {shade:.0f}%, var(--card))"
    return tag("td", f"{count:,}", tag("span", percent(share), class_="share"), style=style)
