"""What matters most: each assumption moved alone to its low and its high, on the same worlds."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.batch.workers import Workers
from sim.errors import ScenarioError, TimeUpError, UsageError
from sim.results.statistics import CONFIDENCE
from sim.studies.assumptions import Move, moves_of, unmoved_of
from sim.studies.effects import Effect, effect_of
from sim.studies.measures import UNITS, rank_of
from sim.studies.pairing import Pairing
from sim.studies.questions import headline_date
from sim.studies.samples import Key
from sim.studies.trials import Answered, Trials, answers_of

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario.loading import Resolved
    from sim.scenario.scenario import Scenario

ENDS = ("low", "high")
COLUMNS = (
    "measure",
    "item",
    "date",
    "unit",
    "assumption",
    "value",
    "baseline",
    *(
        f"{end}_{name}"
        for end in ENDS
        for name in ("setting", "result", "difference", "diff_low", "diff_high", "failed")
    ),
    "swing",
    "swing_low",
    "swing_high",
    "reach",
    "clear",
)


@dataclass(frozen=True, slots=True)
class Cost:
    """What a sensitivity study will take, said before it is played."""

    assumptions: int
    runs: int
    replications: int
    seconds: float
    """Estimated from how long the scenario itself took; NaN if that was kept already."""


@dataclass(frozen=True)
class Sensitivity:
    """Each assumption moved alone.

    `table` has one row a measure and assumption, the largest reach first: `baseline`; for `low` and `high`
    the value set (`_setting`), the `_result`, its `_difference` from the baseline with a 95 % interval, on the
    same worlds, and how many replications `_failed` there and are left out; `swing`, the high result less the
    low one, with its interval; `reach`, the largest of the three differences without its sign; `clear`: one of
    them is clear of zero even when all that were looked at are counted (Bonferroni). `measure`, `item` and
    `date` are as in a comparison. `unmoved` lists assumptions that are no numbers: `path`, `value`. `faults`:
    `assumption`, `setting`, `why` of variants that cannot be played. `failed`: how many replications of the
    scenario itself failed, and are left out of every number. `left` is how many
    assumptions were not moved in the time allowed.
    """

    scenario: Scenario
    replications: int
    seed: int
    measures: tuple[Key, ...]
    table: pd.DataFrame
    unmoved: pd.DataFrame
    faults: pd.DataFrame
    failed: int = 0
    left: int = 0

    def rows(self, key: Key) -> pd.DataFrame:
        """Return the rows of one measure, the largest reach first."""
        table = self.table
        own = (table["measure"] == key.measure) & (table["item"] == key.item) & (table["date"] == key.date)
        return table[own]

    @property
    def assumptions(self) -> int:
        """How many assumptions were moved."""
        return int(self.table["assumption"].nunique())

    def _repr_html_(self) -> str:
        return str(self.rows(self.measures[0]).to_html(index=False, float_format="{:,.4g}".format))


def sensitivity(
    resolved: Resolved,
    workers: Workers,
    *,
    replications: int = 250,
    seed: int = 0,
    measures: Sequence[str] = (),
    only: str = "",
    folder: Path | None = None,
    tell: Callable[[Cost], None] = lambda cost: None,
    progress: Callable[[int, int], None] = lambda done, wanted: None,
) -> Sensitivity:
    """Move each assumption of a scenario alone to its low and its high, and compare with the scenario itself.

    `measures` are written `MEASURE[:ITEM][@DATE]`; without any it is the mean force on the date of the
    largest target. `only` keeps assumptions whose path contains it. What `folder` keeps already is not played
    again. `tell` is called with the cost before the variants are played. UsageError for a measure that the
    scenario does not have or if no assumption is left to move; ScenarioError if it cannot be played itself;
    TimeUpError if no assumption was moved in the time allowed to the workers.
    """
    moves = [move for move in moves_of(resolved) if only in move.path]
    if not moves:
        raise UsageError(
            f"no assumption with a number{f' has {only!r} in its path' if only else ''}, so nothing can be "
            "moved; `isf validate --ledger` lists what each number rests on"
        )
    trials = Trials(resolved.text, resolved.scenario.scenario, replications, seed)
    began = time.monotonic()
    kept = folder is not None and trials.path(folder, {}).exists()
    (base,) = answers_of(trials, [{}], workers, folder)
    if base is None:
        raise TimeUpError(
            "the time given was up before the scenario itself was played; ask again to go on from there"
        )
    if base.fault:
        raise ScenarioError(base.fault)
    keys = _chosen(measures, base, resolved.scenario)
    ends = [(move, end) for move in moves for end in ENDS if getattr(move, end)]
    seconds = math.nan if kept else (time.monotonic() - began) * len(ends) / workers.jobs
    tell(Cost(len(moves), len(ends), replications, seconds))
    variants = [move.settings(end) for move, end in ends]
    found = dict(zip(ends, answers_of(trials, variants, workers, folder, progress), strict=True))
    answered = {end: answer for end, answer in found.items() if answer is not None}
    unmoved = {move for (move, _), answer in found.items() if answer is None}
    moved = [move for move in moves if move not in unmoved]
    if not moved:
        raise TimeUpError(
            f"the time given was up before one of {len(moves)} assumptions was moved both ways; what is finished is "
            "kept: ask again to go on from there"
        )
    return Sensitivity(
        scenario=resolved.scenario,
        replications=replications,
        seed=seed,
        measures=keys,
        table=_table(keys, moved, base, answered, replications),
        unmoved=_unmoved(resolved),
        faults=_faults(answered),
        failed=replications - len(base.numbers),
        left=len(unmoved),
    )


def _written(key: Key) -> str:
    """Return a measure as `--measure` takes it."""
    return f"{key.measure}{':' + key.item if key.item else ''}{'@' + key.date if key.date else ''}"


def _chosen(measures: Sequence[str], base: Answered, scenario: Scenario) -> tuple[Key, ...]:
    known = {_written(key): key for key in sorted(base.answers, key=rank_of)}
    if not measures:
        date = headline_date(scenario).isoformat()
        return tuple(key for key in known.values() if key.measure == "level_mean" and key.date == date)
    found: dict[Key, None] = {}
    for text in measures:
        matching = [key for name, key in known.items() if _matches(text, name, key)]
        if not matching:
            raise UsageError(
                f"--measure {text}: the scenario has no such measure; choose one of {', '.join(known)}"
            )
        found |= dict.fromkeys(matching)
    return tuple(found)


def _matches(text: str, name: str, key: Key) -> bool:
    """Whether a text names a measure in full, or leaves out its item or date."""
    left = {key.measure, f"{key.measure}:{key.item}", f"{key.measure}@{key.date}"}
    return text == name or text in left


def _table(
    keys: Sequence[Key],
    moves: Sequence[Move],
    base: Answered,
    answered: dict[tuple[Move, str], Answered],
    replications: int,
) -> pd.DataFrame:
    import pandas as pd

    looked_at = max(1, 3 * len(moves))
    strict = 1 - (1 - CONFIDENCE) / looked_at
    rows = []
    for key in keys:
        own = [
            row | _failures(move, base, answered, replications)
            for move in moves
            for row in _row(key, move, base, answered, strict)
        ]
        rows += sorted(own, key=lambda row: (-row["reach"], row["assumption"]))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(
    key: Key, move: Move, base: Answered, answered: dict[tuple[Move, str], Answered], strict: float
) -> Iterator[dict[str, Any]]:
    """One assumption's row; an end that cannot be played, or is the value itself, is the scenario."""
    sides = {end: answered.get((move, end)) for end in ENDS}
    known = {end: side if side and key in side.answers else base for end, side in sides.items()}
    if all(side is base for side in known.values()):
        return
    pairs = ((known["low"], base), (known["high"], base), (known["high"], known["low"]))
    low, high, swing = (_effect(key, *pair, CONFIDENCE) for pair in pairs)
    clear = any(_effect(key, *pair, strict).verdict in {"higher", "lower"} for pair in pairs)
    row: dict[str, Any] = {
        **key._asdict(),
        "unit": UNITS[key.measure],
        "assumption": move.path,
        "value": move.value,
        "baseline": low.baseline.value,
        "swing": swing.difference.value,
        "swing_low": swing.difference.low,
        "swing_high": swing.difference.high,
        "reach": max(abs(effect.difference.value) for effect in (low, high, swing)),
        "clear": clear,
    }
    for end, effect in (("low", low), ("high", high)):
        row |= {
            f"{end}_setting": getattr(move, end) or move.value,
            f"{end}_result": effect.own.value,
            f"{end}_difference": effect.difference.value,
            f"{end}_diff_low": effect.difference.low,
            f"{end}_diff_high": effect.difference.high,
        }
    yield row


def _failures(
    move: Move, base: Answered, answered: dict[tuple[Move, str], Answered], replications: int
) -> dict[str, int]:
    """How many replications failed at either end; an end that cannot be played is the scenario."""
    sides = {end: answered.get((move, end), base) for end in ENDS}
    return {
        f"{end}_failed": replications - len((base if side.fault else side).numbers)
        for end, side in sides.items()
    }


def _effect(key: Key, own: Answered, other: Answered, confidence: float) -> Effect:
    import numpy as np

    _, places, others = np.intersect1d(own.numbers, other.numbers, assume_unique=True, return_indices=True)
    pairing = Pairing(True, own is other, "", places, others)
    return effect_of(own.answers[key], other.answers[key], pairing, confidence)


def _unmoved(resolved: Resolved) -> pd.DataFrame:
    import pandas as pd

    rows = [(entry.path, entry.value) for entry in unmoved_of(resolved)]
    return pd.DataFrame(rows, columns=["path", "value"])


def _faults(answered: dict[tuple[Move, str], Answered]) -> pd.DataFrame:
    import pandas as pd

    rows = [
        (move.path, getattr(move, end), side.fault) for (move, end), side in answered.items() if side.fault
    ]
    return pd.DataFrame(rows, columns=["assumption", "setting", "why"])
