"""A block's file is read whole or in part, without a thread that could outlive the interpreter."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from sim.results.block import block_table

TABLE = pa.table(
    {"replication": [0, 0, 1], "day": [0.5, 2.0, 1.25], "who": pa.array(["a", "b", "a"]).dictionary_encode()},
    metadata={"isf-block": "0"},
)


@pytest.fixture
def content():
    sink = pa.BufferOutputStream()
    parquet.write_table(TABLE, sink)
    return bytes(sink.getvalue())


@pytest.mark.parametrize("columns", [None, ["who"], ["day", "replication"], []])
def test_columns_come_as_they_are_asked_for(content, columns):
    wanted = TABLE if columns is None else TABLE.select(columns)
    got = block_table(content, columns)
    assert got.equals(wanted)
    assert (got.num_rows, got.schema.metadata) == (3, TABLE.schema.metadata)


def test_a_column_that_is_not_there_is_an_error(content):
    with pytest.raises((KeyError, pa.ArrowException)):
        block_table(content, ["day", "nothing"])


COUNTING = """
import sys
from pathlib import Path
import pyarrow.parquet
from sim.results.block import block_table

def threads():
    names = [path.read_text().strip() for path in Path("/proc/self/task").glob("*/comm")]
    return sum(name != "jemalloc_bg_thd" for name in names)

content = Path(sys.argv[1]).read_bytes()
before = threads()
block_table(content, None)
print(threads() - before)
"""


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="needs the system's list of threads")
def test_reading_starts_no_thread(content, tmp_path):
    file = tmp_path / "block.parquet"
    file.write_bytes(content)
    told = subprocess.run(
        [sys.executable, "-c", COUNTING, str(file)], check=True, capture_output=True, text=True
    )
    assert told.stdout.strip() == "0"
