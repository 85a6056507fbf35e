"""The file of a summary: what is not asked for is not unpacked, and what does not hold together is not read."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings

from sim.batch.summary import Courses, Moves, summarised
from sim.batch.summary_columns import kept_columns, rows_of
from sim.batch.summary_file import decoded_summary, encoded_summary, is_of_this_version
from sim.errors import StoreError
from tests.batch.test_summary import SOURCES, blocks, joined_logs


@settings(max_examples=30)
@given(blocks())
def test_every_column_is_read_back_with_its_type(worlds):
    summary = summarised(joined_logs(worlds), range(250, 250 + len(worlds)))
    file = encoded_summary(summary, SOURCES)
    read = decoded_summary(file, SOURCES)
    assert file == encoded_summary(read, SOURCES)
    for section in ("moves", "bookings", "courses"):
        one, other = getattr(summary, section), getattr(read, section)
        for column in one.__dataclass_fields__:
            mine, its = getattr(one, column), getattr(other, column)
            assert mine.dtype == its.dtype
            np.testing.assert_array_equal(mine, its)
    np.testing.assert_array_equal(summary.drawn, read.drawn)
    assert summary.drawn.shape == read.drawn.shape


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


def test_only_what_is_asked_for_is_unpacked_and_once(file, monkeypatch):
    unpacked = []
    real = pa.decompress
    monkeypatch.setattr(pa, "decompress", lambda *given, **more: unpacked.append(1) or real(*given, **more))
    summary = decoded_summary(file, SOURCES)
    assert (summary.facts, summary.numbers.tolist(), len(unpacked)) == (("calm",), [250], 1)
    assert [summary.moves.troops.tolist() for _ in range(2)] == [[5], [5]]
    assert len(unpacked) == 2


def forged(file, edit):
    """The file with its head edited and every checksum right."""
    magic, _, text, content = file.split(b"\n", 3)
    head = json.loads(text)
    changed = edit(head["sections"], content)
    content = changed if isinstance(changed, bytes) else content
    head["sha256"] = hashlib.sha256(content).hexdigest()
    text = json.dumps(head, sort_keys=True).encode()
    return b"\n".join((magic, hashlib.sha256(text).hexdigest().encode(), text, content))


@pytest.mark.parametrize(
    "edit",
    [
        lambda sections, _: sections["moves"].update(begin=0),
        lambda sections, _: sections["moves"].update(stored=sections["moves"]["stored"] + 1),
        lambda sections, _: sections["courses"].update(stored=-1),
        lambda sections, _: sections["moves"].update(size=1 << 40),
        lambda sections, _: sections["moves"]["columns"].pop(),
        lambda sections, _: sections["moves"]["columns"][0].__setitem__(1, "|O8"),
        lambda sections, _: sections["moves"]["columns"][0].__setitem__(2, [-1]),
        lambda sections, _: sections["moves"]["columns"][0].__setitem__(2, [2]),
        lambda sections, _: sections["moves"]["columns"].reverse(),
        lambda sections, _: sections.pop("bookings"),
        lambda sections, content: content + b"more",
    ],
)
def test_what_does_not_hold_together_is_no_summary(file, edit):
    assert decoded_summary(forged(file, lambda sections, content: None), SOURCES) is not None
    assert decoded_summary(forged(file, edit), SOURCES) is None


def test_a_section_that_cannot_be_unpacked_is_an_error_of_the_store(file):
    def blank(sections, content):
        begin = sections["moves"]["begin"]
        return (
            content[:begin]
            + bytes(sections["moves"]["stored"])
            + content[begin + sections["moves"]["stored"] :]
        )

    summary = decoded_summary(forged(file, blank), SOURCES)
    with pytest.raises(StoreError, match="cannot be unpacked"):
        summary.moves  # noqa: B018 - it is unpacked when it is asked for


def test_what_another_version_wrote_is_known(file):
    assert is_of_this_version(file)
    assert not any(
        map(is_of_this_version, (b"", b"x", b"a\nb\nc\nd", file.replace(b'"version": 5', b'"version": 4')))
    )


def of_instants(places, seconds, values=()):
    rows = len(places)
    given = (np.array(places, dtype=np.int32), np.array(seconds, dtype=np.int64))
    if values:
        return Courses(*given, np.zeros(rows, dtype=np.int16), np.array(values, dtype=np.float64))
    return Moves(*given, *(np.zeros(rows, dtype=np.int16) for _ in range(3)), np.ones(rows, dtype=np.int32))


@pytest.fixture(scope="module")
def empty():
    return summarised(joined_logs([dict.fromkeys(("transitions", "signals", "waits", "numbers"), ())]), [250])


@pytest.mark.parametrize("seconds", [(0, 5, 2**31 - 1), (0, 2**31, 3), (-(2**40), 2**40, 7), (4, 4, 4)])
@pytest.mark.parametrize("places", [(0, 1, 249), (0, 40_000, 40_001), (3, 3, 3)])
def test_instants_are_kept_whole_however_far_apart(seconds, places, empty):
    moves = of_instants(places, seconds)
    read = decoded_summary(encoded_summary(replace(empty, moves=moves), SOURCES), SOURCES)
    assert (read.moves.place.tolist(), read.moves.second.tolist()) == (list(places), list(seconds))
    assert (read.moves.place.dtype, read.moves.second.dtype) == (np.int32, np.int64)


@pytest.mark.parametrize(
    "values",
    [
        (0.0, -0.0, 1.0),
        (0.05, 2.0, math.nan),
        (math.inf, -math.inf, 3.0),
        (2.0**31, -(2.0**31), 2.0**60),
        (7.0,),
    ],
)
def test_every_value_is_kept_to_the_last_bit(values, empty):
    courses = of_instants(range(len(values)), range(len(values)), values)
    read = decoded_summary(encoded_summary(replace(empty, courses=courses), SOURCES), SOURCES)
    assert read.courses.value.tobytes() == courses.value.tobytes()
    kept = kept_columns(courses)
    assert not kept["value"][kept["odd"]].any(), "what no whole number is differs from processor to processor"


def test_rows_in_another_order_than_that_of_worlds_are_refused(empty):
    with pytest.raises(ValueError, match="order of worlds"):
        encoded_summary(replace(empty, moves=of_instants((1, 0), (0, 0))), SOURCES)


def test_few_bytes_hold_many_rows_of_one_instant(empty):
    whole = kept_columns(of_instants([0] * 1_000 + [1] * 1_000, [5] * 2_000, [1.0] * 2_000))
    assert {name: (values.size, values.dtype.str) for name, values in whole.items()} == {
        "instants": (2, "|i1"),
        "step": (2, "|i1"),
        "rows": (2, "<i2"),
        "fact": (2_000, "|i1"),
        "value": (2_000, "|i1"),
        "odd": (0, "|i1"),
        "odd_value": (0, "<f8"),
    }


@pytest.mark.parametrize(
    ("column", "wrong"),
    [
        ("rows", [1, 1]),
        ("rows", [4, -1]),
        ("instants", [1, 2]),
        ("instants", [3, -1]),
        ("odd", [7]),
        ("value", [0, 0]),
        ("step", [0, 0, 0]),
    ],
)
def test_columns_that_contradict_each_other_are_an_error_of_the_store(column, wrong):
    columns = kept_columns(of_instants((0, 0, 1), (2, 2, 3), (0.5, 1.0, 2.0)))
    assert rows_of(Courses, columns).value.tolist() == [0.5, 1.0, 2.0]
    with pytest.raises(StoreError, match="do not hold together"):
        rows_of(Courses, {**columns, column: np.array(wrong, dtype=np.int8)})


@pytest.mark.parametrize(
    ("least", "most", "kind"),
    [
        (-128, 127, "|i1"),
        (0, 255, "|u1"),
        (-1, 128, "<i2"),
        (0, 256, "<i2"),
        (-129, 0, "<i2"),
        (0, 2**15, "<i4"),
        (-(2**31), 2**31 - 1, "<i4"),
        (0, 2**31, "<i8"),
    ],
)
def test_whole_numbers_are_as_narrow_as_all_of_them_allow(least, most, kind, empty):
    moves = of_instants((0, 1, 2), (0, least, least + most))
    step = kept_columns(moves)["step"]
    assert (step.dtype.str, step.tolist()) == (kind, [0, least, most])
    read = decoded_summary(encoded_summary(replace(empty, moves=moves), SOURCES), SOURCES)
    assert read.moves.second.tolist() == [0, least, least + most]
