"""Broken files of every other kind that is read: python -m tests.benchmarks.mutated_inputs [COUNT] [--seed S]

Levers, histories, sealed forecasts, sweep files, tables of missions, manifests, questions of searches, comparisons
and sensitivity studies: bytes or structure of a right one are changed, seals made anew where there are some (else
nothing behind them would be reached), and it is read, and used, as its verb does. It must be right, or end in an
error that is told (`IsfError`), within ten seconds of processor time. The same seed makes the same files.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from sim.errors import IsfError
from tests.benchmarks.mutated_scenarios import _bytes_changed, _places, _structure_changed

SLOW = 10.0
SCENARIO = """\
scenario: Inputs
start: 2026-01-01
as_of: 2026-01-20
end: 2026-06-30
facts:
  calm: {kind: switch, initially: true, stays_on: {mean: 30 days}, stays_off: {mean: 5 days}}
  mandate: {kind: milestone, probability: 0.6, after: {mean: 20 days}}
contributors:
  north:
    commits_when: mandate and calm for 5 days
    contingents: {unit: {troops: 100, role: infantry, prepares_for: {mean: 20 days}}}
  south: {commits_when: deployed > 50, contingents: {unit: {troops: 80, role: police}}}
targets: {some: {troops: 100, by: 2026-05-01}}
history:
  - {date: 2026-01-10, fact: mandate, value: true}
"""
LEVERS = """\
levers:
  ask: {name: Ask, set: {facts.mandate.probability: 0.9}, effort: {low: 1, mode: 2, high: 3}, unit: visits}
  late:
    happens: {fact: mandate, when: not mandate and after 2026-02-01}
    effort: 2
    unit: visits
    works: 60%
    excludes: [ask]
    from: 2026-02-01
costs: {unit: USD, soldier_month: 30}
plausible: {facts.mandate.probability: {low: 0.2, high: 0.8}}
"""
HISTORY = """\
known_until: 2026-06-15
note: counted
strength: {2026-03-01: 0, 2026-04-30: 80, 2026-05-31: 160}
history:
  - {date: 2026-02-01, fact: mandate, value: true}
  - {date: 2026-03-10, contributor: north, event: arrived, troops: 90}
  - {date: 2026-04-10, contributor: east, event: arrived, troops: 30}
  - {date: 2026-05-10, contributor: east, event: withdrew}
"""
SWEEP = "facts.mandate.probability,targets.some.troops\n0.2,100\n50%,120\n0.8,\n"


class Inputs:
    """A right file of every kind, in a folder, with how it is read."""

    def __init__(self, folder: Path) -> None:
        from sim.batch.running import run
        from sim.results.run import open_run
        from sim.scenario.loading import load_resolved
        from sim.studies.comparison import compare
        from sim.studies.forecasts.sealing import Sealed
        from sim.studies.forecasts.statement import statement_of
        from sim.studies.keeping import write_comparison
        from sim.studies.packages.question import PackageQuestion
        from sim.studies.packages.racing import Terms

        self.folder = folder
        self.scenario = folder / "inputs.yaml"
        self.scenario.write_text(SCENARIO)
        resolved = load_resolved(self.scenario)
        for name, seed in (("one", 0), ("two", 1)):
            run(resolved, replications=20, seed=seed, folder=folder / name)
        opened = open_run(folder / "one")
        sealed = Sealed(statement_of(opened), resolved.scenario.start, "")
        write_comparison(compare({"a": opened, "b": open_run(folder / "two")}), folder / "comparison")
        self.statement = sealed.statement
        self.right: dict[str, bytes] = {
            "levers": LEVERS.encode(),
            "history": HISTORY.encode(),
            "sealed": sealed.text().encode(),
            "sweep": SWEEP.encode(),
            "missions": b"",
            "manifest": (folder / "one" / "manifest.json").read_bytes(),
            "question": PackageQuestion(resolved, "some", Terms(most=50)).text().encode(),
            "comparison": (folder / "comparison" / "comparison.json").read_bytes(),
        }

    def mutated(self, kind: str, chance: Random) -> bytes:
        """Return a broken file of a kind."""
        text = self.right[kind]
        if kind in ("sealed", "manifest", "question", "comparison"):
            return (
                _json_changed(kind, text, chance) if chance.random() < 0.8 else _bytes_changed(chance, text)
            )
        if kind in ("sweep", "missions") or chance.random() < 0.4:
            return _bytes_changed(chance, text)
        return _structure_changed(chance, text) or _bytes_changed(chance, text)

    def tried(self, kind: str, chance: Random) -> None:
        """Read a broken file of a kind, and use what was read; raises what it raises."""
        if kind == "missions":
            self._missions(chance)
            return
        path = self.folder / f"mutant-{kind}"
        path.write_bytes(self.mutated(kind, chance))
        getattr(self, f"_{kind}")(path)

    def _levers(self, path: Path) -> None:
        from sim.cli.loading import load_laid_over
        from sim.studies.packages.planning import outlay
        from sim.studies.packages.racing import Terms

        resolved = load_laid_over(self.scenario, path)
        outlay(resolved, Terms(most=50))

    def _history(self, path: Path) -> None:
        from sim.studies.forecasts.observed import read_observed
        from sim.studies.forecasts.scoring import score

        score("it", self.statement, read_observed(path))

    def _sealed(self, path: Path) -> None:
        from sim.studies.forecasts.observed import read_observed
        from sim.studies.forecasts.scoring import score
        from sim.studies.forecasts.sealing import read_sealed

        known = self.folder / "history"
        known.write_text(HISTORY)
        score("it", read_sealed(path).statement, read_observed(known))

    def _sweep(self, path: Path) -> None:
        from sim.cli.running import Order, cases_of

        cases_of([self.scenario], [], path, Order(replications=5, seed=0, out=self.folder / "out"))

    def _manifest(self, path: Path) -> None:
        from sim.batch.inventory import faults_of, stored_runs
        from sim.results.run import open_run

        folder = self.folder / "copy"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.folder / "one", folder)
        shutil.copyfile(path, folder / "manifest.json")
        for run in stored_runs(folder):
            faults_of(run)
        opened = open_run(folder)
        list(opened.summaries())
        opened.transitions()

    def _question(self, path: Path) -> None:
        from sim.studies.packages.question import FILE, read_question

        folder = self.folder / "search"
        folder.mkdir(exist_ok=True)
        shutil.copyfile(path, folder / FILE)
        read_question(folder)

    def _comparison(self, path: Path) -> None:
        from sim.studies.keeping import open_comparison

        shutil.copyfile(path, self.folder / "comparison" / "comparison.json")
        open_comparison(self.folder / "comparison")

    def _missions(self, chance: Random) -> None:
        from sim.missions.reading import DATA, read_missions

        folder = self.folder / "missions"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        tables = sorted(DATA.glob("*.csv"))
        broken = chance.choice(tables)
        for table in tables:
            text = table.read_bytes()
            (folder / table.name).write_bytes(_bytes_changed(chance, text) if table == broken else text)
        read_missions(folder)


def _json_changed(kind: str, text: bytes, chance: Random) -> bytes:
    """Change values of a JSON file, and seal it anew."""
    from sim.batch.manifest import sealed
    from sim.studies.forecasts.sealing import _canonical
    from sim.studies.packages.question import _seal

    data = json.loads(text)
    places = list(_places(data))
    others: list[Any] = [
        None,
        True,
        -1,
        0,
        10**12,
        1.5,
        "",
        "x",
        "2026-99-01",
        [],
        {},
        [None],
        {"a": []},
        "\ud800",
    ]
    for _ in range(chance.choice((1, 1, 2, 4))):
        holder, key = chance.choice(places)
        try:
            if chance.random() < 0.15:
                del holder[key]
            elif chance.random() < 0.3:
                other, name = chance.choice(places)
                holder[key] = other[name]
            else:
                holder[key] = chance.choice(others)
        except (KeyError, IndexError, TypeError):
            continue
    data.pop("seal", None)
    try:
        match kind:
            case "manifest":
                return sealed(data).encode()
            case "sealed":
                data["seal"] = hashlib.sha256(_canonical(data).encode()).hexdigest()
            case "question":
                data["seal"] = _seal(data)
        return json.dumps(data).encode()
    except (UnicodeEncodeError, RecursionError, ValueError):
        return text[: len(text) // 2]


KINDS = ("levers", "history", "sealed", "sweep", "missions", "manifest", "question", "comparison")


def search(
    count: int,
    seed: int,
    kinds: tuple[str, ...] = KINDS,
    tell: Callable[[str], None] = print,
    slow: float = SLOW,
) -> tuple[Counter[str], list[str]]:
    """Try so many files of each kind; return how they ended, and what went wrong."""
    ends: Counter[str] = Counter()
    findings = []
    slowest = 0.0
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        inputs = Inputs(Path(folder))
        for kind in kinds:
            for number in range(count):
                began = time.process_time()
                try:
                    inputs.tried(kind, Random(f"{seed} {kind} {number}"))
                    ends[f"{kind} right"] += 1
                except IsfError:
                    ends[f"{kind} refused"] += 1
                except BaseException as error:  # noqa: BLE001 - that is what is looked for
                    findings.append(f"{kind} {number}: {type(error).__name__}: {error}"[:300])
                took = time.process_time() - began
                slowest = max(slowest, took)
                if took > slow:
                    findings.append(f"{kind} {number}: {took:.1f} s")
            tell(f"{kind}: {dict(ends)}; slowest {slowest:.1f} s, {len(findings)} findings")
    return ends, findings


def main() -> None:
    """Try, and end with 1 if anything went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=2_000, help="files of each kind")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="kinds, separated by commas")
    asked = parser.parse_args()
    kinds = tuple(filter(None, asked.only.split(","))) or KINDS
    _, findings = search(asked.count, asked.seed, kinds, lambda line: print(line, flush=True))
    for finding in findings:
        print(finding)
    sys.exit(bool(findings))


if __name__ == "__main__":
    main()
