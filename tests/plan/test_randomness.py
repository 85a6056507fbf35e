"""Variates are a pure function of (seed, replication, stream name, index)."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.stats as oracle
from hypothesis import given
from hypothesis import strategies as st

from sim.plan import randomness
from sim.plan.randomness import WORDS_A_PAGE, Draws, Stream, stream_key

FALSE_ALARM = 1e-6
LARGEST = 2**64 - 1

names = st.text(min_size=1, max_size=30)
seeds = st.integers(0, 2**70)
replications = st.integers(0, 2**40)


def _philox(counter: tuple[int, ...], key: tuple[int, int]) -> list[int]:
    """Return the block of a counter; numpy adds one before the first block, so one is taken off."""
    number = sum(word << (64 * place) for place, word in enumerate(counter)) - 1
    words = np.array([(number >> (64 * place)) & LARGEST for place in range(4)], dtype=np.uint64)
    generator = np.random.Philox(key=np.array(key, dtype=np.uint64), counter=words)
    return [int(word) for word in generator.random_raw(4)]


@pytest.mark.parametrize(
    ("counter", "key", "block"),
    [
        (
            (0, 0, 0, 0),
            (0, 0),
            [0x16554D9ECA36314C, 0xDB20FE9D672D0FDC, 0xD7E772CEE186176B, 0x7E68B68AEC7BA23B],
        ),
        (
            (LARGEST,) * 4,
            (LARGEST,) * 2,
            [0x87B092C3013FE90B, 0x438C3C67BE8D0224, 0x9CC7D7C69CD777B6, 0xA09CAEBF594F0BA0],
        ),
        (
            (0x243F6A8885A308D3, 0x13198A2E03707344, 0xA4093822299F31D0, 0x082EFA98EC4E6C89),
            (0x452821E638D01377, 0xBE5466CF34E90C6C),
            [0xA528F45403E61D95, 0x38C72DBD566E9788, 0xA5A1610E72FD18B5, 0x57BD43B5E52B7FE6],
        ),
    ],
    ids=["zeros", "ones", "pi"],
)
def test_the_generator_gives_the_published_known_answers(
    counter: tuple[int, ...], key: tuple[int, int], block: list[int]
) -> None:
    """`kat_vectors` of Random123, philox4x64 with 10 rounds."""
    assert _philox(counter, key) == block


@given(seeds, replications, names, st.integers(0, 20))
def test_a_page_is_the_block_of_its_replication_and_number(
    seed: int, replication: int, name: str, page: int
) -> None:
    """Stated from the published generator alone: key from the name, counter (replication + 1, page)."""
    block = _philox((replication + 1, page, 0, 0), stream_key(seed, name))
    expected = [((word >> 12) + 0.5) / 2**52 for word in block]
    assert Draws(seed, replication, 1).page(name, page, replication) == expected


@given(seeds, replications, st.integers(0, 9), st.integers(1, 30), st.integers(0, 7), names)
def test_windows_agree_wherever_they_begin_and_however_wide_they_are(
    seed: int, first: int, offset: int, count: int, page: int, name: str
) -> None:
    number = first + min(offset, count - 1)
    alone = Draws(seed, number, 1).page(name, page, number)
    assert Draws(seed, first, count).page(name, page, number) == alone
    assert len(alone) == WORDS_A_PAGE


@given(st.permutations(["a", "b", "c"]), st.permutations([0, 1, 2, 3]))
def test_the_order_in_which_pages_are_asked_for_changes_nothing(order: list[str], pages: list[int]) -> None:
    draws = Draws(7, 250, 4)
    asked = {(name, page): draws.page(name, page, 252) for name in order for page in pages}
    fresh = Draws(7, 250, 4)
    assert asked == {(name, page): fresh.page(name, page, 252) for name in "abc" for page in range(4)}


@given(
    seeds,
    names,
    st.lists(st.tuples(st.sampled_from(["variate", "hazard", "take"]), st.integers(0, 47)), max_size=40),
)
def test_a_stream_has_its_variates_by_number(seed: int, name: str, asked: list[tuple[str, int]]) -> None:
    draws = Draws(seed, 3, 2)
    sequence = [u for page in range(12) for u in draws.page(name, page, 4)]
    stream, taken = Stream(draws, name, 4), 0
    for question, place in asked:
        if question == "variate":
            assert stream.variate(place) == sequence[place]
        elif question == "hazard":
            assert stream.hazard_of(place) == -math.log1p(-sequence[place])
        else:
            assert stream.take() == taken
            taken += 1
        assert stream.index == taken


@pytest.mark.parametrize("key", [(1, LARGEST), (LARGEST, 1), (2**63 - 1, 2**63), (5, 7)])
def test_every_bit_of_a_key_counts(key: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """numpy turns the tuple (1, 2⁶⁴ − 1) into floats: the key must reach it as two 64-bit words."""
    monkeypatch.setattr(randomness, "stream_key", lambda seed, name: key)
    block = _philox((1, 0, 0, 0), key)
    assert Draws(0, 0, 1).page("x", 0, 0) == [((word >> 12) + 0.5) / 2**52 for word in block]


def test_different_seeds_names_and_replications_give_different_keys_or_blocks() -> None:
    keys = {stream_key(seed, name) for seed in range(20) for name in ("a", "b", "a.b", "1", "11", "")}
    assert len(keys) == 20 * 6
    assert stream_key(1, "1.x") != stream_key(11, ".x")


def test_seed_zero_is_a_seed() -> None:
    zero, one = Draws(0, 0, 1).page("x", 0, 0), Draws(1, 0, 1).page("x", 0, 0)
    assert zero == Draws(0, 0, 1).page("x", 0, 0) != one
    assert all(0 < u < 1 for u in zero)


@pytest.mark.parametrize("word", [0, 1, LARGEST, LARGEST - 4_095, 2**63])
def test_no_word_gives_a_variate_outside_the_open_unit_interval(
    word: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stuck:
        def __init__(self, **_: object) -> None: ...

        def random_raw(self, size: int) -> np.ndarray:
            return np.full(size, word, dtype=np.uint64)

    monkeypatch.setattr("numpy.random.Philox", Stuck)
    stream = Stream(Draws(0, 0, 1), "x", 0)
    u = stream.variate(0)
    assert 0 < u < 1
    assert u == ((word >> 12) + 0.5) / 2**52, "52 bits and a half are exact"
    assert 0 < stream.hazard_of(0) < math.inf


def test_a_digest_of_the_first_variates_stands_for_ever() -> None:
    """Whoever changes this changes every published result: say so in the changelog."""
    assert randomness.stream_key(0, "facts.ceasefire.stays_on") == FIRST_KEY
    assert Draws(0, 0, 1).page("facts.ceasefire.stays_on", 0, 0) == FIRST_PAGE


FIRST_KEY = (3451560427037641988, 8091443742003306215)
FIRST_PAGE = [0.002106928121484164, 0.7201398846403909, 0.9188266339615491, 0.004305701368648163]

SAMPLE = 200_000


def _many(name: str, seed: int = 0) -> np.ndarray:
    draws = Draws(seed, 0, SAMPLE // 4)
    return np.array([draws.page(name, 0, number) for number in range(SAMPLE // 4)])


def test_variates_are_uniform_in_every_place_of_a_page() -> None:
    page = _many("uniform")
    for place in range(WORDS_A_PAGE):
        assert oracle.kstest(page[:, place], "uniform").pvalue > FALSE_ALARM
        counts = np.histogram(page[:, place], bins=256, range=(0, 1))[0]
        assert oracle.chisquare(counts).pvalue > FALSE_ALARM


def test_consecutive_pages_of_one_replication_are_uniform() -> None:
    draws = Draws(5, 17, 1)
    sequence = np.array([u for page in range(5_000) for u in draws.page("long", page, 17)])
    assert oracle.kstest(sequence, "uniform").pvalue > FALSE_ALARM
    assert _correlation(sequence[:-1], sequence[1:]) > FALSE_ALARM


@pytest.mark.parametrize(
    ("other", "seed"), [("facts.b", 0), ("facts.a.", 0), ("facts.a", 1)], ids=["name", "suffix", "seed"]
)
def test_streams_do_not_correlate(other: str, seed: int) -> None:
    one, two = _many("facts.a"), _many(other, seed)
    for first in range(WORDS_A_PAGE):
        for second in range(WORDS_A_PAGE):
            assert _correlation(one[:, first], two[:, second]) > FALSE_ALARM / 16


def test_neighbouring_replications_and_indices_do_not_correlate() -> None:
    page = _many("facts.a")
    for place in range(WORDS_A_PAGE):
        assert _correlation(page[:-1, place], page[1:, place]) > FALSE_ALARM
        for other in range(place):
            assert _correlation(page[:, place], page[:, other]) > FALSE_ALARM


def test_pairs_of_streams_fill_the_unit_square_evenly() -> None:
    counts = np.histogram2d(_many("x")[:, 0], _many("y")[:, 0], bins=16, range=((0, 1), (0, 1)))[0]
    assert oracle.chisquare(counts.ravel()).pvalue > FALSE_ALARM


def _correlation(one: np.ndarray, two: np.ndarray) -> float:
    """Return the chance that independent samples correlate so much (the coefficient is nearly normal)."""
    coefficient = float(np.corrcoef(one, two)[0, 1])
    return float(2 * oracle.norm.sf(abs(coefficient) * math.sqrt(len(one))))
