"""Scenarios compared with a baseline: what differs in the inputs, and what that changes in the results."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sim.errors import UsageError
from sim.studies.differences import Change, change_table, changes_between, tree_of
from sim.studies.effects import Effect, effect_of
from sim.studies.interactions import ComparedScenario, interaction_table, triple_named, triples_of
from sim.studies.measures import UNITS, ZERO_WHERE_ABSENT, Answers, Measuring, rank_of
from sim.studies.pairing import Pairing, pairing_of
from sim.studies.questions import Questions, questions_of, questions_of_both
from sim.studies.samples import Key, Sample

if TYPE_CHECKING:
    import pandas as pd

    from sim.results.reading import Question
    from sim.results.run import Run

Further = Callable[["Run", "Run"], "Iterable[tuple[Hashable, Question]]"]
"""What is asked of a run, given the baseline, with keys."""

COLUMNS = (
    "scenario",
    "measure",
    "item",
    "date",
    "unit",
    "value",
    "low",
    "high",
    "baseline",
    "baseline_low",
    "baseline_high",
    "difference",
    "diff_low",
    "diff_high",
    "paired",
    "worlds",
    "correlation",
    "narrowing",
    "differing",
    "verdict",
)
BASELINE = "baseline"
"""The verdict of the baseline's own rows, which have no difference."""


@dataclass(frozen=True)
class Comparison:
    """Runs compared with one of them.

    `runs` are those compared by label, the baseline among them. Every interval has 95 % confidence for its
    row alone. The tables:

    * `inputs`: what each scenario says otherwise than the baseline: `scenario`, `key`, `baseline`, `value`,
      `source` (an empty value is none at all).
    * `table`: one row a scenario, measure, item and date (`sim.studies.measures` lists the measures): `value`
      with `low`, `high`; the same of the baseline; `difference` (the scenario's less the baseline's) with
      `diff_low`, `diff_high`; `paired` (the same worlds, one by one), `worlds`; `correlation` of the two from
      world to world and `narrowing` (how many times as wide the interval of independent samples would be);
      `differing`: in how many worlds the two differ (−1 for independent samples);
      `verdict`: `higher`, `lower`, `unclear` (the interval covers zero), `same` (no difference in any world),
      nothing where one of the two has no value, `baseline` in the baseline's own rows. No row depends on
      which other scenarios are compared.
    * `interactions`: for each scenario that changes what two others change together: the three effects and
      the interaction (what both do beyond the sum of each), with intervals.
    * `pairings`: how each scenario is paired: `scenario`, `paired`, `worlds`, `reason`.
    """

    runs: Mapping[str, Run]
    baseline: str
    inputs: pd.DataFrame
    table: pd.DataFrame
    interactions: pd.DataFrame
    pairings: pd.DataFrame

    @property
    def labels(self) -> tuple[str, ...]:
        """All labels, the baseline first."""
        return (self.baseline, *self.others)

    @property
    def others(self) -> tuple[str, ...]:
        """The labels of those that are compared with the baseline, in their order."""
        return tuple(label for label in self.runs if label != self.baseline)

    @property
    def id(self) -> str:
        """Twelve hexadecimal digits that stand for these labels, runs and this baseline."""
        runs = [
            [label, *(run.manifest.get(key) for key in ("digest", "seed", "replications"))]
            for label, run in self.runs.items()
        ]
        return hashlib.sha256(json.dumps([self.baseline, runs]).encode()).hexdigest()[:12]

    def rows(self, measure: str, label: str | None = None) -> pd.DataFrame:
        """Return the rows of one measure (of one scenario)."""
        table = self.table
        chosen = table["measure"] == measure
        return table[chosen if label is None else chosen & (table["scenario"] == label)]

    def _repr_html_(self) -> str:
        """Return the inputs and the differences of the headline measures, as a notebook shows them."""
        headline = self.table[self.table["measure"].isin(_HEADLINE) & (self.table["verdict"] != BASELINE)]
        shown = headline.drop(columns=["baseline_low", "baseline_high", "worlds", "correlation", "unit"])
        return self.inputs.to_html(index=False) + shown.to_html(index=False, float_format="{:,.4g}".format)


_HEADLINE = ("level_mean", "target_held", "first_boots", "coverage")


def compare(
    runs: Mapping[str, Run],
    baseline: str | None = None,
    interactions: Sequence[str | Sequence[str]] = (),
    further: Further | None = None,
) -> Comparison:
    """Compare runs with the baseline (the first, unless named).

    Runs of the same seed, start and end are compared world by world, others as independent samples.
    `interactions` names further triples `A,B,AB` beside those that are found. `further` says what will be asked of a
    run, given the baseline, beside the measures: of a long run it is read in the same pass. UsageError for fewer than
    two runs, or a label that is none of theirs.
    """
    label = _baseline(runs, baseline)
    trees = {name: tree_of(run) for name, run in runs.items()}
    others = [name for name in runs if name != label]
    changes = {name: changes_between(trees[name], trees[label]) for name in others}
    own = runs[label]
    alone = questions_of(own.scenario, label)
    asked = {name: questions_of_both(runs[name].scenario, own.scenario, name, label) for name in others}
    reference = _measuring(own, own, (alone, *asked.values()), further)
    compared = {
        name: _compared(questions, _measuring(runs[name], own, (questions,), further), reference)
        for name, questions in asked.items()
    }
    named = [triple_named(text, others) for text in interactions]
    triples = dict.fromkeys([*named, *triples_of(changes)])
    return Comparison(
        runs=MappingProxyType(dict(runs)),
        baseline=label,
        inputs=change_table(changes),
        table=_table(label, reference, alone, compared),
        interactions=interaction_table(list(triples), compared, UNITS),
        pairings=_pairings(compared),
    )


def changes_of(comparison: Comparison, label: str) -> tuple[Change, ...]:
    """Return what a scenario changes in the inputs."""
    own = comparison.inputs[comparison.inputs["scenario"] == label]
    rows = own[["key", "baseline", "value", "source"]].itertuples(index=False)
    return tuple(Change(*map(str, row)) for row in rows)


def _baseline(runs: Mapping[str, Run], baseline: str | None) -> str:
    if len(runs) < 2:
        raise UsageError("a comparison needs two runs or more; name another run folder or scenario file")
    if baseline is None:
        return next(iter(runs))
    if baseline not in runs:
        raise UsageError(f"the baseline '{baseline}' is none of the labels: {', '.join(runs)}")
    return baseline


def _measuring(run: Run, baseline: Run, asked: Sequence[Questions], further: Further | None) -> Measuring:
    """Return a run to be measured: what is asked of it is read, each block once."""
    measuring = Measuring(run)
    measuring.read(asked, further(run, baseline) if further else ())
    return measuring


def _compared(asked: Questions, measuring: Measuring, reference: Measuring) -> ComparedScenario:
    run, baseline = measuring.run, reference.run
    pairing = pairing_of(run, baseline)
    own, other = measuring.answers(asked), reference.answers(asked)
    samples = _Pairs(own, other, run, baseline)
    effects = {key: effect_of(*pair, pairing) for key, pair in samples.items()}
    return ComparedScenario(pairing, effects, samples)


@dataclass(frozen=True)
class _Pairs(Mapping[Key, "tuple[Sample, Sample]"]):
    """The two samples of each measure, read when they are asked for, in the order of the table."""

    own: Answers
    other: Answers
    run: Run
    baseline: Run

    def __getitem__(self, key: Key) -> tuple[Sample, Sample]:
        """Return the two samples; one that a run cannot have is zero, or counts in no world."""
        first, second = self.own.get(key), self.other.get(key)
        if first is None and second is None:
            raise KeyError(key)
        present = first or second
        assert present is not None
        return first or _absent(key, present, self.run), second or _absent(key, present, self.baseline)

    def __iter__(self) -> Iterator[Key]:
        """Yield what either has."""
        return iter(sorted({*self.own, *self.other}, key=rank_of))

    def __len__(self) -> int:
        """Return how many there are."""
        return len({*self.own, *self.other})


def _absent(key: Key, like: Sample, run: Run) -> Sample:
    import numpy as np

    nothing = np.zeros(run.replications)
    applies = None if key.measure in ZERO_WHERE_ABSENT else nothing.astype(bool)
    return Sample(like.kind, nothing, applies, like.least, like.most)


def _table(
    label: str, reference: Measuring, alone: Questions, compared: Mapping[str, ComparedScenario]
) -> pd.DataFrame:
    import pandas as pd

    answers = reference.answers(alone)
    rows = [
        _row(label, key, answers[key].estimate(), worlds=reference.run.replications, verdict=BASELINE)
        for key in sorted(answers, key=rank_of)
    ]
    rows += [row for name, each in compared.items() for row in _effect_rows(name, each.effects)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _effect_rows(label: str, effects: Mapping[Key, Effect]) -> Iterator[dict[str, Any]]:
    for key, effect in effects.items():
        yield _row(label, key, effect.own, effect.worlds, effect.verdict) | {
            "baseline": effect.baseline.value,
            "baseline_low": effect.baseline.low,
            "baseline_high": effect.baseline.high,
            "difference": effect.difference.value,
            "diff_low": effect.difference.low,
            "diff_high": effect.difference.high,
            "paired": effect.paired,
            "correlation": effect.correlation,
            "narrowing": effect.narrowing,
            "differing": effect.differing,
        }


def _row(label: str, key: Key, own: Any, worlds: int, verdict: str) -> dict[str, Any]:
    return {
        "scenario": label,
        **key._asdict(),
        "unit": UNITS[key.measure],
        "value": own.value,
        "low": own.low,
        "high": own.high,
        "paired": False,
        "worlds": worlds,
        "verdict": verdict,
    }


def _pairings(compared: Mapping[str, ComparedScenario]) -> pd.DataFrame:
    import pandas as pd

    def of(pairing: Pairing) -> tuple[bool, int, str]:
        return pairing.paired, pairing.worlds, pairing.reason

    rows = [(label, *of(each.pairing)) for label, each in compared.items()]
    return pd.DataFrame(rows, columns=["scenario", "paired", "worlds", "reason"])
