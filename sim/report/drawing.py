"""A run's figures, drawn by several processes at once: the same bytes, whoever draws which.

Processes begin to read the run while the answer is printed. Then the figures are drawn from both ends of their list:
here from the first, there from the last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from sim.batch.derived import drawn_before
from sim.errors import UsageError
from sim.results.run import Run

if TYPE_CHECKING:
    from sim.report.tables import Tables

FIGURES = ("all", "page", "none")
"""Which figures are drawn: each as wide as a page and as a column, only the former, none."""

Which = Literal["all", "page", "none"]


@dataclass(frozen=True)
class Draw:
    """Draws a run's figures; called with its tables it returns the files written.

    `drawn` is what stands for these figures and the code that draws them. Where they stand already, as this code
    drew them, nothing is drawn.
    """

    draw: Callable[[Tables], list[Path]]
    drawn: str

    def __call__(self, tables: Tables) -> list[Path]:
        """Draw them."""
        return self.draw(tables)


def drawn_by(which: Which) -> str:
    """Return what stands for figures and the code that draws them, with all that decides their bytes."""
    from importlib.metadata import version

    from sim.batch.code_digest import code_digest

    code = code_digest("report", "words", "results", "studies/questions.py")
    return " ".join([which, code, *(version(name) for name in ("matplotlib", "pillow", "numpy"))])


def which_figures(text: str) -> Which:
    """Return which figures a text asks for; UsageError for another."""
    if text not in FIGURES:
        raise UsageError(f"--figures {text}: write {', '.join(FIGURES[:-1])} or {FIGURES[-1]}")
    return cast("Which", text)


@dataclass(frozen=True)
class Drawing:
    """Draws figures of a run, each by its name."""

    run: Run
    which: Which

    @cached_property
    def tables(self) -> Tables:
        """The run's tables, made again: a process is given its scenario, and reads its summaries itself."""
        from sim.report.tables import Tables

        return Tables(self.run)

    def __call__(self, name: str) -> list[Path]:
        """Draw a figure and return its files; without a name, only make ready for the first."""
        if name:
            return self.drawn(self.tables, name)
        import matplotlib.figure  # noqa: F401 - so that it is there when the first figure is asked for

        self.tables.read_at_once()
        self.tables.levels.on_day(0)
        return []

    def drawn(self, tables: Tables, name: str) -> list[Path]:
        """Draw a figure of tables that are at hand; StoreError if it cannot be written."""
        from sim.report.figures.registry import run_exhibits
        from sim.report.pictures import write_figures

        chosen = [exhibit for exhibit in run_exhibits(tables) if exhibit.name == name]
        return write_figures(chosen, tables, self.run.folder / "figures", columns=self.which == "all")


@contextmanager
def drawing_of(run: Run, which: Which, jobs: int) -> Iterator[Draw]:
    """Give what draws the figures of a run, with so many processes, this one counted."""
    before = drawn_before(run.folder, run.manifest)
    drawing = Drawing(Run(run.folder, run.scenario, run.manifest), which)  # without what was read: it is sent
    if which == "none" or (before and before in {drawn_by(which), drawn_by("all")}):
        yield Draw(lambda tables: [], before)
    elif jobs == 1:
        yield Draw(
            lambda tables: [path for name in _names(tables) for path in drawing.drawn(tables, name)],
            drawn_by(which),
        )
    else:
        from sim.batch.workers import Processes

        with _finishing(*Processes(jobs - 1).open(cast("Any", drawing))) as (executor, call):
            _begun(executor, call, "")
            yield Draw(lambda tables: _shared(drawing, tables, executor, call), drawn_by(which))


@contextmanager
def _finishing(executor: Executor, call: Any) -> Iterator[tuple[Executor, Any]]:
    completed = False
    try:
        yield executor, call
        completed = True
    finally:
        executor.shutdown(cancel_futures=not completed)


def _shared(drawing: Drawing, tables: Tables, executor: Executor, call: Any) -> list[Path]:
    """Draw what nobody else has begun; the others begin at the end of the list."""
    names = _names(tables)
    begun = {name: _begun(executor, call, name) for name in reversed(names)}
    written = {name: drawing.drawn(tables, name) for name in names if begun[name].cancel()}
    for name in names:
        if name not in written:
            try:
                written[name] = begun[name].result()
            except BrokenExecutor:  # it was killed, or ran out of memory
                written[name] = drawing.drawn(tables, name)
    return [path for name in names for path in written[name]]


def _begun(executor: Executor, call: Any, name: str) -> Future[Any]:
    """Ask for a figure; of processes that have died already it is one that they will not draw."""
    try:
        return executor.submit(call, name)
    except BrokenExecutor as error:
        lost: Future[Any] = Future()
        lost.set_exception(error)
        return lost


def _names(tables: Tables) -> Sequence[str]:
    from sim.report.figures.registry import run_exhibits

    return [exhibit.name for exhibit in run_exhibits(tables)]
