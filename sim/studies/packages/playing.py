"""Variants of a scenario played span by span in memory, and kept as bare answers.

A *variant* is the scenario with some levers pulled and perhaps some values set (a future). A *cell* is what a
variant answers in a span of worlds, played where it can come to pass: in the worlds in which each of its levers
works. Cells are stored one file each, written by atomic rename under a name that stands for all that decides
them, so that a search that was broken off goes on where it was.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.batch.allowance import allowance_of
from sim.batch.code_digest import code_digest
from sim.batch.files import write_atomically
from sim.batch.manifest import present_versions
from sim.batch.playing import performed
from sim.batch.sealed import sealed, unsealed
from sim.batch.simulation import Simulation, standard_model
from sim.batch.spans import Span
from sim.engines.choice import EngineName, asked_engine
from sim.errors import ReplicationError, TimeUpError
from sim.plain_files import read_plain

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sim.batch.workers import Workers
    from sim.results.run import Run
    from sim.scenario.aims import Target
    from sim.studies.packages.deck import Package

Settings = tuple[tuple[str, str], ...]
"""Values set beside the levers: (path, value as YAML)."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A scenario with levers pulled that take effect, in a future."""

    active: Package
    future: Settings = ()

    @property
    def settings(self) -> Settings:
        """Return all that is set."""
        return (*self.future, ("pulled", json.dumps(sorted(self.active))))


@dataclass(frozen=True, slots=True)
class VariantPart:
    """A variant, a span of worlds, and the numbers of those in it that are played, ascending."""

    variant: Variant
    span: Span
    worlds: tuple[int, ...]

    def stretches(self) -> Iterator[Span]:
        """Yield the worlds that are played as spans without a gap."""
        first = previous = None
        for world in self.worlds:
            if first is None or previous is None:
                first = world
            elif world != previous + 1:
                yield Span(first, previous + 1 - first)
                first = world
            previous = world
        if first is not None and previous is not None:
            yield Span(first, previous + 1 - first)


@dataclass(frozen=True)
class PlayedVariant:
    """What a variant answers in a span of worlds, in the order of their numbers: [world].

    `finished`: it was played and did not fail; `applies`: the target's `when` holds; `held`: the level on the
    target's date is at least the target; `pulled`: by lever, whether it would be pulled; `cost`: by the target's
    date, NaN where nothing costs.
    """

    finished: NDArray[np.bool_]
    applies: NDArray[np.bool_]
    held: NDArray[np.bool_]
    level: NDArray[np.int64]
    cost: NDArray[np.float64]
    pulled: Mapping[str, NDArray[np.bool_]]


@dataclass(frozen=True, slots=True)
class Player:
    """Plays cells of one scenario and question; calling it with parts of one variant plays those."""

    text: str
    name: str
    target: Target
    adaptive: tuple[str, ...]
    seed: int
    engine: EngineName = field(default_factory=asked_engine)

    def __call__(self, parts: tuple[VariantPart, ...]) -> tuple[PlayedVariant, ...]:
        """Play the worlds of some parts of one variant; ScenarioError if its settings break the scenario."""
        from sim.results.played import run_in_memory
        from sim.scenario.loading import resolve_text

        settings = dict(parts[0].variant.settings)
        scenario = resolve_text(self.text, self.name, settings, oddities=False).scenario
        model = standard_model(self.engine)
        simulation = Simulation.of(model, model.compile(scenario), self.seed)
        asked = scenario.model_copy(update={"targets": {"it": self.target}})
        answers = []
        for part in parts:
            played = [simulation(stretch) for stretch in part.stretches()]
            run = run_in_memory(asked, self.seed, [(part.span, played)])
            answers.append(self._answer(part.span, run))
        return tuple(answers)

    def key(self, part: VariantPart) -> str:
        """Return what stands for a cell: it changes with anything that decides the answer."""
        said = [
            self.text,
            repr(self.target),
            self.adaptive,
            self.seed,
            part.variant.settings,
            part.span.first,
            part.span.count,
            part.worlds,
        ]
        code = code_digest("batch", "results", "studies")  # answers hang on them as well
        return hashlib.sha256(json.dumps([*said, present_versions(), code]).encode()).hexdigest()[:20]

    def _answer(self, span: Span, run: Run) -> PlayedVariant:
        import numpy as np

        from sim.results.costs import costs_by
        from sim.results.targets import attainments

        places = run.numbers - span.first
        finished = np.zeros(span.count, dtype=bool)
        finished[places] = True
        applies = np.zeros(span.count, dtype=bool)
        level = np.zeros(span.count, dtype=np.int64)
        cost = np.full(span.count, np.nan)
        pulled = {name: np.zeros(span.count, dtype=bool) for name in self.adaptive}
        if places.size:
            (attained,) = attainments(run)
            judged = attained.numbers - span.first
            applies[judged] = True
            level[judged] = attained.level_on(run.dates)
            if run.scenario.costs is not None:
                (cost[places],) = costs_by(run, [self.target.by])
            _read_pulled(run, span, pulled)
        return PlayedVariant(finished, applies, applies & (level >= self.target.troops), level, cost, pulled)


def _read_pulled(run: Run, span: Span, pulled: Mapping[str, NDArray[np.bool_]]) -> None:
    from sim.plan.forcing import trigger_of

    for _, summary in run.summaries():
        for name, worlds in pulled.items():
            if trigger_of(name) in summary.facts:
                told = summary.courses.fact == summary.facts.index(trigger_of(name))
                worlds[summary.numbers[summary.courses.place[told]] - span.first] = True


_MOST_AT_ONCE = 4
"""Most cells of a variant that are played by one call, which reads and compiles it once."""


def _by_variant(parts: Sequence[VariantPart]) -> Iterator[tuple[VariantPart, ...]]:
    """Yield parts of one variant together, variants in the order of their first part."""
    by_variant: dict[Variant, list[VariantPart]] = {}
    for part in parts:
        by_variant.setdefault(part.variant, []).append(part)
    for those in by_variant.values():
        yield from (tuple(those[n : n + _MOST_AT_ONCE]) for n in range(0, len(those), _MOST_AT_ONCE))


class Cells:
    """The cells of a search: played when first asked for, kept in memory and, with a folder, on disk."""

    def __init__(
        self,
        player: Player,
        workers: Workers,
        folder: Path | None = None,
        progress: Callable[[int, int], None] = lambda done, wanted: None,
    ) -> None:
        self._player = player
        self._workers = workers
        self._folder = folder
        self._progress = progress
        self._known: dict[VariantPart, PlayedVariant] = {}
        self.played = 0
        """How many replications were played by this call, and not read from the folder."""
        self.failed = 0
        """How many of all replications failed."""
        self.cut = False
        """Whether the time allowed was up before all that was wanted was played."""

    def want(self, parts: Sequence[VariantPart]) -> None:
        """Have cells at hand: what neither memory nor the folder holds is played, on the workers.

        TimeUpError if the time allowed to them was up before all were played.
        """
        missing = [part for part in dict.fromkeys(parts) if part not in self._known]
        for part in missing:
            cell = self._read(part)
            if cell is not None:
                self._take(part, cell)
        missing = [part for part in missing if part not in self._known]
        done, wanted = 0, len(missing)
        self._progress(done, wanted)
        timed = (
            allowance_of(self._workers) is not None
        )  # then pieces of work are small, so that it is kept to
        tasks = [(part,) for part in missing] if timed else _by_variant(missing)
        try:
            with closing(performed(self._workers, self._player, tasks)) as playing:
                for played, cells in playing:
                    for part, cell in zip(played, cells, strict=True):
                        if self._folder is not None:
                            write_atomically(self._folder / f"{self._player.key(part)}.npz", _bytes(cell))
                        self._take(part, cell)
                        self.played += len(part.worlds)
                    done += len(played)
                    self._progress(done, wanted)
        except TimeUpError:
            self.cut = True
            raise

    def has(self, part: VariantPart) -> bool:
        """Tell whether a cell is at hand."""
        return part in self._known

    def of(self, part: VariantPart) -> PlayedVariant:
        """Return a cell that is at hand."""
        return self._known[part]

    def _take(self, part: VariantPart, cell: PlayedVariant) -> None:
        if not cell.finished.any():
            raise ReplicationError(
                f"with {part.variant.settings[-1][1]} pulled, each of replications {part.span.first} to "
                f"{part.span.end - 1} in which all of it works "
                "fails; `isf run` with `--set pulled=[…]` says why"
            )
        self._known[part] = cell
        self.failed += len(part.worlds) - int(cell.finished.sum())

    def _read(self, part: VariantPart) -> PlayedVariant | None:
        path = None if self._folder is None else self._folder / f"{self._player.key(part)}.npz"
        if path is None:
            return None
        try:
            arrays = unsealed(read_plain(path))
            finished, applies, held, level, cost = (arrays[name] for name in _ARRAYS)
            pulled = {name: arrays[f"pulled_{name}"] for name in self._player.adaptive}
            cell = PlayedVariant(finished, applies, held, level, cost, pulled)
            sizes = {array.shape for array in (finished, applies, held, level, cost, *pulled.values())}
            return cell if sizes == {(part.span.count,)} else None
        except (OSError, ValueError, KeyError):
            return None


_ARRAYS = ("finished", "applies", "held", "level", "cost")


def _bytes(cell: PlayedVariant) -> bytes:
    arrays: dict[str, Any] = {name: getattr(cell, name) for name in _ARRAYS}
    return sealed(arrays | {f"pulled_{name}": worlds for name, worlds in cell.pulled.items()})
