"""A search as it was asked for: kept beside what it played, so that it can be opened again.

`question.json` stands in the search's folder with the resolved scenario (levers laid over it included), the
target, the terms and the seed. Opened again, the search reads its cells and plays only what is missing, so that
it says what it said.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.batch.files import sweep_left, write_if_new
from sim.errors import StoreError, TimeUpError
from sim.plain_files import text_of
from sim.studies.packages.missing import what_is_missing
from sim.studies.packages.planning import Planning, plan
from sim.studies.packages.racing import Terms
from sim.studies.packages.robust import Robustness, robust

if TYPE_CHECKING:
    import pandas as pd

    from sim.batch.workers import Workers
    from sim.scenario.loading import Resolved

FILE = "question.json"
MOST_FUTURE_WORLDS = 200
"""Most worlds of a package in each future."""


@dataclass(frozen=True)
class PackageQuestion:
    """What a search looks for; `robust`: also under other assumptions."""

    resolved: Resolved
    target: str
    terms: Terms
    seed: int = 0
    robust: bool = False

    def text(self) -> str:
        """Return the question as JSON."""
        said: dict[str, Any] = {
            "format": 1,
            "scenario": self.resolved.text,
            "target": self.target,
            "terms": asdict(self.terms),
            "seed": self.seed,
            "robust": self.robust,
        }
        said["seal"] = _seal(said)
        return json.dumps(said, indent=1, ensure_ascii=False) + "\n"


@dataclass(frozen=True)
class SearchResult:
    """What a search found, what is missing where no package is enough, and what other futures do.

    `cut`: the time allowed was up before all of that was done.
    """

    planning: Planning
    missing: pd.DataFrame | None
    robustness: Robustness | None
    cut: bool = False


def answered(
    question: PackageQuestion,
    workers: Workers,
    folder: Path,
    progress: Callable[[int, int], None] = lambda done, wanted: None,
) -> SearchResult:
    """Search, or go on with what the folder keeps; leaves the question there. Raises as `planning.plan` does.

    Where the time allowed to the workers is up, it says what is known until then.
    """
    sweep_left(folder)
    write_if_new(folder / FILE, question.text().encode())
    cells = folder / "cells"
    found = plan(
        question.resolved,
        question.target,
        workers,
        terms=question.terms,
        seed=question.seed,
        folder=cells,
        progress=progress,
    )
    tried, cut = None, found.cut
    if question.robust:
        try:
            tried = robust(
                question.resolved,
                found,
                workers,
                worlds=min(MOST_FUTURE_WORLDS, question.terms.most),
                seed=question.seed,
                folder=cells,
                progress=progress,
            )
            cut |= tried.cut
        except TimeUpError:
            cut = True
    missing = None
    if found.answer is None and not cut:
        missing = what_is_missing(question.resolved, found.best.package, question.seed)
    return SearchResult(found, missing, tried, cut)


def read_question(folder: Path) -> PackageQuestion:
    """Return what a kept search looked for; StoreError if the folder holds none, or none that can be read."""
    from sim.scenario.loading import resolve_text

    path = folder / FILE
    try:
        said = json.loads(text_of(path))
        if said["seal"] != _seal(said):
            raise ValueError("it was changed after it was written")
        terms = _terms(said["terms"])
        text, target, seed = said["scenario"], said["target"], said["seed"]
        if not (isinstance(text, str) and isinstance(target, str) and type(seed) is int):
            raise ValueError("a value is of another kind")
        again = bool(said["robust"])
    except FileNotFoundError:
        raise StoreError(
            f"{folder} holds no search ({FILE} is missing); name a folder that `isf plan` printed"
        ) from None
    except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{path} cannot be read ({error}); make the search again with `isf plan`") from None
    return PackageQuestion(resolve_text(text, str(path)), target, terms, seed, again)


def _seal(said: dict[str, Any]) -> str:
    """Return the checksum of everything else that is said: an edited question is found out."""
    rest = {key: value for key, value in said.items() if key != "seal"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()


def _terms(said: dict[str, Any]) -> Terms:
    """Return the terms; ValueError for a number that is none."""
    if set(said) != {each.name for each in fields(Terms)}:
        raise ValueError("the terms of the race are others")
    optional = {"budget", "cost_cap"}
    for name, value in said.items():
        if value is None and name in optional:
            continue
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise ValueError(f"{name} is no number")
    return Terms(**said)
