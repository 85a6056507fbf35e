"""Random commands on random scenarios, disturbed at random; what must hold whatever happens is checked throughout.

    python -m tests.benchmarks.soak --minutes 60 --seed 1
    python -m tests.benchmarks.soak --minutes 10            as long as the slow test

Commands run, compare, report, weigh, list and prune in one folder of outputs. They are killed, told to end, denied
disk or memory, or find damaged files. Whatever happened before, afterwards

* a command ends with a code that is documented, in bounded time, and with a traceback only for lack of memory,
* no process of a killed command lives on,
* the same run again leaves the bytes that an undisturbed one leaves, nothing else, and `isf runs --verify` is
  content.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
LONGEST = 240
"""Seconds that no command may take on a busy machine."""
CODES = {0, 1, 2, 129, 130, 141, 143}
KINDS = ("none", "none", "kill", "kill", "kill", "term", "disk", "memory", "damage")

SCENARIO = """\
scenario: Soak {title}
start: 2026-01-01
end: 2026-06-30
facts:
  calm: {{kind: switch, initially: true, stays_on: {{mean: 30 days}}, stays_off: {{mean: 5 days}}}}
  mandate: {{kind: milestone, probability: {probability}, after: {{mean: 20 days}}}}
contributors:
  north:
    commits_when: mandate and calm for 5 days
    contingents: {{unit: {{troops: {troops}, role: infantry, prepares_for: {{mean: 20 days}}, lift: air}}}}
  south: {{commits_when: deployed > 50, contingents: {{unit: {{troops: 80, role: police}}}}}}
theatre: {{lift: {{air: {{slots: 1, load: 50, trip: 2 days}}}}}}
targets: {{some: {{troops: 100, by: 2026-05-01}}}}
"""


@dataclass
class Soak:
    """One soak in a folder of its own."""

    place: Path
    chance: random.Random
    counts: Counter[str] = field(default_factory=Counter)
    troubles: list[str] = field(default_factory=list)

    def files(self) -> list[Path]:
        """Write the scenarios that are played."""
        paths = []
        for number in range(3):
            path = self.place / f"soak-{number}.yaml"
            words = {"title": number, "probability": 0.3 + 0.2 * number, "troops": 100 + 50 * number}
            path.write_text(SCENARIO.format(**words))
            paths.append(path)
        return paths

    def one(self, files: list[Path], out: Path) -> None:
        """Give one command, perhaps disturbed, and check how it ends."""
        kind = self.chance.choice(KINDS)
        arguments = self.command(files, out)
        if arguments is None:
            return
        if kind == "damage":
            self.damage(out)
        ended, took, err = self.given(arguments, kind)
        self.counts[f"{arguments[0]} {kind}"] += 1
        where = f"{' '.join(map(str, arguments))} ({kind})"
        if took > LONGEST:
            self.troubles.append(f"{where}: took {took:.0f} s")
        expected = (
            CODES | ({-9} if kind in ("kill", "memory") else set()) | ({3} if kind == "memory" else set())
        )
        if kind == "term":
            expected |= {-signal.SIGTERM}  # a busy machine had not begun it yet; a shell says 143
        if ended not in expected:
            self.troubles.append(f"{where}: ended with {ended}: {err[-300:]}")
        if "Traceback" in err and kind != "memory":
            self.troubles.append(f"{where}: {err[-500:]}")
        if lives := orphans(self.token):
            self.troubles.append(f"{where}: left {lives} processes")

    @property
    def token(self) -> str:
        """Return what marks the processes of this soak."""
        return f"ISF_SOAK={self.place}"

    def command(self, files: list[Path], out: Path) -> list[object] | None:
        """Return a command that makes sense in the folder as it is."""
        file = self.chance.choice(files)
        count = self.chance.choice((60, 260, 300, 520))
        runs = [path.parent for path in out.glob("soak-*/*/manifest.json")]
        some = self.chance.sample(runs, min(2, len(runs)))
        jobs = self.chance.choice((1, 2))
        verbs: list[list[object]] = [
            ["run", file, "-n", count, "--jobs", jobs, "--out", out],
            ["run", file, "-n", count, "--jobs", jobs, "--out", out],
            ["sensitivity", file, "-n", 20, "--jobs", jobs, "--only", "mandate", "--out", out],
            ["runs", out, "--verify"],
            ["runs", out, "--prune", "--yes"],
            ["validate", file],
            ["explain", file, "--worlds", 20],
        ]
        if some:
            verbs += [
                ["levels", some[0]],
                ["trace", some[0]],
                ["report", some[0], "--out", self.place / "r.html"],
            ]
        if len(some) > 1:
            verbs.append(["compare", *some, "--out", out])
        return self.chance.choice(verbs)

    def given(self, arguments: list[object], kind: str) -> tuple[int, float, str]:
        """Give a command under a disturbance; return its code, its seconds and what it said."""
        limits = {
            "disk": (resource.RLIMIT_FSIZE, self.chance.choice((500, 3_000, 20_000))),
            "memory": (resource.RLIMIT_AS, self.chance.choice((500, 780, 1_000)) << 20),
        }

        def limited() -> None:
            if kind in limits:
                which, most = limits[kind]
                resource.setrlimit(which, (most, most))

        name, _, value = self.token.partition("=")
        began = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-m", "sim", *map(str, arguments)],
            cwd=ROOT,
            env=os.environ | {name: value, "TMPDIR": str(self.place / "tmp"), "PYTHONDONTWRITEBYTECODE": "1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=limited,  # noqa: PLW1509 - this process has no threads
        )
        if kind in ("kill", "term"):
            try:
                process.wait(self.chance.uniform(0.2, 8))
            except subprocess.TimeoutExpired:
                self.counts["killed" if kind == "kill" else "told to end"] += 1
                process.send_signal(signal.SIGKILL if kind == "kill" else signal.SIGTERM)
        try:
            _, err = process.communicate(timeout=2 * LONGEST)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            _, err = process.communicate()
        return process.returncode, time.monotonic() - began, err

    def damage(self, out: Path) -> None:
        """Flip a byte of a file of some run, cut it, or remove it."""
        files = [path for path in out.glob("soak-*/*/**/*") if path.is_file()]
        if not files:
            return
        path = self.chance.choice(files)
        content = bytearray(path.read_bytes())
        way = self.chance.randrange(3)
        if way == 0 or not content:
            path.unlink()
        elif way == 1:
            path.write_bytes(content[: len(content) // 2])
        else:
            content[self.chance.randrange(len(content))] ^= 1 << self.chance.randrange(8)
            path.write_bytes(content)

    def same_again(self, file: Path, out: Path) -> None:
        """Finish a run and compare it with one that nothing disturbed; then there is nothing to complain of."""
        for place in (out, self.place / "undisturbed"):
            code, _, err = self.given(
                ["run", file, "-n", 520, "--jobs", 1, "--out", place, "--quiet"], "none"
            )
            if code:
                self.troubles.append(f"run {file.name} again: ended with {code}: {err[-300:]}")
        got, wanted = (contents(place / file.stem) for place in (out, self.place / "undisturbed"))
        self.counts["compared"] += 1
        if got != wanted:
            differing = sorted({*got, *wanted} - {name for name in got if got[name] == wanted.get(name)})
            self.troubles.append(f"run {file.name}: other bytes, or left over: {differing[:5]}")
        code, _, err = self.given(["runs", out / file.stem, "--verify"], "none")
        if code:
            self.troubles.append(f"runs --verify: {err[-300:]}")


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file under a folder by its relative path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def orphans(token: str) -> int:
    """Return how many processes live on that carry the token, a while after their command ended.

    A worker whose parent is killed while it starts notices that once it has started: seconds, on a busy machine.
    """
    for _ in range(300):
        found = 0
        for path in Path("/proc").glob("[0-9]*/environ"):
            try:
                found += token.encode() in path.read_bytes() and b"Z" not in _state(path.parent)
            except OSError:
                continue
        if not found:
            return 0
        time.sleep(0.1)
    return found


def _state(process: Path) -> bytes:
    return (process / "stat").read_bytes().rpartition(b")")[2].split()[0]


def soak(minutes: float, seed: int) -> tuple[Counter[str], list[str]]:
    """Soak for so long; return what was done how often, and what went wrong."""
    place = Path(tempfile.mkdtemp(prefix="soak-"))
    (place / "tmp").mkdir()
    try:
        run = Soak(place, random.Random(seed))
        files, out = run.files(), place / "outputs"
        until = time.monotonic() + 60 * minutes
        while time.monotonic() < until:
            for _ in range(12):
                run.one(files, out)
            run.same_again(run.chance.choice(files), out)
        return run.counts, run.troubles
    finally:
        shutil.rmtree(place, ignore_errors=True)


def main() -> None:
    """Soak, print the counts, and end with 1 if anything went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    counts, troubles = soak(asked.minutes, asked.seed)
    for what, times in sorted(counts.items()):
        print(f"{times:6,}  {what}")
    for trouble in troubles:
        print(f"TROUBLE {trouble}")
    sys.exit(bool(troubles))


if __name__ == "__main__":
    main()
