"""All answers of a search among packages of levers: the package, the frontier, what each lever adds, robustness."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.report.blocks import Cell, Column, Listing, Paragraph, Part, Point, Said, Sheet, bracketed
from sim.words.dates import short_day
from sim.words.differences import points, points_apart, points_span
from sim.words.names import capitalised, listed, printable, proper, readable
from sim.words.numbers import (
    chance,
    counted,
    decimals,
    left_out,
    measured,
    percentage,
    percentage_span,
    whole,
)

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario.scenario import Scenario
    from sim.studies.packages.deck import Package
    from sim.studies.packages.planning import Planning, RacedPackage
    from sim.studies.packages.robust import Future, Judged, Robustness

MOST_ROWS = 20
"""Most rows of the frontier that are shown; `packages.csv` has all."""


@dataclass(frozen=True)
class PlanWords:
    """How one search is said."""

    planning: Planning
    scenario: Scenario

    def package(self, package: Package) -> str:
        """A package as people name it: `Clear mandate + Turkey admitted`, or `nothing`."""
        return " + ".join(self.lever(name) for name in sorted(package)) or "nothing"

    def lever(self, name: str) -> str:
        """A lever as people name it."""
        return self.planning.deck.levers[name].name or readable(name)

    def effort(self, entry: RacedPackage) -> str:
        """What a package takes: `5 months`, or a mean with its 10–90 % range."""
        return f"{measured(amount(entry.effort), self.planning.deck.unit)}{effort_range(entry)}"

    def future(self, future: Future) -> str:
        """A future in words: `Mandate clear: probability at its low (0.4)`."""
        from sim.report.sensitivity_findings import setting_words
        from sim.words.assumptions import assumption_words

        if not future.path:
            return "as stated"
        return f"{assumption_words(self.scenario, future.path)} at its {future.end} ({setting_words(future.value)})"

    @property
    def target(self) -> str:
        """The target: `initial (5,000 by 30 Jun 2026)`."""
        aim, name = self.planning.target, self.planning.name
        by = f"by {short_day(aim.by)}"
        what = readable(name) if name in self.scenario.targets else ""
        return f"“{what}” ({aim.troops:,} {by})" if what else f"{aim.troops:,} troops {by}"


@dataclass(frozen=True)
class Search:
    """A search as it is told: what was found, in which scenario, what is missing, and what futures do to it.

    `cut`: it was not at its end when the time allowed was up.
    """

    planning: Planning
    scenario: Scenario
    missing: pd.DataFrame | None = None
    robustness: Robustness | None = None
    cut: bool = False


def packages_title(search: Search) -> str:
    """Return the scenario's name."""
    return printable(search.scenario.scenario)


def packages_subtitle(search: Search) -> str:
    """Return what was looked for among how much."""
    planning = search.planning
    words = PlanWords(planning, search.scenario)
    levers = counted(len(planning.deck.names), "lever")
    packages = counted(len(planning.entries), "package")
    wanted = percentage(planning.terms.wanted)
    return f"{capitalised(words.target)}, wanted with {wanted}: {levers}, {packages} on the same worlds"


def packages_parts(search: Search) -> tuple[Part, ...]:
    """Return the answer, the frontier, what each lever adds, and how robust that is."""
    words = PlanWords(search.planning, search.scenario)
    notes = [Paragraph(text) for text in (*_cut(search), *_notes(words, search.missing))]
    parts = [Part("The answer", (Paragraph(_headline(words), leading=True), *notes))]
    parts.append(Part("What each further unit of effort buys", (_frontier(words),), ("frontier",)))
    if search.planning.shares:
        parts.append(Part("What each lever adds", (_shares(words),)))
    if search.robustness is not None:
        said = tuple(_robust_blocks(words, search.robustness))
        parts.append(Part("If the assumptions are otherwise", said))
    return tuple(parts)


def frontier_finding(search: Search) -> str:
    """Return what the frontier shows, in a sentence without its full stop."""
    planning = search.planning
    words = PlanWords(planning, search.scenario)
    answer = planning.answer
    if answer is None:
        best = percentage(planning.best.chance)
        return f"No package makes {words.target} likely enough: the best gives {best}"
    if not answer.package:
        return f"{capitalised(words.target)} is likely enough as things stand ({percentage(answer.chance)})"
    return f"{capitalised(words.target)}: a chance of {percentage(answer.chance)} for {words.effort(answer)}"


def amount(value: float) -> str:
    """An effort: whole where it is whole, else with one decimal."""
    return decimals(value, 0 if abs(value - round(value)) < 0.05 else 1)


def effort_range(entry: RacedPackage) -> str:
    """` (10–90 %: 2–4)` where the effort differs between worlds."""
    if entry.effort_high - entry.effort_low < 1e-9:
        return ""
    return f" (10–90 %: {amount(entry.effort_low)}–{amount(entry.effort_high)})"


def _said(entry: RacedPackage) -> str:
    return chance(entry.chance, entry.low, entry.high, entry.worlds)


def _headline(words: PlanWords) -> str:
    planning = words.planning
    wanted = percentage(planning.terms.wanted)
    answer = planning.answer
    if answer is None:
        return _none_reaches(words, wanted)
    if not answer.package:
        return (
            f"Nothing need be done: {words.target} is held with a chance of {_said(answer)} as things stand."
        )
    sentence = (
        f"{words.package(answer.package)}: the cheapest package that makes {words.target} likely enough, with a "
        f"chance of {_said(answer)} for {words.effort(answer)}."
    )
    return f"{sentence} As things stand it is {_said(planning.base)}; {wanted} was asked for."


def _none_reaches(words: PlanWords, wanted: str) -> str:
    planning, best = words.planning, words.planning.best
    number = counted(len(planning.entries), "package")
    judged = [entry for entry in planning.entries if not entry.too_dear]
    within = (
        f" within a budget of {amount(planning.terms.budget)}" if planning.terms.budget is not None else ""
    )
    if planning.cut and len(planning.entries) == 1:
        return f"As things stand, {words.target} is held with a chance of {_said(best)}; no package was looked at."
    if planning.ties:
        start = f"It is open whether any of {number} makes {words.target} likely enough ({wanted}){within}"
    elif len(judged) == 1:
        start = f"There is no package to choose{within}; {words.target} was to be held with {wanted}"
    else:
        start = f"None of {number} makes {words.target} likely enough ({wanted}){within}"
    if not best.package:
        return f"{start}: pulling no lever is as good as any, with a chance of {_said(best)}."
    return (
        f"{start}: the best, {words.package(best.package)}, gives {_said(best)} for {words.effort(best)}; as "
        f"things stand it is {_said(planning.base)}."
    )


def _cut(search: Search) -> Iterator[str]:
    """Say what was not finished in the time allowed."""
    if not search.cut:
        return
    planning = search.planning
    worlds = max(entry.worlds for entry in planning.entries)
    raced = counted(len(planning.entries), "package")
    left = [f"the race ({raced} on up to {worlds:,} worlds, of {planning.terms.most:,}) was at its end"]
    if not planning.shares:
        left.append("it was known what each lever adds")
    if search.robustness is not None and search.robustness.cut:
        left.append("all other futures were tried")
    yield f"Not finished: the time given was up before {listed(left)}. More time may change the answer."


def _notes(words: PlanWords, missing: pd.DataFrame | None) -> Iterator[str]:
    planning, terms = words.planning, words.planning.terms
    yield (
        f"Said with {percentage(1 - terms.error)} confidence for all packages together: what meets the target has a "
        f"chance of at least {percentage(terms.wanted - terms.zone)}, what misses it has less than "
        f"{percentage(terms.wanted)}; between the two it is left open. Intervals in brackets are 95 %, each alone."
    )
    if planning.ties:
        names = listed([f"{words.package(entry.package)} ({_said(entry)})" for entry in planning.ties[:4]])
        more = f" and {len(planning.ties) - 4} more" if len(planning.ties) > 4 else ""
        yield f"Near-ties, which these worlds cannot tell apart from an answer: {names}{more}."
    if not planning.complete:
        yield (
            f"With {len(planning.deck.names)} levers not every package was looked at, but those that a greedy search "
            "with exchange passes; a better one may exist."
        )
    if planning.answer is None and missing is not None and len(missing):
        yield _missing(words, missing)
    adaptive = planning.adaptive
    if adaptive is not None:
        yield _adaptive(words, *adaptive)
    if planning.failed:
        yield f"{left_out(planning.failed)} of every number."


def _missing(words: PlanWords, missing: pd.DataFrame) -> str:
    from sim.words.causes import cause_loss
    from sim.words.titles import titles_of

    titles = titles_of(words.scenario)
    causes = [
        f"{cause_loss(str(cause), titles)} ({percentage(float(share))} of the pledged troop-days)"
        for cause, share in zip(missing["cause"][:3], missing["share"][:3], strict=True)
    ]
    return f"Lost even then: {listed(causes)}."


def _adaptive(words: PlanWords, best: RacedPackage, fixed: RacedPackage) -> str:
    """What waiting to see is worth: against the best package that is pulled in every world, at no more effort."""
    gain = fixed.chance - best.chance
    apart = (
        f"{points_apart(best.chance, fixed.chance)} {'more' if gain > 0 else 'less'}" if gain else "as likely"
    )
    return (
        f"Waiting to see: {words.package(best.package)} takes {words.effort(best)} and gives {_said(best)}; the best "
        f"package without a lever that waits, at no more effort, is {words.package(fixed.package)} with {_said(fixed)} "
        f"for {words.effort(fixed)}, {apart}."
    )


def _frontier(words: PlanWords) -> Sheet:
    planning = words.planning
    columns = [Column("Package", folds=True), Column(capitalised(f"effort ({planning.deck.unit})"), True)]
    columns += [Column("Chance"), Column("Worlds", True), Column("Verdict")]
    if planning.base.cost is not None:
        columns.append(Column(f"Cost ({_currency(words.scenario)})", True))
    rows: list[tuple[Cell, ...]] = []
    for entry in planning.frontier[:MOST_ROWS]:
        row: tuple[Cell, ...] = (
            words.package(entry.package),
            bracketed(f"{amount(entry.effort)}{effort_range(entry)}"),
            bracketed(_said(entry)),
            entry.worlds,
            "left open" if entry.verdict == "open" else entry.verdict,
        )
        rows.append(row if entry.cost is None else (*row, whole(entry.cost)))
    caption = f"Chance of {words.target}; no other package gives as high a chance for as little effort."
    return Sheet(caption, tuple(columns), tuple(rows))


def _currency(scenario: Scenario) -> str:
    return scenario.costs.unit if scenario.costs is not None else ""


def _shares(words: PlanWords) -> Sheet:
    planning = words.planning
    columns = ("Lever", "Who must act", "Alone", "Added to all others", "On average")
    rows: list[tuple[Cell, ...]] = []
    for share in sorted(planning.shares, key=lambda share: (-share.average[0], share.lever)):
        party = planning.deck.levers[share.lever].party
        rows.append(
            (
                words.lever(share.lever),
                _party(words.scenario, party),
                _points(*share.alone),
                _points(*share.last),
                _points(*share.average),
            )
        )
    caption = (
        f"Percentage points of chance, on {planning.shares_worlds:,} worlds (95 % interval); the averages over all "
        "orders add up to what all levers together add."
    )
    return Sheet(
        caption,
        tuple(Column(name, place > 1, folds=place < 2) for place, name in enumerate(columns)),
        tuple(rows),
    )


def _points(value: float, low: float, high: float) -> str:
    return bracketed(f"{points(value)} ({points_span(low, high)})")


def _party(scenario: Scenario, party: str | None) -> str:
    if party is None:
        return "–"
    return scenario.parties[party].name or proper(party)


def _robust_blocks(words: PlanWords, robustness: Robustness) -> Iterator[Said]:
    wanted = words.planning.terms.wanted
    columns = (
        Column("Package", folds=True),
        Column("Futures satisfied"),
        Column("Worst case"),
        Column("Most regret"),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            words.package(judged.package),
            f"{judged.satisfied} of {judged.futures}",
            f"{percentage(judged.worst.chance)} ({percentage_span(judged.worst.low, judged.worst.high)})",
            points_apart(0.0, judged.regret),
        )
        for judged in robustness.judged
    ]
    yield Sheet(
        f"{robustness.worlds:,} worlds in each future; satisfied: a chance of at least {percentage(wanted)}.",
        columns,
        tuple(rows),
    )
    yield Listing(tuple(_worst_of(words, judged) for judged in robustness.judged))
    yield Paragraph(_choice_changes(words, robustness))


def _worst_of(words: PlanWords, judged: Judged) -> Point:
    """Say in which futures a package does worst, and is regretted most."""
    regret = f"; most regretted: {words.future(judged.regret_in)}" if judged.regret else ""
    return Point(f"worst case: {words.future(judged.worst.future)}{regret}", words.package(judged.package))


def _choice_changes(words: PlanWords, robustness: Robustness) -> str:
    if not robustness.changes:
        return "In none of these futures would another package be chosen."
    by_choice: Mapping[Package | None, list[str]] = {}
    for future, choice in robustness.changes:
        by_choice.setdefault(choice, []).append(words.future(future))  # type: ignore[attr-defined]
    parts = [
        f"{'none reaches it' if choice is None else words.package(choice)} if {' or '.join(where)}"
        for choice, where in by_choice.items()
    ]
    return f"The choice would change: {'. '.join(parts)}."
