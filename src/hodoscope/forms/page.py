"""A labelled page as the corpora deliver it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Page:
    """One HTML snapshot.

    ``page_id`` is unique within its corpus; ``site`` is the group that never straddles train and test (registrable
    domain or the corpus's own site name). ``strip`` are the beginnings of attribute names that carry labels: they are
    read as marks and removed before any feature is computed. ``truth`` is what lies outside the markup.
    """

    corpus: str
    page_id: str
    site: str
    html: str
    strip: tuple[str, ...] = ()
    truth: Mapping[str, object] = field(default_factory=dict)
