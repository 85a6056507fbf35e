"""One replication as a dated account: what changed, who decided what and why, who waited for what."""

from __future__ import annotations

import textwrap
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from sim.durations import DAY
from sim.errors import UsageError
from sim.report.telling.fact_news import fact_news
from sim.report.telling.move_news import MoveNews
from sim.report.telling.news import NewsLine, day_said
from sim.report.telling.paragraphs import wrapped
from sim.report.telling.waited import Waited, waited
from sim.rules.suggestions import nearest
from sim.rules.syntax import Value
from sim.scenario.kinds import is_truth
from sim.words.causes import cause_label
from sim.words.dates import short_day
from sim.words.names import listed, printable, proper
from sim.words.numbers import percentage, whole
from sim.words.titles import body_title, titles_of

if TYPE_CHECKING:
    from sim.model.logbook import Logs
    from sim.scenario.scenario import Scenario

WIDTH = 80
_DATE = 12
_MOST_STRETCHES = 3


def account(
    scenario: Scenario, logs: Logs, number: int, seed: int, contributor: str | None = None
) -> Iterator[str]:
    """Yield the lines of an account of a replication, at most 80 characters wide.

    With `contributor` (or a trained force), only what concerns it: its moves, and the facts that its rules
    read. Raises UsageError for one that the scenario does not have.
    """
    known = {*scenario.contributors, *scenario.trained_forces}
    if contributor is not None and contributor not in known:
        close = nearest(contributor, known)
        hint = f"did you mean {close}?" if close else f"choose one of {', '.join(sorted(known))}"
        raise UsageError(f"'{contributor}' is no contributor of this scenario; {hint}")
    titles = titles_of(scenario)
    yield f"{printable(scenario.scenario)}: replication {number} of seed {seed}"
    yield _frame(scenario)
    yield ""
    for news in _all_news(scenario, logs, titles, contributor):
        yield from _dated(scenario, news)
    rows = [row for row in logs.waits if contributor in (None, row[2])]
    found = waited(rows, ((scenario.end - scenario.start).days + 1) * DAY)
    yield from _waiting(scenario, found, titles)
    yield from _lost(scenario, found, titles, _served(scenario, logs, contributor))


def _frame(scenario: Scenario) -> str:
    span = f"{short_day(scenario.start)} to {short_day(scenario.end)}"
    return f"{span}; until {short_day(scenario.as_of)} as history records" if scenario.as_of else span


def _all_news(
    scenario: Scenario, logs: Logs, titles: Mapping[str, str], contributor: str | None
) -> list[NewsLine]:
    moves = MoveNews(scenario, logs, titles, contributor)
    about = None if contributor is None else moves.reasons.reads(contributor)
    found = [*_at_start(moves, scenario, titles, about), *fact_news(scenario, logs, titles, about)]
    found += [NewsLine(time, step, f"Broken: {statement}") for time, step, statement in logs.violations]
    # facts before the moves that they cause: both sorts are stable, and facts come first in the list
    return sorted([*found, *moves.news()], key=lambda news: (news.time, news.step))


def _at_start(
    moves: MoveNews, scenario: Scenario, titles: Mapping[str, str], about: frozenset[str] | None
) -> Iterator[NewsLine]:
    """Yield what holds at the start, of the facts that hold or do not."""
    names = [
        name
        for name, fact in scenario.facts.items()
        if (is_truth(fact.kind) or fact.kind == "schedule") and (about is None or name in about)
    ]
    holding = [f"“{titles[name]}”" for name in names if moves.reasons.value(Value(name), 0) > 0]
    if holding:
        yield NewsLine(0, -1, f"At the start {'holds' if len(holding) == 1 else 'hold'} {listed(holding)}.")


def _dated(scenario: Scenario, news: NewsLine) -> list[str]:
    date = day_said(scenario.start, news.time)
    said = news.text[:-1] if news.text.endswith("..") else news.text  # a name that ends in a full stop
    return wrapped(said, f"{date:<{_DATE}}", " " * _DATE)


def _waiting(scenario: Scenario, found: tuple[Waited, ...], titles: Mapping[str, str]) -> Iterator[str]:
    """Yield for each contingent what it waited for, when and at what cost."""
    before = None
    for each in found:
        if before is None:
            yield ""
            yield _columns("Who waited for what", "troop-days")
        if before != (each.contributor, each.contingent):
            who = titles.get(each.contributor, proper(each.contributor))
            yield f"{who}, {body_title(scenario, each.contributor, each.contingent)}"
            before = each.contributor, each.contingent
        yield from _cell(f"  {cause_label(each.cause, titles)}", whole(each.troop_days))
        yield from textwrap.wrap(
            _when(scenario, each), WIDTH - 14, initial_indent="    ", subsequent_indent="    "
        )


def _when(scenario: Scenario, each: Waited) -> str:
    ends = ((scenario.end - scenario.start).days + 1) * DAY
    said = [_stretch(scenario, first, last, ends) for first, last in each.stretches[:_MOST_STRETCHES]]
    more = len(each.stretches) - _MOST_STRETCHES
    return ", ".join(said) + (f" and {more} more time{'s' if more > 1 else ''}" if more > 0 else "")


def _stretch(scenario: Scenario, first: int, last: int, ends: int) -> str:
    since, until = day_said(scenario.start, first), day_said(scenario.start, last)
    if last >= ends:
        return f"from {since}"
    return f"on {since}" if since == until else f"{since} to {until}"


def _lost(
    scenario: Scenario, found: tuple[Waited, ...], titles: Mapping[str, str], served: float
) -> Iterator[str]:
    """Yield troop-days by cause, the largest first, then those served in the theatre; they add up."""
    lost: dict[str, float] = defaultdict(float)
    for each in found:
        lost[cause_label(each.cause, titles)] += each.troop_days
    total = sum(lost.values()) + served
    if total <= 0:
        return
    yield ""
    yield _columns("Troop-days of the pledge, by what they were lost to", "troop-days  share")
    for cause, days in sorted(lost.items(), key=lambda item: (-item[1], item[0])):
        yield from _cell(f"  {cause}", f"{whole(days):>10}  {percentage(days / total):>5}")
    yield from _cell("  served in the theatre", f"{whole(served):>10}  {percentage(served / total):>5}")


def _served(scenario: Scenario, logs: Logs, contributor: str | None) -> float:
    ends = ((scenario.end - scenario.start).days + 1) * DAY
    return (
        sum(
            row[6] * ((row[5] == "deployed") - (row[4] == "deployed")) * (ends - row[0])
            for row in logs.transitions
            if contributor in (None, row[2])
        )
        / DAY
    )


def _columns(left: str, right: str) -> str:
    return f"{left:<{WIDTH - len(right)}}{right}"


def _cell(left: str, right: str) -> list[str]:
    """Return a row; a long text goes on below itself."""
    lines = textwrap.wrap(
        left.strip(),
        WIDTH - len(right) - 2,
        initial_indent="  ",
        subsequent_indent="    ",
        break_on_hyphens=False,
    )
    return [_columns(lines[0], right), *lines[1:]]
