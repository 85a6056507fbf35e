from __future__ import annotations

import subprocess
import sys
import threading
import time

from sim.batch.locks import only_here

HOLD = """
import sys, time
from pathlib import Path
from sim.batch.locks import only_here
with only_here(Path(sys.argv[1]), print):
    print("held", flush=True)
    time.sleep(60)
"""


def test_the_lock_excludes_says_so_and_leaves_no_file(tmp_path):
    order = []
    with only_here(tmp_path, lambda: None):
        waiter = threading.Thread(target=_enter, args=(tmp_path, order))
        waiter.start()
        time.sleep(0.5)
        order.append("first done")
    waiter.join(5)
    assert order == ["waits", "first done", "second in"]
    assert list(tmp_path.iterdir()) == []


def test_the_lock_goes_with_a_killed_process(tmp_path):
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None and holder.stdout.readline() == "held\n"
    told = []
    thread = threading.Timer(0.5, holder.kill)
    thread.start()
    with only_here(tmp_path, lambda: told.append("waits")):
        assert told == ["waits"]
    holder.communicate()


def _enter(folder, order):
    with only_here(folder, lambda: order.append("waits")):
        order.append("second in")
