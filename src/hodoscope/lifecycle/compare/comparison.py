"""The comparison: every candidate under nested group cross-validation with several seeds, and the one to take."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hodoscope.errors import InputError
from hodoscope.lifecycle.compare.candidates import BASELINE, CANDIDATES, Candidate
from hodoscope.lifecycle.compare.cell import Cell, Problem, run_cell
from hodoscope.lifecycle.compare.finished_cells import FinishedCells, data_hash
from hodoscope.lifecycle.compare.scores import Scores, score
from hodoscope.lifecycle.evaluate.bootstrap import Resampling
from hodoscope.lifecycle.split import Fold, assert_disjoint, by_group


@dataclass(frozen=True, slots=True)
class Budget:
    """What a candidate may cost: ``spent_seconds`` of processor time for its whole cross-validation, and bytes kept."""

    spent_seconds: float = 600.0
    size_bytes: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Rules:
    """How candidates are compared.

    ``margin``: how much worse in the headline a smaller model may be, with 97.5 % confidence, and still be taken.
    """

    seeds: tuple[int, ...] = (1, 2, 3, 4, 5)
    outer_folds: int = 5
    inner_folds: int = 3
    budget: Budget = field(default_factory=Budget)
    margin: float = 0.01
    resampling: Resampling = field(default_factory=lambda: Resampling(draws=400))


@dataclass(frozen=True, slots=True)
class Row:
    """One candidate's line. ``problem`` says why it cannot be taken; ``scores`` are None when it did not finish.

    ``size_bytes``, ``train_seconds`` and ``micros_per_row`` are medians over cells; ``settings`` counts the choices.
    """

    name: str
    scores: Scores | None
    size_bytes: float
    train_seconds: float
    micros_per_row: float
    spent_seconds: float
    settings: Mapping[str, int]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """``rows`` in the order of the candidates, ``taken`` the name of the model to take (empty: none) and ``why``.

    ``notes`` tell of folds that train without one of the classes: its test rows are all missed, by any model.
    """

    headline: str
    rows: tuple[Row, ...]
    taken: str
    why: str
    notes: tuple[str, ...]
    config: Mapping[str, object]


def compare(
    problem: Problem,
    *,
    candidates: Sequence[Candidate] = CANDIDATES,
    rules: Rules | None = None,
    positive: str | None = None,
    near_duplicates: NDArray[np.int64] | None = None,
    folds: Callable[[int], Sequence[Fold]] | None = None,
    state: Path | None = None,
    finished: Callable[[str], None] = lambda description: None,
) -> Comparison:
    """Runs every cell that ``state`` does not hold yet, then scores and chooses.

    Headline: ``auc`` of the class ``positive``, or ``macro_f1`` without one. ``folds`` gives the outer folds for a seed
    (by default by group); each is asserted to share no group and no ``near_duplicates`` cluster. Intervals resample
    groups and hold the noise of splitting too (``evaluate/repeated.py``). Predictions are pooled over folds, as one
    threshold for all would meet them: a model whose level shifts between folds pays for it. A candidate over the time
    budget stops after the fold; one that is too large is measured, not taken. ``finished`` hears of every cell.

    Raises ``InputError`` for folds that are not disjoint or differ in the rows they test.
    """
    rules = rules or Rules()
    make = folds or (lambda seed: by_group(problem.groups, problem.labels, rules.outer_folds, seed))
    plan = {seed: list(make(seed)) for seed in rules.seeds}
    partitions = [problem.groups] + ([near_duplicates] if near_duplicates is not None else [])
    for fold in (fold for parts in plan.values() for fold in parts):
        assert_disjoint(fold, *partitions)
    tested = _tested_rows(plan)
    store = FinishedCells(state, data_hash(problem), rules.inner_folds)
    rows = []
    for candidate in candidates:
        cells, problem_text = _run(problem, candidate, plan, store, rules, finished)
        scores = (
            None if problem_text else score(problem, _pooled(problem, plan, cells), tested, positive, rules.resampling)
        )
        rows.append(_row(candidate, cells, plan, scores, problem_text, rules.budget))
    headline = "auc" if positive else "macro_f1"
    taken, why = _decision(rows, headline, rules)
    config = {
        "rows": len(tested), "groups": len(np.unique(problem.groups)), "columns": len(problem.features.names),
        "classes": list(problem.classes), "seeds": list(rules.seeds), "inner_folds": rules.inner_folds,
        "folds": {str(seed): [fold.name for fold in parts] for seed, parts in plan.items()},
        "margin": rules.margin, "budget_seconds": rules.budget.spent_seconds, "budget_bytes": rules.budget.size_bytes,
        "data_sha256": store.data_hash, "draws": rules.resampling.draws,
    }  # fmt: skip
    return Comparison(headline, tuple(rows), taken, why, _untrained(problem, plan), config)


def _untrained(problem: Problem, plan: Mapping[int, Sequence[Fold]]) -> tuple[str, ...]:
    present = set(problem.labels.tolist())
    gaps = [
        (seed, fold.name, label)
        for seed, parts in plan.items()
        for fold in parts
        for label in sorted(present - set(problem.labels[fold.train].tolist()))
    ]
    return tuple(f"seed {seed}, {name} trains without class {problem.classes[label]!r}" for seed, name, label in gaps)


def _tested_rows(plan: Mapping[int, Sequence[Fold]]) -> NDArray[np.int64]:
    per_seed = [np.sort(np.concatenate([fold.test for fold in parts])) for parts in plan.values()]
    if any(len(np.unique(rows)) < len(rows) or not np.array_equal(rows, per_seed[0]) for rows in per_seed):
        raise InputError("compare: the folds of each seed have to test the same rows, each once")
    return per_seed[0]


def _run(
    problem: Problem, candidate: Candidate, plan: Mapping[int, Sequence[Fold]], store: FinishedCells, rules: Rules,
    finished: Callable[[str], None],
) -> tuple[list[Cell], str]:  # fmt: skip
    """The cells in the order of the plan, and why they stop early, if they do."""
    cells: list[Cell] = []
    total = sum(map(len, plan.values()))
    for seed, parts in plan.items():
        for fold in parts:
            if sum(cell.spent_seconds for cell in cells) > rules.budget.spent_seconds:
                return cells, f"over {rules.budget.spent_seconds:g} s after {len(cells)} of {total} folds"
            cell = store.load(candidate, fold, seed)
            if cell is None:
                try:
                    cell = run_cell(problem, candidate, fold, rules.inner_folds, seed)
                except InputError as error:
                    return cells, f"{fold.name}: {error}"
                store.save(candidate, fold, seed, cell)
            cells.append(cell)
            finished(f"{candidate.name}, seed {seed}, {fold.name}")
    return cells, ""


def _pooled(problem: Problem, plan: Mapping[int, Sequence[Fold]], cells: Sequence[Cell]) -> list[NDArray[np.float64]]:
    """Per seed the out-of-fold probabilities (rows, classes); rows that no fold tests stay 0."""
    remaining = iter(cells)
    pooled = []
    for parts in plan.values():
        chances = np.zeros((problem.features.rows, len(problem.classes)))
        for fold in parts:
            chances[fold.test] = next(remaining).probabilities
        pooled.append(chances)
    return pooled


def _row(
    candidate: Candidate, cells: Sequence[Cell], plan: Mapping[int, Sequence[Fold]], scores: Scores | None,
    problem: str, budget: Budget,
) -> Row:  # fmt: skip
    def median(values: Sequence[float]) -> float:
        return float(np.median(values)) if values else float("nan")

    tests = [max(1, len(fold.test)) for parts in plan.values() for fold in parts]
    size = median([cell.size_bytes for cell in cells])
    if not problem and size > budget.size_bytes:
        problem = f"larger than {budget.size_bytes:,} bytes"
    chosen = [repr(candidate.settings[cell.setting]) for cell in cells]
    return Row(
        candidate.name, scores, size, median([cell.train_seconds for cell in cells]),
        median([cell.predict_seconds / rows * 1e6 for cell, rows in zip(cells, tests, strict=False)]),
        sum(cell.spent_seconds for cell in cells), {name: chosen.count(name) for name in sorted(set(chosen))}, problem,
    )  # fmt: skip


def _decision(rows: Sequence[Row], headline: str, rules: Rules) -> tuple[str, str]:
    """The smallest model that is at most ``margin`` worse than the best one, and why; it has to beat the baseline."""
    level = rules.resampling.level
    able = [(row, row.scores) for row in rows if row.scores and not row.problem]
    rivals = sorted((pair for pair in able if pair[0].name != BASELINE), key=lambda pair: pair[0].size_bytes)
    if not rivals:
        return "", "no candidate stayed within the budget"
    best, best_scores = max(rivals, key=lambda pair: pair[1].value(headline))
    close = (pair for pair in rivals if best_scores.lead(pair[1], headline, level).high <= rules.margin)
    row, scores = next(close, (best, best_scores))
    if headline == "auc":
        # Class shares rank nothing. Pooled, those of unequal folds rank the folds: an artefact, no mark to beat.
        least = scores.figures[headline].metric.low - 0.5
    else:
        least = min((scores.lead(one, headline, level).low for own, one in able if own.name == BASELINE), default=1.0)
    if not least > 0:
        return "", f"{row.name} is not shown to beat the class shares (lead at least {least:+.3f})"
    if row is best:
        return row.name, f"no smaller model is shown to be within {rules.margin:g} of its {headline}"
    return row.name, f"the smallest shown to be within {rules.margin:g} of {best.name}, which has the best {headline}"
