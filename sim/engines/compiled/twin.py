"""One lowered plan, played: its arrays filled for a seed, and what they hold afterwards as columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from sim.engines import layout as at
from sim.engines.columns import Columns
from sim.engines.compiled.at_hand import parts
from sim.engines.compiled.plainly import PURE
from sim.engines.lowering import STAGES, WORDS_AT_MOST, Capacity, Lowered, lowered
from sim.model.logbook import Logs
from sim.plan.randomness import stream_key
from sim.plan.tables import Plan

_AT_ONCE = 64
"""Replications of a lot: while it is played, other threads may have the interpreter."""
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
        self.parts = parts()
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
        self.state: Any = self.ints[: low.n_state] if PURE else self.ints[: low.n_state].copy()
        self.float_state: Any = (
            self.floats[: low.n_float_state] if PURE else self.floats[: low.n_float_state].copy()
        )
        self.room = Room(low.capacity, ints[at.N_DRAWN])
        self._n_causes = 0
        self._places: dict[tuple[str, ...], tuple[Any, Any, Any]] = {}
        self._causes_from = len(self.ints)
        if not self._words:
            self._take_words(low.waits)
        self._rank()
        for key, codes in self._causes.items():
            self._enter(key, codes)

    def play(self, numbers: Sequence[int], known: Sequence[Mapping[str, float] | None]) -> list[int]:
        """Play replications, with what is known of each, and add their rows; return those the reference must play."""
        given_up: list[int] = []
        for first in range(0, len(numbers), _AT_ONCE):
            given_up += self._play_lot(numbers[first : first + _AT_ONCE], known[first : first + _AT_ONCE])
        return given_up

    def _play_lot(self, numbers: Sequence[int], known: Sequence[Mapping[str, float] | None]) -> Iterator[int]:
        lot = Lot(self, numbers, known)
        place = tries = 0
        while True:
            before, place = place, lot.play(place)
            if place == len(numbers):
                return
            tries = 1 if place > before else tries + 1
            try:
                if tries == _MOST_TRIES:
                    raise GivenUpError
                if self._is_made_ready():
                    lot = lot if lot.low is self.low else Lot(self, numbers, known)
                    continue
                self.rows.take(numbers[place], self.ints, self.floats, self.low)
            except GivenUpError:
                yield numbers[place]
            place, tries = place + 1, 0

    def _is_made_ready(self) -> bool:
        """Make ready for what a replication lacked; False if it lacked nothing. GivenUpError if the reference must."""
        status = self.ints[at.STATUS]
        if status == at.REFER:
            raise GivenUpError
        if status == at.FULL:
            self._lower(lowered(self._plan, self.low.capacity.doubled()))
        elif self.ints[at.N_MISSES]:
            self._learn()
        else:
            return False
        return True

    def places_of(self, streams: tuple[str, ...]) -> tuple[Any, Any, Any]:
        """Return where it is said that a number is known, where the numbers stand, and of which stream each is."""
        if streams not in self._places:
            if len(self._places) >= _MOST_PLACES:
                self._places.clear()
            self._places[streams] = self._places_of(streams)
        return self._places[streams]

    def _places_of(self, streams: tuple[str, ...]) -> tuple[Any, Any, Any]:
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
        row = self.parts.cause_row(self.ints, (readings << 12) + whose + 1, truths)
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


class Room:
    """Where the rows of a lot of replications go."""

    def __init__(self, capacity: Capacity, drawn: int) -> None:
        self.most = moves, signals, waits = (
            2 * capacity.transitions,
            2 * capacity.signals,
            2 * capacity.waits,
        )
        ends = np.cumsum(
            (0, moves * at.TRANSITION_WIDTH, signals * at.SIGNAL_ROW_WIDTH, waits * at.WAIT_WIDTH)
        ).tolist()
        self.first = ends[:3]
        ints, floats = ends[3], signals + _AT_ONCE * drawn
        self.ints: Any = [0] * ints if PURE else np.zeros(ints, np.int64)
        self.floats: Any = [0.0] * floats if PURE else np.zeros(floats, np.float64)


class Lot:
    """Replications that are played together: see `sim.engines.compiled.lot`."""

    def __init__(
        self, twin: Twin, numbers: Sequence[int], known: Sequence[Mapping[str, float] | None]
    ) -> None:
        self.numbers = numbers
        self._twin = twin
        head = np.zeros(at.LOT_HEAD, np.int64)
        rows = np.zeros((len(numbers), at.LOT_WIDTH), np.int64)
        lists, values = [np.zeros(0, np.int64)], [np.zeros(0)]
        begin, of_values = at.LOT_HEAD + rows.size, 0
        for row, number, each in zip(rows, numbers, known, strict=True):
            row[at.LOT_NUMBER] = number
            if not each:
                continue
            flags, places, which = twin.places_of(tuple(each))
            row[at.LOT_FLAGS : at.LOT_ROW_MOVES] = (
                begin,
                len(flags),
                begin + len(flags),
                len(places),
                of_values,
            )
            lists += flags, places
            values.append(np.array(list(each.values()), np.float64)[which])
            begin, of_values = begin + len(flags) + len(places), of_values + len(places)
        room, low = twin.room, twin.low
        self.low = low
        head[at.LOT_MANY], head[at.LOT_ROWS] = len(numbers), at.LOT_HEAD
        head[at.LOT_STATE], head[at.LOT_FLOAT_STATE] = low.n_state, low.n_float_state
        for place, first, most in zip(
            (at.LOT_MOVES, at.LOT_SIGNALS, at.LOT_WAITS), room.first, room.most, strict=True
        ):
            head[place], head[place + 1] = first, most
        head[at.LOT_DRAWN] = room.most[1]
        self._ints: Any = np.concatenate([head, rows.ravel(), *lists])
        self._floats: Any = np.concatenate(values)
        if PURE:
            self._ints, self._floats = self._ints.tolist(), self._floats.tolist()

    def play(self, begin: int) -> int:
        """Play them from that place on and add their rows; return the place of the first that lacks something."""
        twin, room = self._twin, self._twin.room
        self._ints[at.LOT_BEGIN] = begin
        for count in (at.LOT_N_MOVES, at.LOT_N_SIGNALS, at.LOT_N_WAITS, at.LOT_N_DRAWN):
            self._ints[count] = 0
        end = twin.parts.play_lot(
            twin.ints,
            twin.floats,
            twin.state,
            twin.float_state,
            self._ints,
            self._floats,
            room.ints,
            room.floats,
        )
        if end > begin:
            told = np.array(self._ints[: at.LOT_HEAD + end * at.LOT_WIDTH], np.int64)
            rows = told[at.LOT_HEAD :].reshape(end, at.LOT_WIDTH)[begin:]
            counts = rows[:, at.LOT_ROW_MOVES : at.LOT_ROW_WAITS + 1]
            twin.rows.take_lot(self.numbers[begin:end], counts, room, told[: at.LOT_HEAD])
        return end


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

    def take_lot(self, numbers: Sequence[int], counts: Any, room: Room, head: Any) -> None:
        """Add the rows of replications that lie in a room: of each, how many of each log there are."""
        drawn = int(head[at.LOT_N_DRAWN])
        self._numbers.extend(numbers)
        self._counts.extend([*each, drawn // len(numbers)] for each in counts.tolist())
        for log, first, count in zip(
            ("transitions", "signals", "waits"), room.first, counts.sum(axis=0).tolist(), strict=True
        ):
            width = _LOGS[log][2]
            rows = np.array(room.ints[first : first + count * width], np.int64).reshape(count, width)
            self._days[log].append(rows[:, 0].copy())
            self._others[log].append(rows[:, 1:].T.astype(np.int32))
        self._values["signals"].append(_part(room.floats, 0, int(head[at.LOT_N_SIGNALS])))
        self._values["numbers"].append(_part(room.floats, int(head[at.LOT_DRAWN]), drawn))

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
