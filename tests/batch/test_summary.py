from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from sim.batch.columns import LOGS, Columns, Gathering, joined
from sim.batch.running import run
from sim.batch.store import Store
from sim.batch.summary import summarised
from sim.batch.summary_file import decoded_summary, encoded_summary
from tests.batch.fake import FAKE, contents, resolved

SOURCES = dict.fromkeys(LOGS, "0" * 64)
NAMES = st.sampled_from("abc")
TIMES = st.integers(0, 5)
MOVES = st.tuples(TIMES, st.just(0), NAMES, NAMES, NAMES, NAMES, st.integers(1, 9), st.just("why"))
WAITS = st.tuples(TIMES, st.integers(0, 2), NAMES, NAMES, NAMES, st.integers(0, 9))
SIGNALS = st.tuples(st.integers(-9, 9), st.just(0), NAMES, st.floats(0, 9))


@st.composite
def blocks(draw):
    worlds = []
    for _ in range(draw(st.integers(1, 5))):
        names = draw(st.sets(NAMES))
        worlds.append(
            {
                "transitions": sorted(draw(st.lists(MOVES, max_size=6))),
                "signals": sorted(draw(st.lists(SIGNALS, max_size=6))),
                "waits": sorted(draw(st.lists(WAITS, max_size=12)), key=lambda row: row[:5]),
                "numbers": [(name, draw(st.floats(0, 1))) for name in sorted(names)],
            }
        )
    return worlds


def joined_logs(worlds, first=250):
    logs = {}
    for log in LOGS:
        gathering = Gathering(log)
        for number, world in enumerate(worlds, first):
            gathering.add(number, world[log])
        logs[log] = joined(log, [gathering.columns()])
    return logs


@pytest.mark.long
@given(blocks())
def test_nothing_that_answers_need_is_lost(worlds):
    summary = summarised(joined_logs(worlds), range(250, 250 + len(worlds)))
    read = decoded_summary(encoded_summary(summary, SOURCES), SOURCES)
    assert read is not None
    rows = list(
        zip(
            read.moves.place.tolist(),
            read.moves.second.tolist(),
            [read.bodies[code] for code in read.moves.body],
            [read.stages[code] for code in read.moves.source],
            [read.stages[code] for code in read.moves.goal],
            read.moves.troops.tolist(),
            strict=True,
        )
    )
    assert rows == [
        (place, row[0], (row[2], row[3]), row[4], row[5], row[6])
        for place, world in enumerate(worlds)
        for row in world["transitions"]
    ]
    courses = zip(read.courses.place, read.courses.second, read.courses.fact, read.courses.value, strict=True)
    assert [(place, second, read.facts[fact], value) for place, second, fact, value in courses] == [
        (place, row[0], *row[2:]) for place, world in enumerate(worlds) for row in world["signals"]
    ]
    drawn = {
        (name, place): value
        for name, values in zip(read.names, read.drawn.tolist(), strict=True)
        for place, value in enumerate(values)
        if value == value
    }
    assert drawn == {
        (name, place): value for place, world in enumerate(worlds) for name, value in world["numbers"]
    }


@pytest.mark.long
@given(blocks())
def test_changes_of_who_waits_add_up_to_how_many_wait_after_every_instant(worlds):
    summary = summarised(joined_logs(worlds), range(250, 250 + len(worlds)))
    rows = summary.bookings
    for place, world in enumerate(worlds):
        for second in range(6):
            waiting = {row[2:5]: row[5] for row in world["waits"] if row[0] <= second}
            for course in {row[2:5] for row in world["waits"]}:
                own = [
                    change
                    for at, when, wait, change in zip(
                        rows.place, rows.second, rows.wait, rows.change, strict=True
                    )
                    if (at, summary.waits[wait]) == (place, (course[:2], course[2])) and when <= second
                ]
                assert sum(own) == waiting.get(course, 0)
    assert (rows.change != 0).all()
    instants = list(zip(rows.place.tolist(), rows.second.tolist(), rows.wait.tolist(), strict=True))
    assert len(set(instants)) == len(instants), "of several rounds of an instant only the last counts"


@given(blocks())
def test_how_words_are_numbered_and_which_are_never_said_makes_no_difference(worlds):
    logs, numbers = joined_logs(worlds), range(250, 250 + len(worlds))
    otherwise = {
        log: Columns(
            rows.replication,
            tuple(
                values if words is None else (len(words) - values).astype(values.dtype)
                for values, words in zip(rows.arrays, rows.words, strict=True)
            ),
            tuple(None if words is None else ("never", *reversed(words)) for words in rows.words),
        )
        for log, rows in logs.items()
    }
    expected = encoded_summary(summarised(logs, numbers), SOURCES)
    assert encoded_summary(summarised(otherwise, numbers), SOURCES) == expected


@pytest.mark.parametrize(("bodies", "causes"), [(1, 300), (16, 16), (280, 240)])
def test_however_many_wait_for_however_much_each_is_told_apart(bodies, causes):
    body, cause = (axis.ravel() for axis in np.indices((bodies, causes), dtype=np.int32))
    many = np.tile(np.arange(1, body.size + 1, dtype=np.int32), 2)
    rows = 2 * body.size
    words = {
        axis: tuple(f"{place:03}" for place in range(size)) for axis, size in (("b", bodies), ("c", causes))
    }
    zeros = np.zeros(rows, dtype=np.int32)
    second = np.repeat(np.array([5, 9], dtype=np.int64), body.size)
    many[body.size :] *= 3
    logs = joined_logs([dict.fromkeys(LOGS, ())], first=0) | {
        "waits": Columns(
            zeros,
            (second, zeros.astype(np.int16), zeros, np.tile(body, 2), np.tile(cause, 2), many),
            (None, None, ("a",), words["b"], words["c"], None),
        )
    }
    summary = summarised(logs, [0])
    assert list(summary.waits) == [(("a", one), other) for one in words["b"] for other in words["c"]]
    found = summary.bookings
    assert found.wait.tolist() == 2 * list(range(body.size))
    assert found.change.tolist() == [*range(1, body.size + 1), *range(2, 2 * body.size + 1, 2)]


@pytest.fixture(scope="module")
def file():
    worlds = [
        {
            "transitions": [(1, 0, "a", "u", "", "pledged", 5, "pledge")],
            "signals": [(3, 0, "calm", 1.0)],
            "waits": [(1, 0, "a", "u", "beds", 5)],
            "numbers": [("tempo", 0.5)],
        }
    ]
    return encoded_summary(summarised(joined_logs(worlds), [250]), SOURCES)


def test_any_damage_is_seen(file):
    assert decoded_summary(file, SOURCES) is not None
    for place in range(0, len(file), 7):
        damaged = file[:place] + bytes([file[place] ^ 1]) + file[place + 1 :]
        assert decoded_summary(damaged, SOURCES) is None
    for length in (0, 5, 40, len(file) // 2, len(file) - 1):
        assert decoded_summary(file[:length], SOURCES) is None


def test_a_summary_of_other_logs_is_none(file):
    assert decoded_summary(file, {**SOURCES, "waits": "1" * 64}) is None


def test_the_block_that_is_played_leaves_its_summary_whatever_the_way(tmp_path):
    for name, jobs in (("serial", 1), ("parallel", 2)):
        run(resolved(fails=(3,)), replications=300, seed=0, folder=tmp_path / name, jobs=jobs, model=FAKE)
    one, other = (contents(tmp_path / name / "summaries") for name in ("serial", "parallel"))
    assert len(one) == 2 and one == other
    store = Store(tmp_path / "serial")
    manifest = store.manifest()
    for record in manifest.blocks.values():
        summary = store.summary(record)
        assert summary.numbers.tolist() == record.finished
        table = parquet.read_table(io.BytesIO(store.block_path("transitions", record).read_bytes()))
        assert summary.moves.troops.tolist() == table["troops"].to_pylist()
