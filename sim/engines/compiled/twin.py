"""One lowered plan, played: its arrays filled for a seed, and what they hold afterwards as columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.engines import layout as at
from sim.engines.columns import Columns
from sim.engines.compiled.at_hand import parts
from sim.engines.compiled.plainly import PURE
from sim.engines.lowering import STAGES, WORDS_AT_MOST, Lowered, lowered
from sim.model.logbook import Logs
from sim.plan.randomness import stream_key
from sim.plan.tables import Plan

_MOST_TRIES = 12
_SIGN = 1 << 63
_MOST_PLACES = 256


class GivenUpError(Exception):
    """The twin does not play this replication; the reference must."""


class Twin:
    """Plays replications of one plan under one seed, one after the other, in arrays of its own."""

    def __init__(self, plan: Plan, seed: int, low: Lowered | None = None) -> None:
        self._plan = plan
        self._seed = seed
        self._words: list[str] = []
        self._word_codes: dict[str, int] = {}
        self._causes: dict[tuple[int, int, int], list[int]] = {}
        self.rows = Rows()
        self._parts = parts()
        self._lower(low or lowered(plan))

    def begin_rows(self, rows: Rows) -> None:
        """Put the rows that follow into a new place."""
        rows.words = self.rows.words
        self.rows = rows

    def _lower(self, low: Lowered) -> None:
        self.low = low
        ints, floats = list(low.ints), list(low.floats)
        for place, name in enumerate(low.streams):
            row = ints[at.STREAMS] + place * at.STREAM_WIDTH
            for column, word in enumerate(stream_key(self._seed, name)):
                ints[row + column] = word if PURE else (word + _SIGN) % (2 * _SIGN) - _SIGN
        self.ints: Any = ints if PURE else np.array(ints, dtype=np.int64)
        self.floats: Any = floats if PURE else np.array(floats, dtype=np.float64)
        self._state: Any = self.ints[: low.n_state] if PURE else self.ints[: low.n_state].copy()
        self._float_state: Any = (
            self.floats[: low.n_float_state] if PURE else self.floats[: low.n_float_state].copy()
        )
        self._n_causes = 0
        self._places: dict[tuple[str, ...], tuple[Any, Any, Any]] = {}
        self._causes_from = len(self.ints)
        if not self._words:
            self._take_words(low.waits)
        self._rank()
        for key, codes in self._causes.items():
            self._enter(key, codes)

    def play(self, number: int, known: Mapping[str, float] | None) -> None:
        """Play a replication and add its rows; GivenUpError if the reference must."""
        for _ in range(_MOST_TRIES):
            self._begin(number, known)
            status = self._parts.replicate(self.ints, self.floats)
            if status == at.FULL:
                self._lower(lowered(self._plan, self.low.capacity.doubled()))
            elif status == at.REFER:
                raise GivenUpError
            elif self.ints[at.N_MISSES]:
                self._learn()
            else:
                self.rows.take(number, self.ints, self.floats, self.low)
                return
        raise GivenUpError

    def _begin(self, number: int, known: Mapping[str, float] | None) -> None:
        low, ints, floats = self.low, self.ints, self.floats
        ints[: low.n_state] = self._state
        floats[: low.n_float_state] = self._float_state
        ints[at.REPLICATION] = number
        if known:
            self._know(known)

    def _know(self, known: Mapping[str, float]) -> None:
        """Write what is known of numbers where the twin looks for it."""
        streams = tuple(known)
        if streams not in self._places:
            if len(self._places) >= _MOST_PLACES:
                self._places.clear()
            self._places[streams] = self._places_of(streams)
        flags, places, which = self._places[streams]
        values = list(known.values())
        if PURE:
            for flag in flags:
                self.ints[flag] = 1
            for place, number in zip(places, which, strict=True):
                self.floats[place] = values[number]
        else:
            self.ints[flags] = 1
            self.floats[places] = np.array(values, np.float64)[which]

    def _places_of(self, streams: tuple[str, ...]) -> tuple[Any, Any, Any]:
        """Return where it is said that a number is known, where the numbers stand, and of which stream each is."""
        flags: list[int] = []
        places: list[int] = []
        which: list[int] = []
        for number, stream in enumerate(streams):
            own = list(self.low.never.get(stream, ()))
            for quantity in self.low.known.get(stream, ()):
                row = int(self.ints[at.QUANTITIES]) + quantity * at.QUANTITY_WIDTH
                flags.append(row + at.QUANTITY_KNOWN)
                own.append(int(self.ints[row + at.QUANTITY_RAW]))
            places += own
            which += [number] * len(own)
        if PURE:
            return flags, places, which
        return np.array(flags, np.int64), np.array(places, np.int64), np.array(which, np.int64)

    def _learn(self) -> None:
        """Find the causes for truths of atoms that were not met before."""
        for place in range(self.ints[at.N_MISSES]):
            row = self.ints[at.MISSES] + place * at.MISS_WIDTH
            key = (int(self.ints[row]), int(self.ints[row + 1]), int(self.ints[row + 2]))
            if key not in self._causes:
                self._causes[key] = self._take_words(self._causes_of(*key))
                self._enter(key, self._causes[key])
        self._rank()

    def _causes_of(self, whose: int, truths: int, readings: int) -> tuple[str, ...]:
        conditions = self.low.conditions[whose]
        assert conditions is not None
        true = tuple(bool((truths >> place) & 1) for place in range(len(conditions.nodes)))
        drawn = tuple((readings >> (6 * place)) & 63 for place in range(len(conditions.readings)))
        return conditions.causes(true, drawn)

    def _take_words(self, words: tuple[str, ...]) -> list[int]:
        for word in words:
            if word not in self._word_codes:
                self._word_codes[word] = len(self._words)
                self._words.append(word)
        if len(self._words) > WORDS_AT_MOST:
            raise GivenUpError
        return [self._word_codes[word] for word in words]

    def _rank(self) -> None:
        order = {word: place for place, word in enumerate(sorted(self._words))}
        first = self.ints[at.RANKS]
        for code, word in enumerate(self._words):
            self.ints[first + code] = order[word]
        self.rows.words = tuple(self._words)

    def _enter(self, key: tuple[int, int, int], codes: list[int]) -> None:
        """Enter causes into the table: behind it they stand, how many and which."""
        whose, truths, readings = key
        self._n_causes += 1
        if 2 * self._n_causes > self.ints[at.CAUSES_SIZE]:
            self._lower(lowered(self._plan, self.low.capacity.doubled()))
            return
        row = self._parts.cause_row(self.ints, (readings << 12) + whose + 1, truths)
        self.ints[row + at.CAUSE_KEY], self.ints[row + at.CAUSE_KEY_2] = (readings << 12) + whose + 1, truths
        if self._causes_from + len(codes) + 1 > len(self.ints):
            more = 65_536
            self.ints = (
                self.ints + [0] * more if PURE else np.concatenate([self.ints, np.zeros(more, np.int64)])
            )
        self.ints[row + at.CAUSE_OFFSET] = self._causes_from
        for place, value in enumerate((len(codes), *codes)):
            self.ints[self._causes_from + place] = value
        self._causes_from += len(codes) + 1


class Rows:
    """The rows of the replications played so far, as the arrays had them."""

    def __init__(self) -> None:
        self.words: tuple[str, ...] = ()
        self._numbers: list[int] = []
        self._counts: list[list[int]] = []
        """Of each replication how many rows each log has."""
        self._days: dict[str, list[Any]] = {log: [] for log in _LOGS}
        self._others: dict[str, list[Any]] = {log: [] for log in _LOGS}
        """Of each replication and log the columns behind the first: an array with a row for each column."""
        self._values: dict[str, list[Any]] = {"signals": [], "numbers": []}
        self.violations: dict[int, list[tuple[int, int, int]]] = {}
        self.circumstances: dict[int, dict[str, str]] = {}

    def take(self, number: int, ints: Any, floats: Any, low: Lowered) -> None:
        """Add the rows of a replication."""
        head = list(ints[: at.HEAD]) if PURE else ints[: at.HEAD].tolist()
        counts = [head[many] for _, many, _ in _LOGS.values()]
        self._numbers.append(number)
        self._counts.append(counts)
        for (log, (first, _, width)), count in zip(_LOGS.items(), counts, strict=True):
            if width:
                rows = ints[head[first] : head[first] + count * width]
                rows = (np.array(rows, dtype=np.int64) if PURE else rows).reshape(count, width)
                self._days[log].append(rows[:, 0].copy())
                self._others[log].append(rows[:, 1:].T.astype(np.int32))
        self._values["signals"].append(_part(floats, head[at.SIGNAL_VALUES], head[at.N_SIGNAL_ROWS]))
        self._values["numbers"].append(_part(floats, head[at.NUMBER_VALUES], head[at.N_DRAWN]))
        if head[at.N_VIOLATIONS]:
            self._violated(number, ints, floats, low)

    def _violated(self, number: int, ints: Any, floats: Any, low: Lowered) -> None:
        rows: list[tuple[int, int, int]] = []
        told: dict[str, str] = {}
        for place in range(int(ints[at.N_VIOLATIONS])):
            row = int(ints[at.VIOLATIONS]) + place * at.VIOLATION_WIDTH
            which = int(ints[row + 2])
            rows.append((int(ints[row]), int(ints[row + 1]), which))
            text, names, first = low.statements[which]
            said = ", ".join(f"{name} = {floats[first + place]:.12g}" for place, name in enumerate(names))
            told.setdefault(text, said)
        self.violations[number] = sorted(
            rows, key=lambda each: (each[0], each[1], low.statements[each[2]][0])
        )
        self.circumstances[number] = told

    def columns(self, low: Lowered) -> dict[str, Columns]:
        """Return all rows as columns."""
        who, names = (low.contributors, low.contingents), low.numbers
        drawn = len(self._numbers)
        return {
            "transitions": Columns(
                self._replications("transitions"),
                self._whole("transitions"),
                (None, None, *who, STAGES, STAGES, None, low.moves),
            ),
            "signals": Columns(
                self._replications("signals"),
                (*self._whole("signals"), _joined(self._values["signals"])),
                (None, None, low.signals, None),
            ),
            "waits": Columns(
                self._replications("waits"),
                self._whole("waits"),
                (None, None, *who, self.words, None),
            ),
            "numbers": Columns(
                self._replications("numbers"),
                (np.tile(np.arange(len(names), dtype=np.int32), drawn), _joined(self._values["numbers"])),
                (names, None),
            ),
        }

    def logs(self, low: Lowered) -> dict[int, Logs]:
        """Return the rows of each replication, as the model leaves them."""
        columns = self.columns(low)
        found = {number: Logs(circumstances=self.circumstances.get(number, {})) for number in self._numbers}
        for log, each in columns.items():
            parts = [
                values.tolist() if words is None else [words[code] for code in values.tolist()]
                for values, words in zip(each.arrays, each.words, strict=True)
            ]
            for number, row in zip(each.replication.tolist(), zip(*parts, strict=True), strict=True):
                getattr(found[number], log).append(row)
        for number, rows in self.violations.items():
            found[number].violations.extend(
                (time, step, low.statements[which][0]) for time, step, which in rows
            )
        return found

    def _whole(self, log: str) -> tuple[Any, ...]:
        """Return the columns of whole numbers of a log."""
        width = _LOGS[log][2]
        days = np.concatenate([np.zeros(0, dtype=np.int64), *self._days[log]])
        others = np.concatenate([np.zeros((width - 1, 0), dtype=np.int32), *self._others[log]], axis=1)
        return (days, others[0].astype(np.int16), *others[1:])

    def _replications(self, log: str) -> Any:
        which = list(_LOGS).index(log)
        counts = np.array([each[which] for each in self._counts], dtype=np.int64)
        return np.repeat(np.array(self._numbers, dtype=np.int32), counts)


_LOGS = {
    "transitions": (at.TRANSITIONS, at.N_TRANSITIONS, at.TRANSITION_WIDTH),
    "signals": (at.SIGNAL_ROWS, at.N_SIGNAL_ROWS, at.SIGNAL_ROW_WIDTH),
    "waits": (at.WAITS_ROWS, at.N_WAITS, at.WAIT_WIDTH),
    "numbers": (at.NUMBER_VALUES, at.N_DRAWN, 0),
}


def _part(floats: Any, first: int, many: int) -> Any:
    return np.array(floats[first : first + many], dtype=np.float64)


def _joined(parts: list[Any]) -> Any:
    return np.concatenate([np.zeros(0), *parts])
