"""A backtest told: on the terminal, as CSV, as one HTML page with its figures."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.report.answers.backtest import SETS, TITLE, backtest_parts, verdict
from sim.report.backtest_findings import Findings
from sim.report.blocks import Document, Section
from sim.report.exhibit import Exhibit
from sim.studies.backtest.study import Window

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

_WINDOWS: tuple[Window, ...] = ("leave-out", "expanding")


def exhibits() -> tuple[Exhibit, ...]:
    """Return the backtest's figures."""
    from sim.report.figures.backtest import draw_fans, draw_pit, draw_skill

    return (
        Exhibit(
            "skill", "Lines", "mean CRPS by horizon", draw_skill, lambda each: each.headline, _skill_data
        ),
        Exhibit("pit", "Bars", "where what came fell", draw_pit, lambda each: each.pit_headline, _pit_data),
        Exhibit(
            "missions",
            "Fans",
            "each mission and what came",
            draw_fans,
            lambda each: each.fan_headline,
            _fan_data,
        ),
    )


def print_backtest(findings: Findings, console: Console) -> None:
    """Print the verdict and its tables."""
    from sim.report.writers.terminal import print_answers

    print_answers(console, TITLE, subtitle(findings), (verdict(findings), *backtest_parts(findings)))


def write_backtest(findings: Findings, folder: Path) -> None:
    """Write `scores.csv`, `summary.csv`, `boots.csv`, `report.html` and `figures/`; StoreError if impossible."""
    from sim.batch.files import write_if_new, writing
    from sim.report.pictures import write_figures
    from sim.report.writers.html import html_of

    for name, text in (("scores", scores_csv), ("summary", summary_csv), ("boots", boots_csv)):
        write_if_new(folder / f"{name}.csv", text(findings).encode())
    with writing(folder):
        (folder / "figures").mkdir(parents=True, exist_ok=True)
    write_figures(exhibits(), findings, folder / "figures")
    write_if_new(folder / "report.html", html_of(document_of(findings)))


def subtitle(findings: Findings) -> str:
    """Say what was done, in a line."""
    result = findings.result
    return (
        f"{findings.template.missions} missions in {len({each.cluster for each in findings.main})} clusters, "
        f"{result.replications} replications each, seed {result.seed}"
    )


def document_of(findings: Findings) -> Document:
    """Return the backtest as a page."""
    from sim.report.pictures import picture

    pictures = {each.name: picture(each, findings) for each in exhibits()}
    beside = {"Scores": ("skill", "pit"), "Mission by mission": ("missions",)}
    sections = tuple(
        Section(part.title, (*(pictures[name] for name in beside.get(part.title, ())), *part.blocks))
        for part in backtest_parts(findings)
    )
    return Document(TITLE, subtitle(findings), verdict(findings).blocks, sections)


def scores_csv(findings: Findings) -> str:
    """Return every score, a line each."""
    header = ["window", "mission", "cluster", "known_day", "day", "by", "observed", "crps", "below", "upto"]
    header += ["q05", "q10", "q25", "q50", "q75", "q90", "q95"]
    rows = [
        (
            window,
            each.mission,
            each.cluster,
            str(each.known_day),
            str(each.day),
            each.by,
            *(f"{value:.6f}" for value in (each.observed, each.crps, each.below, each.upto, *each.quantiles)),
        )
        for window in _WINDOWS
        for each in findings.result.scores(window)
    ]
    return _csv(header, rows)


def boots_csv(findings: Findings) -> str:
    """Return every forecast of first boots, a line each."""
    rows = [
        (each.mission, each.cluster, str(each.day), each.by, f"{each.chance:.5f}", str(int(each.came)))
        for each in findings.result.boots()
    ]
    return _csv(["mission", "cluster", "by_day", "by", "chance", "came"], rows)


def summary_csv(findings: Findings) -> str:
    """Return each forecaster on each set of scores, a line each."""
    header = ["window", "known_day", "by", "missions", "scores", "crps", "skill", "skill_low", "skill_high"]
    header += ["within_50", "within_80", "pit_p"]
    rows = []
    for _, window, known_day in SETS:
        for each in findings.summaries(window, known_day):
            values = (each.crps, each.skill.value, each.skill.low, each.skill.high)
            rest = (each.within_50, each.within_80, each.flat)
            counts = (str(each.missions), str(each.scores))
            numbers = tuple(f"{value:.4f}" for value in (*values, *rest))
            rows.append((window, str(known_day), each.by, *counts, *numbers))
    return _csv(header, rows)


def _skill_data(findings: Findings) -> pd.DataFrame:
    import pandas as pd

    courses = {name: findings.crps_by_day(name) for name in ("template", "class", "gap")}
    return pd.DataFrame(
        {
            "day": findings.days,
            **{name: [each.get(day) for day in findings.days] for name, each in courses.items()},
        }
    )


def _pit_data(findings: Findings) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame({"part": range(1, len(findings.pit) + 1), "scores": findings.pit})


def _fan_data(findings: Findings) -> pd.DataFrame:
    import pandas as pd

    rows = [
        (fan.mission, day, *band)
        for fan in findings.fans
        for day, band in zip(findings.fan_days, fan.bands, strict=True)
    ]
    return pd.DataFrame(rows, columns=["mission", "day", "q05", "q25", "q50", "q75", "q95"])


def _csv(header: list[str], rows: Sequence[tuple[str, ...]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    return text.getvalue()
