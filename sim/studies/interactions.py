"""Two changes and both together: what each does, and whether together they do more or less than the sum."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.errors import UsageError
from sim.studies.effects import Effect, contrast_of, median_contrast_of, verdict_of
from sim.studies.intervals import IntervalEstimate, combined
from sim.studies.samples import Key, Sample

if TYPE_CHECKING:
    import pandas as pd

    from sim.studies.differences import Change
    from sim.studies.pairing import Pairing

EFFECTS = ("first", "second", "both")
COLUMNS = (
    "scenario",
    "first_scenario",
    "second_scenario",
    "measure",
    "item",
    "date",
    "unit",
    *(f"{effect}{end}" for effect in EFFECTS for end in ("", "_low", "_high")),
    "interaction",
    "interaction_low",
    "interaction_high",
    "paired",
    "verdict",
)


@dataclass(frozen=True, slots=True)
class Triple:
    """Labels of a scenario with one change, one with another, and one with both."""

    first: str
    second: str
    both: str


def triples_of(changes: Mapping[str, Sequence[Change]]) -> tuple[Triple, ...]:
    """Return every triple of scenarios in which the third changes exactly what the first two change together.

    `changes` are each scenario's against the baseline.
    """
    sets = {label: frozenset(change.what for change in own) for label, own in changes.items() if own}
    labels = list(sets)
    return tuple(
        Triple(first, second, both)
        for place, first in enumerate(labels)
        for second in labels[place + 1 :]
        for both in labels
        if both not in (first, second)
        and sets[both] == sets[first] | sets[second]
        and sets[both] not in (sets[first], sets[second])
        and not {key for key, _ in sets[first]} & {key for key, _ in sets[second]}
    )


def triple_named(text: str | Sequence[str], labels: Sequence[str]) -> Triple:
    """Read `A,B,AB` (or a sequence of three): the labels of two changes and of both together.

    UsageError if it is not that.
    """
    names = [part.strip() for part in text.split(",")] if isinstance(text, str) else list(text)
    if len(names) != 3 or len(set(names)) != 3 or not set(names) <= set(labels):
        raise UsageError(
            f"--interaction {','.join(names)}: name three scenarios beside the baseline as A,B,AB, the last "
            f"with both changes; there are {', '.join(labels)}"
        )
    return Triple(*names)


@dataclass(frozen=True)
class ComparedScenario:
    """One scenario against the baseline: the pairing, its effects, its samples and the baseline's."""

    pairing: Pairing
    effects: Mapping[Key, Effect]
    samples: Mapping[Key, tuple[Sample, Sample]]


def interaction_table(
    triples: Sequence[Triple], compared: Mapping[str, ComparedScenario], units: Mapping[str, str]
) -> pd.DataFrame:
    """Return a row a triple and measure: the three effects against the baseline, and the interaction.

    The interaction is the effect of both less the sum of the two effects; it is 0 if they simply add up. It
    is given for what every world counts in, world by world if all have the same worlds; for a median only
    if all four are reached (never less never is no number).
    """
    import pandas as pd

    rows = [row for triple in triples for row in _rows(triple, compared, units)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _rows(
    triple: Triple, compared: Mapping[str, ComparedScenario], units: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    sides = [compared[label] for label in (triple.first, triple.second, triple.both)]
    for key in sides[2].samples:
        if not all(_can_be_added(side, key) for side in sides):
            continue
        effects = [side.effects[key] for side in sides]
        interaction, paired = _interaction(sides, key)
        yield {
            "scenario": triple.both,
            "first_scenario": triple.first,
            "second_scenario": triple.second,
            **key._asdict(),
            "unit": units[key.measure],
            **{
                f"{name}{end}": value
                for name, effect in zip(EFFECTS, effects, strict=True)
                for end, value in _ends("", effect.difference).items()
            },
            **_ends("interaction", interaction),
            "paired": paired,
            "verdict": "" if math.isnan(interaction.value) else verdict_of(interaction),
        }


def _ends(name: str, estimate: IntervalEstimate) -> dict[str, float]:
    return {name: estimate.value, f"{name}_low": estimate.low, f"{name}_high": estimate.high}


def _can_be_added(side: ComparedScenario, key: Key) -> bool:
    """Whether both sides have a finite number that every world counts in."""
    if key not in side.samples or not math.isfinite(side.effects[key].difference.value):
        return False
    effect = side.effects[key]
    finite = math.isfinite(effect.own.value) and math.isfinite(effect.baseline.value)
    return finite and all(sample.applies is None for sample in side.samples[key])


def _interaction(sides: Sequence[ComparedScenario], key: Key) -> tuple[IntervalEstimate, bool]:
    import numpy as np

    one, two, both = sides
    baseline = one.pairing.baseline_places
    if all(side.pairing.paired and np.array_equal(side.pairing.baseline_places, baseline) for side in sides):
        samples = [side.samples[key][0].at(side.pairing.places) for side in sides]
        return _on_the_same_worlds(one.samples[key][1].at(baseline), *samples), True
    estimates = [one.effects[key].baseline] + [side.effects[key].own for side in (one, two, both)]
    return combined(estimates, (1, -1, -1, 1)), False


def _on_the_same_worlds(baseline: Sample, first: Sample, second: Sample, both: Sample) -> IntervalEstimate:
    if baseline.kind == "median":
        return median_contrast_of((baseline, first, second, both))
    values = (baseline.values, first.values, second.values, both.values)
    return contrast_of(*values, discrete=baseline.kind == "share")
