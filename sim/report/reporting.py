"""From stored runs to a report's files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import TimeUpError, UsageError
from sim.report.blocks import Document, Section

if TYPE_CHECKING:
    from sim.results.run import Run


def report_of(
    runs: Mapping[str, Run],
    title: str | None = None,
    sensitivity: Sequence[Path] = (),
    plans: Sequence[Path] = (),
) -> Document:
    """Return the report of runs by label; with several, the first is the baseline of a comparison.

    `sensitivity` are folders of sensitivity studies of any of these scenarios, `plans` of searches among levers, a
    chapter each. UsageError without runs or for a study of another scenario, StoreError for a folder that holds
    none.
    """
    from sim.report.assembly import asked_in_comparison_report, comparison_report, run_report
    from sim.report.comparison_tables import ComparisonTables
    from sim.studies.comparison import compare

    if not runs:
        raise UsageError("a report needs a run; name a folder that `isf run` printed")
    studies = [_study(folder, runs) for folder in sensitivity]
    for folder in plans:
        studies += _search(folder, runs)
    if len(runs) == 1:
        ((label, run),) = runs.items()
        return run_report(label, run, title, studies)
    return comparison_report(
        ComparisonTables(compare(runs, further=asked_in_comparison_report)), title, studies
    )


def _study(folder: Path, runs: Mapping[str, Run]) -> Section:
    """Return the chapter of one kept study; it belongs to the run whose scenario and seed it has."""
    from sim.batch.naming import run_id
    from sim.report.assembly import sensitivity_chapter
    from sim.studies.kept_sensitivity import open_sensitivity

    for label, run in runs.items():
        if folder.resolve().name == run_id(run.manifest["digest"], run.manifest["seed"]):
            return sensitivity_chapter(open_sensitivity(folder, run.scenario), label)
    raise UsageError(
        f"--sensitivity {folder}: is no study of {', '.join(runs)}; name a folder that `isf sensitivity` "
        "printed for one of these scenarios, with the same seed"
    )


def _search(folder: Path, runs: Mapping[str, Run]) -> Iterable[Section]:
    """Return the chapter of one kept search; it belongs to the run whose scenario it was made of.

    Levers may have been laid over that scenario, so that its name decides and not its digest. Nothing is played: a
    search that was not finished is told as far as it went.
    """
    from sim.batch.allowance import Allowance
    from sim.batch.executors import opened_workers
    from sim.report.answers.packages import Search
    from sim.report.assembly import packages_chapter
    from sim.studies.packages.question import answered, read_question

    question = read_question(folder)
    scenario = question.resolved.scenario
    for label, run in runs.items():
        if run.scenario.scenario == scenario.scenario:
            try:
                with opened_workers(None, 1, Allowance(0, begins=False)) as workers:
                    found = answered(question, workers, folder)
            except TimeUpError:
                raise UsageError(
                    f"--plan {folder}: what it played is gone, or was played by another version; the same `isf plan` "
                    "plays it again"
                ) from None
            told = Search(found.planning, scenario, found.missing, found.robustness, found.cut)
            return packages_chapter(told, label)
    raise UsageError(
        f"--plan {folder}: is a search in “{scenario.scenario}”, no scenario of {', '.join(runs)}; name a folder that "
        "`isf plan` printed for one of these"
    )


def write_report(document: Document, html: Path | None, pdf: Path | None, docx: Path | None) -> list[Path]:
    """Write a report in the formats asked for, each file by atomic rename; returns the files written.

    Nothing is written if one of the formats cannot be made. Raises StoreError if a file cannot be written,
    UsageError if a format's extra is not installed.
    """
    from sim.batch.files import write_named
    from sim.batch.store import check_not_of_a_run
    from sim.report.writers.docx import docx_of
    from sim.report.writers.html import html_of
    from sim.report.writers.pdf import pdf_of

    for path in (html, pdf, docx):
        if path is not None:
            check_not_of_a_run(path)
    wanted = ((html, html_of), (pdf, pdf_of), (docx, docx_of))
    made = [(path, content_of(document)) for path, content_of in wanted if path is not None]
    for path, content in made:
        write_named(path, content)
    return [path for path, _ in made]


def labelled_runs(arguments: Sequence[str]) -> dict[str, Run]:
    """Open runs named `LABEL=FOLDER` or `FOLDER`, whose label is then the scenario's file name.

    A sweep or a folder of runs stands for all its runs, called by what varies (`sim.studies.named_runs`). Raises
    UsageError for a label given twice or an empty one, StoreError for a folder that is no run.
    """
    from sim.results.run import open_run
    from sim.studies.named_runs import labelled, named_runs

    runs: dict[str, Run] = {}
    for argument in arguments:
        label, path = labelled(argument, "LABEL=RUN", "halt=outputs/full-halt/0123456789ab")
        found = named_runs(label, path, runs) or {label or path.name: path}
        runs |= {name: open_run(folder) for name, folder in found.items()}
    return runs
