"""What is written to a nameless file is read back as it would stand in memory, and a full disk is told."""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import gc
import os
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.durations import DAY
from sim.errors import StoreError
from sim.results import spilled
from sim.results.changes import Changes
from sim.results.levels import levels_of
from sim.results.spilled import Spilled, SpilledColumns, SpilledRows, SpilledTable

LIMITS = st.sampled_from([0, 1, 40, 1 << 20])
"""Bytes that stay in memory: none, few, all."""
OPEN_FILES = Path("/proc/self/fd")
DAYS = 6
BODIES = 3


@st.composite
def worlds(draw):
    """Changes of each world, by time: (second, body, change); an instant may have several."""
    row = st.tuples(st.integers(0, DAYS * DAY - 1), st.integers(0, BODIES - 1), st.integers(-50, 90))
    days = st.tuples(st.sampled_from([0, DAY - 1, DAY, 2 * DAY]), st.just(0), st.sampled_from([-5, 5]))
    return [sorted(draw(st.lists(row | days, max_size=6))) for _ in range(draw(st.integers(1, 9)))]


def stored_as(drawn, sizes, limit):
    """Changes written down in blocks of so many worlds."""
    rows = SpilledRows({"place": "i4", "second": "i4", "body": "i2", "change": "i4"}, limit)
    first = 0
    while first < len(drawn):
        size = sizes[first % len(sizes)]
        told = [(first + at, *row) for at, world in enumerate(drawn[first : first + size]) for row in world]
        columns = np.array(told, dtype=np.int64).reshape(len(told), 4).T
        rows.append(len(drawn[first : first + size]), *columns)
        first += size
    return Changes(len(drawn), rows, np.arange(BODIES, dtype=np.int16))


def course(world, groups):
    """By hand: second and level after each instant."""
    seconds = sorted({second for second, body, _ in world if body in groups})
    return [(at, sum(c for second, body, c in world if second <= at and body in groups)) for at in seconds]


@settings(deadline=None, max_examples=40)
@given(worlds(), st.lists(st.integers(1, 4), min_size=1, max_size=3), LIMITS, st.data())
def test_changes_that_are_spilled_say_what_counting_by_hand_says(drawn, sizes, limit, data):
    groups = data.draw(st.sets(st.integers(0, BODIES - 1), min_size=1))
    keep = np.array(data.draw(st.lists(st.booleans(), min_size=len(drawn), max_size=len(drawn))))
    again = np.array(
        data.draw(st.lists(st.booleans(), min_size=int(keep.sum()), max_size=int(keep.sum()))), dtype=bool
    )
    changes = stored_as(drawn, sizes, limit).of(groups).within(keep).within(again)
    kept = [world for world, stays in zip(drawn, keep, strict=True) if stays]
    kept = [world for world, stays in zip(kept, again, strict=True) if stays]
    courses = [course(world, groups) for world in kept]
    assert changes.replications == len(kept)
    tops = [max([0, *(level for _, level in each)]) for each in courses]
    climb = changes.climb()
    assert climb.peak.tolist() == tops
    assert climb.first.tolist() == changes.first_at_least(1).tolist()
    for troops in (0, 1, 40):
        wanted = [
            0.0 if troops <= 0 else min([at for at, level in each if level >= troops], default=np.inf)
            for each in courses
        ]
        assert changes.first_at_least(troops).tolist() == wanted
    wanted = [
        min([at for at, level in each if level == top > 0], default=np.inf)
        for each, top in zip(courses, tops, strict=True)
    ]
    assert climb.at_peak.tolist() == wanted


@settings(deadline=None, max_examples=35)
@given(worlds(), st.lists(st.integers(1, 4), min_size=1, max_size=3), LIMITS, st.integers(1, 40), st.data())
def test_levels_of_spilled_changes_are_those_of_each_day(drawn, sizes, limit, slab, data):
    groups = data.draw(st.sets(st.integers(0, BODIES - 1)))
    days = data.draw(st.integers(1, DAYS))
    dates = tuple(dt.date(2026, 1, 1) + dt.timedelta(days=day) for day in range(days))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spilled, "MOST_IN_MEMORY", limit)
        patch.setattr("sim.results.levels._SLAB", slab)
        patch.setattr("sim.results.levels._WORLDS_AT_ONCE", sizes[0])
        levels = levels_of(stored_as(drawn, sizes, limit).of(groups), dates)
        table = np.array(
            [
                [
                    sum(c for at, body, c in world if at < (day + 1) * DAY and body in groups)
                    for world in drawn
                ]
                for day in range(days)
            ]
        )
        assert np.concatenate([found for _, found in levels.slabs()]).tolist() == table.tolist()
        assert [levels.on_day(day).tolist() for day in range(days)] == table.tolist()
        some = sorted(data.draw(st.sets(st.integers(0, days - 1), min_size=1)))
        assert [row.tolist() for row in levels.on_days(some)] == table[some].tolist()
        for troops in (-3, 0, 1, 5):
            assert levels.count_at_least(troops).tolist() == (table >= troops).sum(axis=1).tolist()
        assert levels.mean().tolist() == (table.sum(axis=1) / len(drawn)).tolist()
        ranks = sorted({0, len(drawn) // 2, len(drawn) - 1})
        assert levels.orders(ranks).tolist() == np.sort(table, axis=1)[:, ranks].T.tolist()


@given(
    st.lists(st.lists(st.integers(-9, 9), min_size=3, max_size=3), max_size=12),
    st.integers(1, 5),
    st.sampled_from([1, 4, 100]),
    LIMITS,
)
def test_a_spilled_table_has_the_rows_of_one_in_memory(columns, size, together, limit):
    whole = np.array(columns, dtype=np.int64).reshape(len(columns), 3).T
    table = SpilledTable(3, np.int32, limit)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spilled, "_WORLDS_TOGETHER", together)
        for first in range(0, len(columns), size):
            table.append(whole[:, first : first + size])
    assert [row.tolist() for row in table] == whole.tolist()
    assert table.total().tolist() == whole.sum(axis=0).tolist()
    assert table.total([2, 0]).tolist() == (whole[0] + whole[2]).tolist()
    assert (len(table), table.worlds) == (3, len(columns))
    with pytest.raises(IndexError):
        table[3]


NAMED = st.dictionaries(st.sampled_from("abc"), st.lists(st.integers(-9, 9), min_size=5, max_size=5))


@given(st.lists(NAMED, max_size=6), st.integers(0, 5), st.sampled_from([1, 4, 100]), LIMITS, st.data())
def test_spilled_columns_have_what_each_block_named(blocks, size, together, limit, data):
    columns, whole = SpilledColumns(np.int32, limit), {name: [] for name in "abc"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spilled, "_WORLDS_TOGETHER", together)
        for block in blocks:
            columns.append(size, {name: np.array(own[:size]) for name, own in block.items()}, 99)
            for name, values in whole.items():
                values.extend(block.get(name, [99] * size)[:size])
    assert columns.names == tuple(sorted({name for block in blocks for name in block}))
    first = data.draw(st.integers(0, len(blocks) * size))
    end = data.draw(st.integers(first, len(blocks) * size + 2))
    for name in columns.names:
        assert columns.read(name).tolist() == whole[name]
        assert columns.read(name, first, end).tolist() == whole[name][first:end]
        assert columns.read(name).dtype == np.int32


@settings(max_examples=40)
@given(worlds(), st.lists(st.integers(1, 4), min_size=1, max_size=3), LIMITS, st.integers(1, 20))
def test_parts_are_whole_worlds_in_their_order_and_none_is_left_out(drawn, sizes, limit, least):
    stored = stored_as(drawn, sizes, limit).stored
    parts = list(stored.parts(least))
    assert sum(part.worlds for part in parts) == len(drawn)
    assert all(part.worlds >= least for part in parts[:-1])
    begin = 0
    for part in parts:
        assert part.first == begin
        own = enumerate(drawn[begin : begin + part.worlds])
        assert part.column("place").tolist() == [begin + at for at, world in own for _ in world]
        begin += part.worlds


@pytest.mark.skipif(not OPEN_FILES.is_dir(), reason="no list of open files")
def test_nothing_is_left_of_it(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def opened():
        links = []
        for each in OPEN_FILES.iterdir():
            with contextlib.suppress(FileNotFoundError):  # that of the list itself
                links.append(str(each.readlink()))
        return [link for link in links if str(tmp_path) in link]

    held = Spilled(most=10)
    held.append(np.arange(2, dtype=np.int32))
    assert opened() == []
    held.append(np.arange(1000, dtype=np.int32))
    assert len(opened()) == 1
    assert list(tmp_path.iterdir()) == []  # it has no name: nothing can be left, whatever ends the command
    assert held.read(np.int32, 8, 1000).tolist() == list(range(1000))
    del held
    gc.collect()
    assert opened() == []


def test_a_full_disk_is_told_with_the_folder_and_the_remedy(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    class Full:
        closed = False

        def write(self, content):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        def close(self):
            self.closed = True

    monkeypatch.setattr(spilled, "_nameless", Full)
    held = Spilled(most=10)
    with pytest.raises(StoreError, match=r"No space left on device.*TMPDIR") as told:
        held.append(np.arange(1000))
    assert str(told.value).startswith(f"{tmp_path}: ")
    assert isinstance(told.value.__cause__, OSError)  # so a command with several runs ends here
    assert told.value.__cause__.errno == errno.ENOSPC


def test_without_a_folder_for_temporary_files_that_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    with pytest.raises(StoreError, match="missing: a temporary file cannot be kept there: No such file"):
        Spilled(most=0).append(np.arange(3))


def test_a_write_that_takes_only_a_part_is_gone_on_with(monkeypatch):
    written = bytearray()

    class Slow:
        def write(self, content):
            written.extend(content[:3])
            return min(3, len(content))

        def close(self):
            pass

    monkeypatch.setattr(spilled, "_nameless", Slow)
    values = np.arange(5, dtype=np.int64)
    Spilled(most=0).append(values)
    assert bytes(written) == values.tobytes()


@pytest.mark.skipif(not OPEN_FILES.exists(), reason="counts open files")
def test_where_many_files_are_open_the_rest_stays_in_memory(monkeypatch):
    before = len([*OPEN_FILES.iterdir()])
    monkeypatch.setattr(spilled, "_most_open", lambda: 2 * before + 8)
    columns = [Spilled(0) for _ in range(20)]
    for value in range(50):
        for place, column in enumerate(columns):
            column.append(np.array([value * place], dtype=np.int64))
    assert before < len([*OPEN_FILES.iterdir()]) <= before + 8
    for place, column in enumerate(columns):
        assert column.read(np.int64, 0, 50).tolist() == [value * place for value in range(50)]
    del columns, column
    gc.collect()
    assert len([*OPEN_FILES.iterdir()]) == before


def test_half_of_the_files_that_may_be_open_is_left_to_others():
    resource = pytest.importorskip("resource")
    assert 0 < spilled._most_open() in (resource.getrlimit(resource.RLIMIT_NOFILE)[0], 1 << 30)
