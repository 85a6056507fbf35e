"""Commands killed at random instants, until a last one ends: the same bytes as undisturbed, nothing left over.

    python -m tests.benchmarks.kills --kills 1000 --seed 1
    python -m tests.benchmarks.kills --minutes 10 --only run,plan

Each verb has a folder of its own, in which it is killed (the whole group with SIGKILL, or one process alone) three
to eight times in a row before it may end; then every file in the folder, and in the folder of temporary files, is
compared with what one undisturbed command leaves, and no process may live on. Commands are forked from this
process, which has the modules loaded: half of the time of a short command would else be imports.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.soak import SCENARIO, contents, orphans

_LONGEST = 300
_VERBS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    # what stands there before, and what is killed; %d stands for the number of jobs
    "run": ((), ("run", "one.yaml", "-n", "520", "--jobs", "%d", "-q", "--figures", "none")),
    "draw": (
        ("run", "one.yaml", "-n", "60", "-q", "--figures", "none"),
        ("run", "one.yaml", "-n", "60", "--jobs", "%d", "-q", "--figures", "page"),
    ),
    "extend": (
        ("run", "one.yaml", "-n", "300", "-q", "--figures", "none"),
        ("run", "one.yaml", "-n", "520", "--jobs", "%d", "-q", "--figures", "none"),
    ),
    "compare": ((), ("compare", "one.yaml", "two.yaml", "-n", "60", "--jobs", "%d", "-q")),
    "sensitivity": (
        (),
        ("sensitivity", "one.yaml", "-n", "20", "--jobs", "%d", "--only", "mandate", "-q"),
    ),
    "plan": ((), ("plan", "one.yaml", "--target", "some", "-n", "100", "--jobs", "%d", "-q")),
    "report": (
        ("run", "one.yaml", "-n", "60", "-q", "--figures", "none"),
        ("report", "RUN", "--out", "r.html", "--docx", "r.docx", "--pdf", "r.pdf"),
    ),
    "page": (
        ("run", "one.yaml", "-n", "260", "-q", "--figures", "none"),
        ("page", "RUN", "--out", "p.html", "--jobs", "%d"),
    ),
    "whatif": (
        ("run", "one.yaml", "-n", "260", "-q", "--figures", "none"),
        ("whatif", "RUN", "--set", "facts.mandate.probability=50%", "--jobs", "%d"),
    ),
    "export": (
        ("run", "one.yaml", "-n", "60", "-q", "--figures", "none"),
        ("export", "RUN", "--xlsx", "x.xlsx"),
    ),
}
LEVERS = """\
levers:
  ask: {set: {facts.mandate.probability: 0.9}, effort: 1, unit: visits}
  lend: {set: {theatre.lift.air.slots: 3}, effort: 2, unit: visits}
"""


@dataclass
class Kills:
    """Kills of commands in a folder of their own."""

    place: Path
    chance: random.Random
    counts: Counter[str] = field(default_factory=Counter)
    troubles: list[str] = field(default_factory=list)
    takes: dict[str, float] = field(default_factory=dict)
    wanted: dict[str, dict[str, bytes]] = field(default_factory=dict)

    def undisturbed(self, verb: str) -> None:
        """Learn what a verb leaves, and how long it takes."""
        folder = self.prepared(verb, "undisturbed")
        began = time.monotonic()
        self.ended(verb, folder, jobs=1)
        self.takes[verb] = time.monotonic() - began
        self.wanted[verb] = contents(folder)

    def prepared(self, verb: str, name: str) -> Path:
        """Return a new folder in which the verb can be given."""
        folder = self.place / verb / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for file, chance in (("one", 0.4), ("two", 0.7)):
            text = SCENARIO.format(title=file, probability=chance, troops=100)
            (folder / f"{file}.yaml").write_text(text + LEVERS)
        if before := _VERBS[verb][0]:
            known = self.place / verb / "before"
            if not known.exists():
                self.given(before, folder).waited(self)
                shutil.copytree(folder, known)
            shutil.copytree(known, folder, dirs_exist_ok=True)
        return folder

    def ended(self, verb: str, folder: Path, jobs: int) -> None:
        """Give the verb's command and let it end."""
        code = self.given(self.command(verb, folder, jobs), folder).waited(self)
        if code:
            self.troubles.append(f"{verb}: ended with {code}: {(self.place / 'said').read_text()[-400:]}")

    def command(self, verb: str, folder: Path, jobs: int) -> tuple[str, ...]:
        """Return a verb's command in its folder."""
        run = next((path.parent for path in folder.glob("outputs/one/*/manifest.json")), Path("none"))
        words = {"RUN": os.path.relpath(run, folder), "%d": str(jobs)}
        return tuple(words.get(word, word) for word in _VERBS[verb][1])

    def given(self, command: tuple[str, ...], folder: Path) -> _Child:
        """Fork a command in a folder."""
        temporary = folder / "tmp"
        temporary.mkdir(exist_ok=True)
        environment = {"ISF_SOAK": str(self.place), "TMPDIR": str(temporary)}
        return _Child.forked(command, folder, environment, self.place / "said")

    def series(self, verb: str) -> None:
        """Kill a verb several times in one folder, let it end, and compare."""
        folder = self.prepared(verb, "killed")
        jobs = self.chance.choice((1, 2))
        for _ in range(self.chance.randint(3, 8)):
            child = self.given(self.command(verb, folder, jobs), folder)
            if child.killed_after(self.chance.uniform(0, 1.1 * self.takes[verb]), self.chance):
                self.counts[verb] += 1
            if lives := orphans(f"ISF_SOAK={self.place}"):
                self.troubles.append(f"{verb}: left {lives} processes")
        self.ended(verb, folder, jobs)
        self.counts["compared"] += 1
        got, wanted = contents(folder), self.wanted[verb]
        if got != wanted:
            other = sorted(name for name in {*got, *wanted} if got.get(name) != wanted.get(name))
            self.troubles.append(f"{verb}: other bytes, or left over: {other[:5]}")
            shutil.copytree(folder, self.place / f"trouble-{len(self.troubles)}", dirs_exist_ok=True)


@dataclass
class _Child:
    """A forked command, the first of a group of processes."""

    number: int

    @classmethod
    def forked(
        cls, command: tuple[str, ...], folder: Path, environment: dict[str, str], said: Path
    ) -> _Child:
        number = os.fork()
        if number:
            return cls(number)
        os.setsid()
        os.chdir(folder)
        os.environ.update(environment)
        tempfile.tempdir = None  # it was chosen before
        with said.open("w") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
        sys.stdout, sys.stderr = open(1, "w", closefd=False), open(2, "w", closefd=False)  # noqa: SIM115
        os._exit(_code(command))

    def waited(self, kills: Kills) -> int:
        """Return how the command ended."""
        until = time.monotonic() + _LONGEST
        while time.monotonic() < until:
            found, status = os.waitpid(self.number, os.WNOHANG)
            if found:
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.01)
        kills.troubles.append("a command did not end")
        os.killpg(self.number, signal.SIGKILL)
        return os.waitstatus_to_exitcode(os.waitpid(self.number, 0)[1])

    def killed_after(self, seconds: float, chance: random.Random) -> bool:
        """Kill the command (or its whole group) after so long; tell whether it was still at work."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if os.waitpid(self.number, os.WNOHANG)[0]:
                return False
            time.sleep(0.005)
        kill: Callable[[int, int], None] = chance.choice((os.killpg, os.kill))
        kill(self.number, signal.SIGKILL)
        return os.waitstatus_to_exitcode(os.waitpid(self.number, 0)[1]) == -signal.SIGKILL


def _code(command: tuple[str, ...]) -> int:
    from sim.cli.main import main

    try:
        main(list(command))
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0
    except BaseException:  # noqa: BLE001 - that is what is looked for
        import traceback

        traceback.print_exc()
        return 99
    return 0


def killed(
    kills: int, minutes: float, seed: int, only: tuple[str, ...] = (), tell: Callable[[str], None] = print
) -> tuple[Counter[str], list[str]]:
    """Kill so many commands, or for so long; return what was done how often, and what went wrong."""
    import pandas  # noqa: F401 - loaded once, for all that are forked
    import pyarrow.parquet  # noqa: F401

    import sim.report.keeping
    import sim.results.run
    import sim.scenario.loading  # noqa: F401

    place = Path(tempfile.mkdtemp(prefix="kills-")).resolve()
    work = Kills(place, random.Random(seed))
    verbs = [verb for verb in _VERBS if not only or verb in only]
    for verb in verbs:
        work.undisturbed(verb)
        tell(f"{verb}: {work.takes[verb]:.1f} s undisturbed")
    until = time.monotonic() + 60 * minutes
    while time.monotonic() < until and sum(work.counts[verb] for verb in verbs) < kills:
        for verb in verbs:
            work.series(verb)
        tell(f"{sum(work.counts[verb] for verb in verbs):,} kills, {len(work.troubles)} troubles")
    if not work.troubles:
        shutil.rmtree(place, ignore_errors=True)
    return work.counts, work.troubles


def main() -> None:
    """Kill, print the counts, and end with 1 if anything went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=1_000)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="verbs, separated by commas")
    asked = parser.parse_args()
    only = tuple(filter(None, asked.only.split(",")))
    counts, troubles = killed(
        asked.kills, asked.minutes, asked.seed, only, lambda line: print(line, flush=True)
    )
    for what, times in sorted(counts.items()):
        print(f"{times:6,}  {what}")
    for trouble in troubles:
        print(f"TROUBLE {trouble}")
    sys.exit(bool(troubles))


if __name__ == "__main__":
    main()
