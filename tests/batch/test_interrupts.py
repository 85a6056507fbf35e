"""An interrupt that comes while a worker is started comes when it has been started, whoever takes it."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest

from sim.batch.workers import interrupts_held

pytestmark = pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="signals are held by thread")


def interrupted(heard):
    """Send this process an interrupt while they are held, and note what of that block is done."""
    with interrupts_held():
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.05)  # here Python would act on it
        heard.append("done")


@pytest.mark.parametrize("others", [0, 1], ids=["alone", "beside a thread that blocks nothing"])
def test_it_comes_after_the_block_and_once(others):
    heard, over = [], threading.Event()
    threads = [threading.Thread(target=over.wait) for _ in range(others)]
    for thread in threads:
        thread.start()
    usual = signal.signal(signal.SIGINT, lambda *given: heard.append("interrupt"))
    try:
        interrupted(heard)
        time.sleep(0.01)
        assert heard == ["done", "interrupt"]
        assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.01)
        assert heard == ["done", "interrupt", "interrupt"], "the handler is the one that was there"
    finally:
        signal.signal(signal.SIGINT, usual)
        over.set()


def test_in_a_thread_of_its_own_nothing_is_changed():
    handlers = []

    def hold():
        with interrupts_held():
            handlers.append(signal.getsignal(signal.SIGINT))

    usual = signal.getsignal(signal.SIGINT)
    thread = threading.Thread(target=hold)
    thread.start()
    thread.join()
    assert handlers == [usual]
