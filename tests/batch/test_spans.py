from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sim.batch.spans import BLOCK, Span, blocks_of, part_size, split

NUMBERS = st.integers(1, 5_000)


@given(NUMBERS, st.integers(1, 300))
def test_parts_cover_every_number_once_in_order_and_no_part_crosses_a_block(replications, size):
    parts = list(split(blocks_of(replications), size))
    assert [number for part in parts for number in range(part.first, part.end)] == list(range(replications))
    for part in parts:
        assert 1 <= part.count <= size
        assert part.first // BLOCK == (part.end - 1) // BLOCK == part.block


@given(NUMBERS, NUMBERS)
def test_extending_changes_no_full_block(few, more):
    shorter, longer = blocks_of(few), blocks_of(few + more)
    full = [block for block in shorter if block.count == BLOCK]
    assert list(longer[: len(full)]) == full


def test_a_lone_block_keeps_two_workers_busy():
    assert len(list(split(blocks_of(250), part_size(250, 2)))) >= 8


def test_a_long_run_is_played_in_whole_blocks():
    assert part_size(100_000, 2) == BLOCK


def test_the_last_block_may_be_partial():
    assert blocks_of(600) == (Span(0, 250), Span(250, 250), Span(500, 100))


@given(NUMBERS, st.integers(1, 300), st.integers(1, 60))
def test_a_first_part_of_its_own_changes_nothing_else(replications, size, first):
    parts = list(split(blocks_of(replications), size, first=first))
    assert [number for part in parts for number in range(part.first, part.end)] == list(range(replications))
    assert parts[0].count == min(first, BLOCK, replications)
    assert all(part.count <= size and part.first // BLOCK == (part.end - 1) // BLOCK for part in parts[1:])
