"""The chapter on what to watch says what the studies say."""

from __future__ import annotations

import math

import pytest

from sim.batch.running import run as play
from sim.report.answers.watching import watching_parts
from sim.report.assembly import run_report
from sim.report.blocks import JOINED, Code, Paragraph, Sheet
from sim.report.tables import Tables
from sim.report.writers.html import html_of
from sim.results.run import open_run
from sim.scenario.loading import load_resolved
from sim.studies.outcomes import outcome_of
from sim.studies.signposts import signposts
from tests.report import distinct as d
from tests.studies.test_signposts import TEXT


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("watching")
    (folder / "w.yaml").write_text(TEXT)
    play(load_resolved(folder / "w.yaml"), replications=300, seed=0, folder=folder / "run")
    return open_run(folder / "run")


def said_of(hits, worlds):
    if 0 < hits < worlds:
        return d.chance(hits, worlds)
    off = 100 * 3.8415 / (worlds + 3.8415)  # Wilson's interval where none, or all, are hits
    off = math.ceil(10 * off) / 10 if off < 5 else math.ceil(off)
    return f"all of {worlds} (over {100 - off:g} %)" if hits else f"none of {worlds} (under {off:g} %)"


def test_the_table_has_what_tells_and_the_paragraph_what_may_be_ignored(run):
    (part,) = watching_parts(Tables(run))
    found = signposts(run, outcome_of(run, "t", None, None))
    (sheet,) = (block for block in part.blocks if isinstance(block, Sheet))
    said = [post.happening.said(True) for post in found.telling]
    assert [row[0][1:] for row in sheet.rows] == [each[1:] for each in said]
    assert len(sheet.rows) == len(found.telling)
    assert [column.heading for column in sheet.columns] == [
        "What", "Tells from", "Best known on", "If so", "If not", "Settles",
    ]  # fmt: skip
    for row, post in zip(sheet.rows, found.telling, strict=True):
        happened, not_yet = post.best.happened, post.best.not_yet
        assert [str(cell).replace(JOINED, " ") for cell in row[1:]] == [
            f"{post.earliest.day} {post.earliest:%b} {post.earliest.year}",
            f"{post.best.day.day} {post.best.day:%b} {post.best.day.year}",
            said_of(happened.hits, happened.worlds),
            said_of(not_yet.hits, not_yet.worlds),
            d.percent(post.best.variance),
        ]
        assert JOINED in row[3] and " (" in row[3]
    now = found.now
    assert part.blocks[0].text.replace(JOINED, " ").endswith(f": {said_of(now.hits, now.worlds)}.")
    texts = [block.text for block in part.blocks if isinstance(block, Paragraph)]
    assert any("may be ignored" in text.lower() and "“Idle” has come" in text for text in texts)
    assert any(isinstance(block, Code) and "never:" in "".join(block.lines) for block in part.blocks)


@pytest.mark.long
def test_a_report_has_the_chapter(run, no_pictures):
    report = run_report("known", run)
    titles = [section.title for section in report.sections]
    place = titles.index("What to watch")
    assert titles[place + 1] == "What to watch for 100 troops on 30 September 2026"
    assert "What to watch for 100 troops" in html_of(report).decode()
