"""What a leakage scan found, with the figure it rests on, in words an author can act on."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

from hodoscope.errors import InputError


class LeakKind(StrEnum):
    """How the label may get into the features."""

    TARGET_DERIVED = "target-derived"
    SINGLE_FEATURE = "single-feature"
    IDENTIFIER = "identifier"
    FUTURE = "future"
    DUPLICATE = "duplicate"
    NEAR_DUPLICATE = "near-duplicate"


@dataclass(frozen=True, slots=True)
class Leak:
    """``where`` is a column or a fold; ``value`` the figure (AUC or share) that crossed its limit."""

    kind: LeakKind
    where: str
    value: float
    explanation: str


@dataclass(frozen=True, slots=True)
class ColumnScore:
    """``auc``: area under ROC of this column alone, as an ordered number, for ``label`` against the rest.

    Below .5 means that small values speak for the label. The class farthest from .5 is the one shown. ``low`` is the
    one-sided 95 % lower bound of :attr:`separation`.
    """

    column: str
    auc: float
    label: str
    low: float

    @property
    def separation(self) -> float:
        """The larger of ``auc`` and 1 - ``auc``: what the column is worth in the better direction."""
        return max(self.auc, 1.0 - self.auc)


@dataclass(frozen=True, slots=True)
class LeakageReport:
    """``leaks``, the gravest kinds first; ``scores`` of all columns, the strongest first."""

    leaks: tuple[Leak, ...]
    scores: tuple[ColumnScore, ...]

    def require_none(self, accepted: Sequence[str] = ()) -> None:
        """Raises ``InputError`` listing every leak whose ``where`` is not ``accepted``."""
        rest = [leak for leak in self.leaks if leak.where not in accepted]
        if rest:
            listed = "\n".join(f"  {leak.kind}: {leak.where}: {leak.explanation}" for leak in rest)
            raise InputError(
                f"leakage: {len(rest)} found; drop the column, or accept it by name with a reason\n{listed}"
            )

    def to_json(self) -> dict[str, object]:
        """``{"leaks": [...], "scores": [...]}``, ready for ``json.dumps``."""
        return {"leaks": [asdict(leak) for leak in self.leaks], "scores": [asdict(score) for score in self.scores]}

    def to_text(self, most_scores: int = 10) -> str:
        """A table of the leaks and of the strongest columns."""
        lines = [f"{leak.kind:15} {leak.where:30} {leak.value:6.3f}  {leak.explanation}" for leak in self.leaks]
        lines = lines or ["no leak found"]
        lines += ["", f"{'single column':30} {'AUC':>6}  for"]
        lines += [f"{score.column:30} {score.auc:6.3f}  {score.label}" for score in self.scores[:most_scores]]
        return "\n".join(lines) + "\n"
