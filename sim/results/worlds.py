"""One row a world: what it was made of, what happened in it and when, and what came of it.

============================ ===============================================================================
column                       meaning
============================ ===============================================================================
``replication``              the world's number
``drawn.<stream>``           a number drawn once in it, as the stream's name says: ``drawn.uncertain.tempo``,
                             ``drawn.facts.mandate.probability``, ``drawn.contributor.a.u.troops``
``first.<fact>``             the day on which the fact, or ``consent(party, contributor)``, first became true; of
                             a progress: was completed; empty: never
``half.<fact>``              the day on which a progress was half done
``ends.<fact>``              the day on which a switch first was off
``count.<fact>``             how many incidents of a counted fact there were in all, a known past included
``arrival.<contributor>``    the day on which the first of its troops arrived
``level.<date>``             troops of the headline force at the end of the date of a target, and of the run
``held.<target>``            whether the target's troops were there at the end of its date; empty: does not apply
``reached.<target>``         whether they were there at some instant up to then
============================ ===============================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from sim.durations import DAY
from sim.errors import UsageError
from sim.results.applicability import rule_questions
from sim.results.changes import stage_question
from sim.results.dates import last_second_of
from sim.results.happenings import Happening, happenings_of, happenings_question
from sim.results.levels import daily_levels
from sim.results.reading import Reading, kept_answer, read_beforehand
from sim.results.spilled import ReadWhenAsked, SpilledColumns
from sim.results.targets import attainments

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from sim.results.run import Run


PART = 10_000
"""Worlds of a part of the table."""
_Between = Callable[[int, int], "NDArray[Any] | pd.Series | pd.DatetimeIndex"]


def worlds_table(run: Run) -> pd.DataFrame:
    """Return one row a finished replication; the module says what each column means."""
    return next(worlds_parts(run, max(1, run.replications)))


def worlds_parts(run: Run, worlds: int = PART, missing: str = "") -> Iterator[pd.DataFrame]:
    """Return the same table in parts of so many worlds: there is one at least, empty of no worlds.

    `missing` names a target: worlds that miss it come first, then those that hold it, then those it does not apply to;
    UsageError where the run has none of that name.
    """
    columns = _columns(run)
    if not missing:
        return _parts(columns, run.replications, worlds)
    if f"held.{missing}" not in columns:
        known = ", ".join(name.removeprefix("held.") for name in columns if name.startswith("held."))
        raise UsageError(f"the run has no target '{missing}'; it has: {known or 'none'}")
    return _by_target(columns, run.replications, worlds, f"held.{missing}")


def _parts(columns: Mapping[str, _Between], replications: int, worlds: int) -> Iterator[pd.DataFrame]:
    import pandas as pd

    for first in range(0, max(1, replications), worlds):
        end = min(first + worlds, replications)
        yield pd.DataFrame({name: column(first, end) for name, column in columns.items()})


def _by_target(
    columns: Mapping[str, _Between], replications: int, worlds: int, held: str
) -> Iterator[pd.DataFrame]:
    """Yield the parts three times, each time the worlds of one kind."""
    for number, answer in enumerate((False, True, None)):
        for part in _parts(columns, replications, worlds):
            kind = part[held].isna() if answer is None else (part[held] == answer).fillna(value=False)
            if kind.any() or number == 0:
                yield part[kind.astype(bool)].reset_index(drop=True)


def _columns(run: Run) -> dict[str, _Between]:
    """Return each column of the table, as a function from two places to what it holds between them."""
    rules = [target.when for target in run.scenario.targets.values()]
    own = (drawn_question(run), happenings_question(run), counts_question(run))
    read_beforehand(run, (*own, stage_question(run, ("deployed",)), *rule_questions(run, rules)))
    drawn = drawn_numbers(run)
    return {
        "replication": _held(run.numbers),
        **{f"drawn.{name}": partial(drawn.columns.read, name) for name in drawn},
        **{each.column: partial(_dates_of, run, each) for each in happenings_of(run)},
        **{name: _held(values) for name, values in _counts(run)},
        **{name: _held(values) for name, values in _outcomes(run)},
    }


def _held(values: NDArray[Any] | pd.Series) -> _Between:
    return lambda first, end: values[first:end]


def _dates_of(run: Run, happening: Happening, first: int, end: int) -> pd.DatetimeIndex:
    return _dates(run, happening.seconds(first, end))


def drawn_numbers(run: Run) -> ReadWhenAsked:
    """Return every number drawn once a replication, by the name of its stream; NaN where a world drew none."""
    return kept_answer(run, *drawn_question(run))


def drawn_question(run: Run) -> tuple[Hashable, Callable[[], Reading[ReadWhenAsked]]]:
    """Return what `drawn_numbers` asks of a run, with its key."""
    return "drawn numbers", _drawn  # they have no day: a run's earlier end changes nothing


def _drawn() -> Reading[ReadWhenAsked]:
    import numpy as np

    found = SpilledColumns(np.float64)
    while (block := (yield)) is not None:
        summary = block[1]
        found.append(len(summary.numbers), dict(zip(summary.names, summary.drawn, strict=True)), np.nan)
    return ReadWhenAsked(found, found.names)


def _dates(run: Run, second: NDArray[np.float64]) -> pd.DatetimeIndex:
    import numpy as np
    import pandas as pd

    start = np.datetime64(run.scenario.start, "D")
    comes = np.isfinite(second)
    dates = np.full(second.size, np.datetime64("NaT", "D"))
    dates[comes] = start + (second[comes] // DAY).astype("int64")
    return pd.DatetimeIndex(dates.astype("datetime64[s]"))


def _counts(run: Run) -> Iterator[tuple[str, NDArray[np.int64]]]:
    """Yield the totals of counted facts."""
    import numpy as np

    for name, total in kept_answer(run, *counts_question(run)).items():
        yield f"count.{name}", total.astype(np.int64)


def counts_question(run: Run) -> tuple[Hashable, Callable[[], Reading[dict[str, NDArray[np.float64]]]]]:
    """Return what the table asks of a run about counted facts, with its key."""
    return ("totals", run.duration), lambda: _totals(run)


def _totals(run: Run) -> Reading[dict[str, NDArray[np.float64]]]:
    """Return the last total of each counted fact; the log holds each new total, so it is the largest."""
    import numpy as np

    counted = [
        name for name, fact in sorted(run.scenario.facts.items()) if fact.kind == "events" and fact.log
    ]
    totals = {name: np.zeros(run.replications) for name in counted}
    while (block := (yield)) is not None:
        at, summary = block
        rows = summary.courses
        for name, total in totals.items():
            if name in summary.facts:
                kept = rows.fact == summary.facts.index(name)
                np.maximum.at(total, rows.place[kept] + at, rows.value[kept])
    return totals


def _outcomes(run: Run) -> Iterator[tuple[str, NDArray[np.int64] | pd.Series]]:
    import numpy as np
    import pandas as pd

    scenario, levels = run.scenario, daily_levels(run)
    asked = {target.by for target in scenario.targets.values() if scenario.start <= target.by <= scenario.end}
    for date in sorted({*asked, scenario.end}):
        yield f"level.{date}", levels.on(date)
    found = sorted(attainments(run), key=lambda attained: attained.name)
    for attained in found:
        places = np.searchsorted(run.numbers, attained.numbers)
        by = last_second_of(scenario.start, attained.target.by)
        held = attained.level_on(run.dates) >= attained.target.troops
        for column, values in (("held", held), ("reached", attained.first <= by)):
            whole = pd.Series(pd.NA, index=range(run.replications), dtype="boolean")
            whole.iloc[places] = values
            yield f"{column}.{attained.name}", whole
