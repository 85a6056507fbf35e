from __future__ import annotations

import pytest

from sim.batch.allowance import Allowance, InTime, Timed, allowance_of, shared_out
from sim.batch.playing import performed, play
from sim.batch.running import run
from sim.batch.simulation import Simulation
from sim.batch.spans import blocks_of, split
from sim.batch.workers import Processes, Serial
from sim.errors import TimeUpError
from tests.batch.fake import FAKE, World, contents, resolved


class Clock:
    """A clock that goes on by one at each look."""

    def __init__(self, step=1.0):
        self.now, self.step = 0.0, step

    def __call__(self):
        self.now += self.step
        return self.now


def test_the_first_piece_is_always_begun_and_others_while_it_lasts():
    allowance = Allowance(3.5, Clock())
    assert [allowance.may_begin() for _ in range(5)] == [True, True, True, True, False]
    over = Allowance(-1, Clock())
    assert [over.may_begin() for _ in range(3)] == [True, False, False]
    assert not Allowance(-1, Clock(), begins=False).may_begin()


def test_a_share_is_an_equal_part_of_what_is_left_with_a_first_piece_of_its_own():
    clock = Clock(step=0.0)
    allowance = Allowance(9, clock)
    allowance.may_begin()
    clock.now = 3
    share = allowance.share(2)
    clock.now = 5.5
    assert share.may_begin() and share.may_begin()
    clock.now = 6
    assert not share.may_begin() and allowance.may_begin()
    clock.now = 20
    assert allowance.share(2).may_begin(), "the first piece"


def test_parts_that_go_on_with_a_piece_are_given_whatever_the_time():
    parts = InTime(
        [10, 11, 12, 20, 21], Allowance(-1, Clock()), lambda before, part: before // 10 == part // 10
    )
    assert list(parts) == [10, 11, 12] and parts.cut and list(parts) == []
    whole = InTime([1, 2], None)
    assert list(whole) == [1, 2] and not whole.cut


@pytest.mark.parametrize("workers", [Serial(), pytest.param(Processes(2), marks=pytest.mark.slow)])
def test_what_is_begun_is_finished_then_the_time_is_up(workers):
    parts, found = list(split(blocks_of(700), 50)), []
    with pytest.raises(TimeUpError):
        for part in play(Timed(workers, Allowance(-1)), Simulation.of(FAKE, World(), 0), parts):
            found.append(part.span)
    assert sorted(found) == [each for each in parts if each.block == 0]


def test_nothing_is_raised_where_all_was_begun_in_time():
    assert len(list(performed(Timed(Serial(), Allowance(-1)), len, ["one"]))) == 1
    assert len(list(performed(Timed(Serial(), Allowance(99)), len, ["one", "two"]))) == 2


def test_workers_without_an_allowance_stay_as_they_are():
    assert allowance_of(Serial()) is None and shared_out(Serial(), 2) == Serial()
    timed = Timed(Processes(3), Allowance(9))
    assert timed.jobs == 3 and allowance_of(timed) is timed.allowance
    assert allowance_of(shared_out(timed, 2)) is not timed.allowance


def test_a_run_ends_with_the_block_under_way_and_goes_on_to_the_same_bytes(tmp_path):
    def made(folder, workers):
        folder = tmp_path / folder
        return run(resolved(), replications=600, seed=0, folder=folder, model=FAKE, workers=workers)

    first = made("a", Timed(Serial(), Allowance(-1)))
    assert (first.replications, first.wanted, first.is_cut) == (250, 600, True)
    assert "was up after 250 of 600 replications" in first.troubles[-1]
    second = made("a", Timed(Serial(), Allowance(-1)))
    assert (second.replications, second.made) == (500, 250), "each command gets on"
    last = made("a", Serial())
    assert last.replications == 600 and not last.is_cut and not last.troubles
    made("b", Serial())
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
