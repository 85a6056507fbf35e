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
    (f"{TWIN}/theatre.py", "return M[one + at.READY_SINCE] < ", "return M[one + at.READY_SINCE] <= "),
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
        command = [sys.executable, "-m", "tests.engines.same", "1", "30"]
        return (
            subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False).returncode
            == 0
        )


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
