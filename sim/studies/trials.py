"""Variants of one scenario, each with some values set, played on the same worlds and kept as bare answers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.batch.code_digest import code_digest
from sim.batch.files import write_atomically
from sim.batch.manifest import present_versions
from sim.batch.playing import LOST, Isolation, performed
from sim.batch.sealed import sealed, unsealed
from sim.batch.workers import Workers
from sim.engines.choice import EngineName, asked_engine
from sim.errors import IsfError, TimeUpError
from sim.plain_files import read_plain
from sim.studies.measures import Answers, Measuring
from sim.studies.questions import questions_of
from sim.studies.samples import Key, Sample

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Settings = Mapping[str, str]
_SAMPLE_PARTS = ("kind", "least", "most")


@dataclass(frozen=True)
class Answered:
    """What one variant answered: a sample a measure, and the numbers of the replications that finished.

    `fault` says why the variant could not be played; then there are no answers.
    """

    numbers: NDArray[np.int64]
    answers: Answers
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Trials:
    """Plays variants of a resolved scenario; calling it with settings plays one."""

    text: str
    name: str
    replications: int
    seed: int
    engine: EngineName = field(default_factory=asked_engine)

    def __call__(self, settings: Settings) -> Answered:
        """Play one variant; what its settings break becomes its fault."""
        import numpy as np

        from sim.batch.simulation import Simulation, standard_model
        from sim.results.played import played_run
        from sim.scenario.loading import resolve_text

        try:
            scenario = resolve_text(self.text, self.name, settings, oddities=False).scenario
            model = standard_model(self.engine)
            simulation = Simulation.of(model, model.compile(scenario), self.seed)
            run = played_run(scenario, simulation, self.replications)
            answers = Measuring(run).answers(questions_of(scenario, brief=True))
            return Answered(run.numbers.copy(), dict(answers))  # it goes to another process, or into a file
        except IsfError as error:
            return Answered(np.zeros(0, dtype=np.int64), {}, " ".join(str(error).split()))

    def key(self, settings: Settings) -> str:
        """Return what stands for a variant: it changes with anything that decides the answers."""
        said = [self.text, self.replications, self.seed, sorted(settings.items()), present_versions()]
        said.append(code_digest("batch", "results", "studies"))  # answers hang on them as well
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]

    def path(self, folder: Path, settings: Settings) -> Path:
        """Return where the answers of a variant are kept."""
        return folder / f"{self.key(settings)}.npz"


@dataclass(frozen=True, slots=True)
class Variants:
    """Variants that workers hold; calling it with the place of one plays that."""

    trials: Trials
    settings: tuple[Settings, ...]

    def __call__(self, place: int) -> Answered:
        """Play the variant at this place."""
        return self.trials(self.settings[place])


def answers_of(
    trials: Trials,
    variants: Iterable[Settings],
    workers: Workers,
    folder: Path | None = None,
    progress: Callable[[int, int], None] = lambda done, wanted: None,
) -> list[Answered | None]:
    """Return the answers of variants in their order; what `folder` keeps already is not played again.

    None for those that were not begun in the time allowed to the workers.
    """
    wanted = list(variants)
    kept: dict[int, Answered] = {}
    for place, settings in enumerate(wanted):
        known = _read(trials.path(folder, settings)) if folder else None
        if known is not None:
            kept[place] = known
    progress(len(kept), len(wanted))
    missing = [place for place in range(len(wanted)) if place not in kept]
    alone: Isolation[int, Answered] = Isolation(lambda place: (), lambda place: _lost())
    with (
        suppress(TimeUpError),
        closing(performed(workers, Variants(trials, tuple(wanted)), missing, alone)) as playing,
    ):
        for place, answered in playing:
            kept[place] = answered
            if folder and not answered.fault:
                write_atomically(trials.path(folder, wanted[place]), _bytes(answered))
            progress(len(kept), len(wanted))
    return [kept.get(place) for place in range(len(wanted))]


def _lost() -> Answered:
    """Return what is known of a variant of which every worker process dies."""
    import numpy as np

    return Answered(np.zeros(0, dtype=np.int64), {}, LOST)


def _bytes(answered: Answered) -> bytes:
    import numpy as np

    index = [
        [*key, *(getattr(sample, part) for part in _SAMPLE_PARTS)] for key, sample in answered.answers.items()
    ]
    arrays: dict[str, Any] = {"index": np.array(json.dumps(index)), "numbers": answered.numbers}
    for place, sample in enumerate(answered.answers.values()):
        arrays[f"values{place}"] = sample.values
        if sample.applies is not None:
            arrays[f"applies{place}"] = sample.applies
    return sealed(arrays)


def _read(path: Path) -> Answered | None:
    """Answers that were kept; None where there are none, or they are damaged."""
    try:
        arrays, answers = unsealed(read_plain(path)), {}
        for place, (measure, item, date, kind, least, most) in enumerate(json.loads(str(arrays["index"]))):
            sample = Sample(kind, arrays[f"values{place}"], arrays.get(f"applies{place}"), least, most)
            answers[Key(measure, item, date)] = sample
        return Answered(arrays["numbers"], answers)
    except (OSError, ValueError, KeyError):
        return None
