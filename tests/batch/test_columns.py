from __future__ import annotations

import io
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from sim.batch.columns import LOGS, Gathering, Identity, encoded, joined
from sim.batch.spans import Span

VALUES = {
    "day": st.integers(0, 50 * 366 * 86_400),
    "int16": st.integers(0, 1_000),
    "int32": st.integers(-(2**31), 2**31 - 1),
    "float64": st.floats(allow_nan=False),
    "word": st.text(max_size=3),
}


def rows_of(log):
    return st.lists(st.tuples(*(VALUES[kind] for _, kind in LOGS[log])), max_size=4)


WHOSE = Identity("digest", 0, Span(0, 8))


@st.composite
def replications(draw):
    log = draw(st.sampled_from(sorted(LOGS)))
    return log, draw(st.lists(rows_of(log), min_size=1, max_size=8))


def block(log, rows, cuts):
    parts, gathering = [], Gathering(log)
    for number, each in enumerate(rows):
        if number in cuts:
            parts.append(gathering.columns())
            gathering = Gathering(log)
        gathering.add(number, each)
    return encoded(log, joined(log, [*parts, gathering.columns()]), WHOSE)


@pytest.mark.long
@given(replications(), st.sets(st.integers(0, 8)))
def test_the_bytes_do_not_depend_on_how_a_block_is_cut_into_parts(case, cuts):
    log, rows = case
    assert block(log, rows, cuts) == block(log, rows, set())


@given(replications())
def test_every_row_is_read_back(case):
    log, rows = case
    table = parquet.read_table(io.BytesIO(block(log, rows, {1}))).to_pydict()
    names = [name for name, _ in LOGS[log]]
    read = list(zip(table["replication"], *(table[name] for name in names), strict=True))
    assert read == [(number, *_as_stored(log, row)) for number, each in enumerate(rows) for row in each]


def _as_stored(log, row):
    return tuple(
        value / 86_400 if kind == "day" else value for (_, kind), value in zip(LOGS[log], row, strict=True)
    )


@given(replications(), rows_of("signals"))
def test_what_is_forgotten_leaves_no_trace(case, more):
    log, rows = case
    kept, disturbed = Gathering(log), Gathering(log)
    for number, each in enumerate(rows):
        kept.add(number, each)
        disturbed.add(number, each)
    if log == "signals":
        disturbed.add(len(rows), more)
    with pytest.raises((TypeError, ValueError, OverflowError)):
        disturbed.add(len(rows), [tuple("a word nobody else has" for _ in LOGS[log])])
    disturbed.forget(len(rows))
    assert encoded(log, joined(log, [kept.columns()]), WHOSE) == encoded(
        log, joined(log, [disturbed.columns()]), WHOSE
    )


@pytest.mark.parametrize("log", sorted(LOGS))
def test_a_block_without_rows_has_the_full_schema(log):
    empty, filled = block(log, [[]], set()), block(log, [[rows_example(log)]], set())
    schema = parquet.read_schema(io.BytesIO(empty))
    assert schema.equals(parquet.read_schema(io.BytesIO(filled)))
    assert schema.names == ["replication", *(name for name, _ in LOGS[log])]


def rows_example(log):
    example = {"day": 86_400, "int16": 1, "int32": 5, "float64": 0.5, "word": "w"}
    return tuple(example[kind] for _, kind in LOGS[log])


def test_column_types_are_those_of_the_contract():
    schema = parquet.read_schema(io.BytesIO(block("transitions", [[rows_example("transitions")]], set())))
    types = {field.name: str(field.type) for field in schema}
    assert types["replication"] == types["troops"] == "int32"
    assert (types["day"], types["step"]) == ("double", "int16")
    assert types["cause"].startswith("dictionary<values=string")


@given(replications())
def test_words_are_stored_in_ascending_order_and_only_those_in_use(case):
    log, rows = case
    table = parquet.read_table(io.BytesIO(block(log, rows, {1})))
    for name, kind in LOGS[log]:
        if kind == "word":
            stored = [word for chunk in table[name].chunks for word in chunk.dictionary.to_pylist()]
            assert stored == sorted(set(table[name].to_pylist()))


def test_a_worker_imports_no_pandas():
    """That takes half a second, and memory, in each of them."""
    code = (
        "import sys\n"
        "from sim.batch.columns import LOGS, Gathering, Identity, encoded\n"
        "from sim.engines.spans import Span\n"
        "for log in LOGS: encoded(log, Gathering(log).columns(), Identity('', 0, Span(0, 1)))\n"
        "print('pyarrow' in sys.modules, 'pandas' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "True False\n"
