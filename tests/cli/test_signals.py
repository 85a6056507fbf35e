"""A command that is told to end ends, whenever the second signal comes."""

from __future__ import annotations

import contextlib
import signal
import sys
import time

import pytest

from sim.cli import signals
from sim.cli.signals import Ended, ending_signals

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sends signals")


@pytest.fixture(autouse=True)
def heeded():
    """A terminal's signals as usual, also where `nohup` has the tests ignore a hang-up."""
    before = {number: signal.signal(number, signal.SIG_DFL) for number in (signal.SIGHUP, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_the_first_signal_is_told_with_its_number():
    with pytest.raises(Ended) as ended, ending_signals():
        signal.raise_signal(signal.SIGTERM)
    assert ended.value.code == 128 + signal.SIGTERM


def test_a_later_signal_waits_until_all_is_unwound():
    unwound = []
    with pytest.raises(Ended), ending_signals():
        try:
            signal.raise_signal(signal.SIGTERM)
        finally:
            signal.raise_signal(signal.SIGTERM)
            unwound.append(True)
    assert unwound


@pytest.mark.parametrize("line", range(8))
def test_a_signal_that_comes_while_the_first_is_heeded_does_not_undo_it(line):
    """The second signal comes at the so-many-th line of what heeds the first."""
    seen = []

    def watch(frame, event, argument):
        if (
            frame.f_code.co_name == "end"
            and frame.f_code.co_filename == signals.__file__
            and event != "return"
        ):
            seen.append(event)
            if len(seen) == line + 1:
                signal.raise_signal(signal.SIGHUP)
        return watch

    before = sys.gettrace()
    with pytest.raises(Ended), ending_signals():
        sys.settrace(watch)
        try:
            signal.raise_signal(signal.SIGHUP)
        finally:
            sys.settrace(before)


class Untidy:
    """Is told to end while Python tidies it up, where what is raised goes nowhere."""

    def __del__(self):
        signal.raise_signal(signal.SIGTERM)


def test_a_signal_that_is_heeded_where_nothing_can_be_raised_comes_again(capsys):
    hook = sys.unraisablehook
    with pytest.raises(Ended) as ended, ending_signals():
        thing = Untidy()
        del thing
        time.sleep(10)
    assert ended.value.number == signal.SIGTERM
    assert sys.unraisablehook is hook and capsys.readouterr().err == ""


def swallow(number):
    """Be told to end where somebody catches everything, and goes on."""
    with contextlib.suppress(BaseException):
        signal.raise_signal(number)


def test_a_signal_that_is_swallowed_comes_again_by_itself():
    timer = signal.getsignal(signal.SIGALRM)
    with pytest.raises(Ended) as ended, ending_signals():
        swallow(signal.SIGTERM)
        time.sleep(10)
    assert ended.value.number == signal.SIGTERM
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0) and signal.getsignal(signal.SIGALRM) == timer


def test_after_a_signal_that_was_swallowed_the_second_is_heeded():
    with pytest.raises(Ended) as ended, ending_signals():
        swallow(signal.SIGTERM)
        signal.raise_signal(signal.SIGHUP)
        pytest.fail("it goes on")
    assert ended.value.number == signal.SIGHUP


def test_tidying_up_is_not_disturbed_however_long_it_takes():
    unwound = []

    @contextlib.contextmanager
    def opened():
        try:
            yield
        finally:
            time.sleep(1.3)
            unwound.append("inner")

    def parts():
        try:
            yield 1
        finally:
            signal.raise_signal(signal.SIGTERM)
            unwound.append("generator")

    with pytest.raises(Ended), ending_signals(), contextlib.closing(parts()) as each:
        next(each)
        with opened():
            signal.raise_signal(signal.SIGTERM)
    assert unwound == ["inner", "generator"]


def test_what_else_goes_nowhere_is_told_as_before(monkeypatch):
    told = []
    monkeypatch.setattr(sys, "unraisablehook", told.append)

    class Failing:
        def __del__(self):
            raise ValueError

    with ending_signals():
        thing = Failing()
        del thing
    assert [type(each.exc_value) for each in told] == [ValueError]


def test_the_handlers_of_before_are_there_again():
    before = signal.getsignal(signal.SIGTERM)
    with ending_signals():
        assert signal.getsignal(signal.SIGTERM) is not before
    assert signal.getsignal(signal.SIGTERM) is before


def test_what_is_ignored_as_by_nohup_stays_so():
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with ending_signals():
        signal.raise_signal(signal.SIGHUP)
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
