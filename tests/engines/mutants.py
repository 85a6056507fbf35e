"""One-line changes of either engine's semantics: does the comparison notice each?

    python -m tests.engines.mutants [first [last]]

Each mutant is applied to a copy of the source, in which the twin, as plain Python, is compared with the reference.
What survives is printed, and the exit code says so.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODEL, TWIN = "sim/model", "sim/engines/compiled"
MUTANTS = (
    (f"{TWIN}/theatre.py", "SMALLEST_SERIAL = 50", "SMALLEST_SERIAL = 51"),
    (f"{TWIN}/theatre.py", "M[at.SERVER_FREE]) + _reception", "M[at.NOW]) + _reception"),
    (f"{TWIN}/theatre.py", "return one < other", "return one > other"),
    (f"{TWIN}/preparation.py", "M[t + at.DELIVERS]) * pledge + 0.5", "M[t + at.DELIVERS]) * pledge"),
    (f"{TWIN}/preparation.py", "size - gone, M[p + CAUSE]", "size - gone, at.W_PREPARED"),
    (f"{TWIN}/network.py", "return 1 if true >= asked else 0", "return 1 if true > asked else 0"),
    (f"{TWIN}/network.py", "if stamp > opened:", "if stamp >= opened:"),
    (f"{TWIN}/network.py", "if M[row + at.NODE_BEFORE] != 0 else now", "if child != 0 else now"),
    (f"{TWIN}/milestone.py", "M[f + at.FACT_RECONSIDERS] >= 0 or survival", "survival == 2.0 or survival"),
    (f"{TWIN}/milestone.py", "M[p + YES] != 0 and not truth", "M[p + YES] != 0 or not truth"),
    (f"{TWIN}/clock.py", "start + left / factor) * scale", "start + left * factor) * scale"),
    (f"{TWIN}/waiting.py", "1 if place < over else 0", "1 if place <= over else 0"),
    (f"{TWIN}/waiting.py", "M[t + at.MOVING] - M[t + at.QUEUED]", "M[t + at.MOVING]"),
    (f"{TWIN}/tour.py", "(size + 1) // 2", "size // 2 + 1"),
    (f"{TWIN}/training.py", "value(M, R, M[t + at.VETTED]) + 0.5", "value(M, R, M[t + at.VETTED])"),
    (f"{TWIN}/decision.py", "(1 << M[d + at.DECISION_N]) - 1)", "1)"),
    (f"{MODEL}/decision.py", "self._answered, self._age = self._answered + 1, 0", "self._answered += 1"),
    (f"{MODEL}/contributor.py", "for delay in (self._row.notice, self._row.exit,", "for delay in (self._row.notice,"),
    (f"{MODEL}/rounds.py", "posted.sort(key=_key)", "posted.reverse()"),
    (f"{MODEL}/contingent.py", "self.fallen_back = self.troops.count", "self.fallen_back = 0 * self.troops.count"),
    (f"{TWIN}/theatre.py", "if free < min(SMALLEST_SERIAL, ready):", "if free <= min(SMALLEST_SERIAL, ready):"),
    (f"{TWIN}/theatre.py", "min(SMALLEST_SERIAL, ready)", "SMALLEST_SERIAL"),
    (f"{TWIN}/theatre.py", "M[at.NOW] < max(0, M[t + at.RESUMES])", "M[at.NOW] <= max(0, M[t + at.RESUMES])"),
    (f"{TWIN}/network.py", "M[row + at.NODE_SINCE] = now if M[row + at.NODE_BEFORE] != 0", "M[row + at.NODE_SINCE] = now if M[row + at.NODE_TRUE] != 0"),
    (f"{TWIN}/tour.py", "2 * deployed >= to_come + deployed", "2 * deployed > to_come + deployed"),
    (f"{TWIN}/tour.py", "M[p + DUE_AT] < M[t + at.RESUMES]", "M[p + DUE_AT] <= M[t + at.RESUMES]"),
    (f"{TWIN}/casualties.py", "factor * M[t + at.DEPLOYED]", "factor * (M[t + at.DEPLOYED] + M[t + at.WITHDRAWING])"),
    (f"{TWIN}/casualties.py", "max(0, M[t + at.RESUMES])", "max(1, M[t + at.RESUMES])"),
    (f"{TWIN}/preparation.py", "M[t + at.ADVANCE_SHARE]) * size + 0.5", "M[t + at.ADVANCE_SHARE]) * size + 0.4"),
    (f"{TWIN}/training.py", "floor(trainers * R[M[t + at.RATIO]])", "floor(trainers * R[M[t + at.RATIO]] + 0.5)"),
    (f"{TWIN}/contributor.py", "wait_until(M, p, 1)", "wait_until(M, p, 0)"),
    (f"{TWIN}/contributor.py", "M[at.NOW] < M[c + at.CONTRIBUTOR_RESUMES]", "M[at.NOW] <= M[c + at.CONTRIBUTOR_RESUMES]"),
    (f"{TWIN}/decision.py", "0 if void else age_of", "0 if True else age_of"),
    (f"{TWIN}/world.py", "whole_seconds(length)), resumes)", "whole_seconds(length)), resumes + 1)"),
    (f"{TWIN}/world.py", "ceil(length if length < 3.2e11", "floor(length if length < 3.2e11"),
    (f"{TWIN}/timers.py", "M[one] == M[other] and M[one + 1] < M[other + 1]", "M[one] == M[other] and M[one + 1] < M[other]"),
    (f"{TWIN}/changes.py", "apply(M, R, a, b // at.N_STAGES, b % at.N_STAGES, c,", "apply(M, R, a, b // at.N_STAGES, b % at.N_STAGES, c - c // 97,"),
    (f"{TWIN}/replication.py", "return left < right", "return left > right"),
    (f"{MODEL}/theatre.py", "if free < min(SMALLEST_SERIAL, ready):", "if free <= min(SMALLEST_SERIAL, ready):"),
    (f"{MODEL}/theatre.py", "ceil(size * DAY / rate)", "int(size * DAY / rate)"),
    (f"{MODEL}/theatre.py", "contingent.troops.ready_since, row.contributor, row.name", "0, row.contributor, row.name"),
    (f"{MODEL}/theatre.py", "waiting.sort(key=_turn)", "waiting.sort(key=_turn, reverse=True)"),
    (f"{MODEL}/tour.py", "2 * deployed >= sum", "2 * deployed > sum"),
    (f"{MODEL}/tour.py", "(size + 1) // 2", "size // 2"),
    (f"{MODEL}/casualties.py", 'troops.count("deployed")', 'max(0, troops.count("deployed") - 1)'),
    (f"{MODEL}/network.py", "stamps[-count] > opened", "stamps[-count] >= opened"),
    (f"{MODEL}/network.py", "return now >= due", "return now > due"),
    (f"{MODEL}/network.py", "return now < due", "return now <= due"),
    (f"{MODEL}/chance.py", "chance.quantity(share) * whole + 0.5", "chance.quantity(share) * whole + 0.4999"),
    (f"{MODEL}/chance.py", "whole_seconds(length)), resumes)", "whole_seconds(length)), resumes + 1)"),
    (f"{MODEL}/contributor.py", "self._rounds.until(1)", "self._rounds.until(0)"),
    (f"{MODEL}/waiting.py", "each + (place < over)", "each + (place >= len(causes) - over)"),
    (f"{MODEL}/training.py", "floor(trainers * self.plan.ratio)", "floor(trainers * self.plan.ratio + 0.5)"),
    (f"{MODEL}/facts.py", "elif forced == on:", "elif forced is on and on:"),
    (f"{MODEL}/facts.py", "return yes and not rounds.truth(fact.undone)", "return yes"),
    (f"{MODEL}/decision.py", "else step.takes.age(since, self._rounds.now)", "else 0"),
    (f"{MODEL}/preparation.py", "max(0, self._untried + change)", "self._untried"),
    (f"{MODEL}/ceilings.py", "self._room[number] -= amount", "self._room[number] -= amount + (amount > 60)"),
    (f"{MODEL}/progress.py", "max(0, self.steps_done - self._fact.slips)", "max(1, self.steps_done - self._fact.slips)"),
    (f"{TWIN}/rounds.py", "p if not rang or M[p + at.WAITS] == at.A_BELL else at.NONE", "p"),
    (f"{TWIN}/rounds.py", "rang = place < M[at.N_RANG]", "rang = place <= M[at.N_RANG]"),
    (f"{TWIN}/rounds.py", "M[at.EXPIRED] = 0 if rang else 1", "M[at.EXPIRED] = 1"),
    (f"{TWIN}/theatre.py", "if M[t + at.READY] > 0 or M[t + at.RELIEF_WAITS] > 0:", "if M[t + at.READY] > 0:"),
    (f"{TWIN}/waiting.py", "if M[M[M[at.ASKING] + place] + at.READY] > 0:", "if place > 0:"),
    (f"{TWIN}/troops.py", "and M[t + at.READY] == flow:", "and M[t + at.READY] >= flow:"),
)  # fmt: skip


def survives(file, before, after):
    """Tell whether the comparison finds nothing in a copy with one line changed."""
    with tempfile.TemporaryDirectory() as folder:
        for room in ("sim", "tests", "scenarios"):
            shutil.copytree(ROOT / room, Path(folder) / room, ignore=shutil.ignore_patterns("__pycache__"))
        place = Path(folder) / file
        source = place.read_text(encoding="utf-8")
        assert source.count(before) >= 1, f"{file} holds no `{before}`"
        place.write_text(source.replace(before, after, 1), encoding="utf-8")
        environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": folder}
        command = [sys.executable, "-m", "tests.engines.same"]
        for much in (("0", "0"), ("1", "30")):  # most show at the edges
            told = subprocess.run(
                [*command, *much], cwd=folder, env=environment, capture_output=True, check=False
            )
            if told.returncode:
                return False
        return True


def main():
    """Try each, and say what survives."""
    first, last = (*map(int, sys.argv[1:3]), 0, len(MUTANTS))[:2] if len(sys.argv) > 1 else (0, len(MUTANTS))
    left = 0
    for mutant in MUTANTS[first:last]:
        alive = survives(*mutant)
        left += alive
        print("SURVIVES" if alive else "caught", *mutant, sep=" | ", flush=True)
    sys.exit(left > 0)


if __name__ == "__main__":
    main()
