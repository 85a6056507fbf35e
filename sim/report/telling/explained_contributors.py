"""Who waits for what: each contributor's conditions, decisions, troops and lead times in plain language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from math import prod
from typing import TYPE_CHECKING

from sim.plan.lead_times import lead_times
from sim.plan.randomness import Draws
from sim.report.telling.paragraphs import labelled
from sim.rules.binding import bind
from sim.rules.references import readings_in
from sim.scenario.arrivals import chance_of_never, delivered_share
from sim.scenario.facts import Consent
from sim.scenario.rules import completed
from sim.scenario.unnamed import is_unnamed
from sim.words.names import capitalised, listed, printable, readable, the, within
from sim.words.numbers import percentage
from sim.words.stated import chance_said, days_said, is_certain, is_zero, mean_of, median_said, troops_said
from sim.words.titles import body_title, clause

if TYPE_CHECKING:
    from sim.plan.tables import ContingentPlan, Plan
    from sim.scenario.aims import Record
    from sim.scenario.contributors import Approval, Contingent, Contributor, TrainedForce
    from sim.scenario.distributions import Drawn
    from sim.scenario.scenario import Scenario

LEAD_TIME_DRAWS = 1_000
"""From how many draws the whole lead time is found."""


class ExplainedContributors:
    """Tells contributors and trained forces of a scenario."""

    def __init__(self, scenario: Scenario, plan: Plan, titles: Mapping[str, str]) -> None:
        self._scenario = scenario
        self._plan = plan
        self._titles = titles

    def lines(self) -> Iterator[str]:
        """Yield a block of lines for each contributor, then for each trained force."""
        for name, state in self._scenario.contributors.items():
            if name in self._alike:
                continue
            yield ""
            yield self._titles[name] if not is_unnamed(name) else "Contributors that nobody can name yet"
            yield from self._appear(name)
            yield from self._contributor(name, state)
            for contingent, body in state.contingents.items():
                yield from self._contingent(name, state, contingent, body)
        for name, force in self._scenario.trained_forces.items():
            yield ""
            yield self._titles[name]
            yield from self._trained(force)

    @cached_property
    def _alike(self) -> frozenset[str]:
        """All those that may still appear but the first, which stands for them."""
        unnamed = [name for name in self._scenario.contributors if is_unnamed(name)]
        return frozenset(unnamed[1:]) if self._scenario.unnamed is not None else frozenset()

    def _appear(self, name: str) -> Iterator[str]:
        """Yield how many may appear and how fast."""
        template = self._scenario.unnamed
        if template is not None and is_unnamed(name):
            left = len(self._alike) + 1
            yield from labelled(
                "appear", f"up to {left}, each {self._delay(template.every)} after the one before"
            )

    def _contributor(self, name: str, state: Contributor) -> Iterator[str]:
        rule = state.commits_when
        comes = "on no condition" if rule is None else f"when {clause(bind(rule, name), self._titles)}"
        yield from labelled("comes", comes)
        for party, consent in self._consents(name, state):
            asked = consent.asked_when
            when = "" if asked is None else f", asked when {clause(bind(asked, name), self._titles)}"
            yield from labelled("needs", f"consent of {within(self._titles[party])}{when}")
        for approval in state.approvals:
            yield from labelled("decides", self._approval(approval))
        together = [body for body in state.contingents.values() if body.approvals is None]
        if state.approvals and len(together) > 1:
            who = "all" if len(together) == len(state.contingents) else f"{len(together)}"
            yield from labelled("", f"one decision for {who} of its contingents")
        if state.withdraws_when is not None:
            leaves = f"when {clause(bind(state.withdraws_when, name), self._titles)}; {self._exit(state)}"
            yield from labelled("leaves", leaves)
        for key in ("commits_when", "withdraws_when"):
            yield from self._quoted(state, key)
        for record in self._scenario.history:
            if record.contributor == name:
                yield from labelled(f"{record.date}", self._recorded(record))
        if state.returns is not None:
            yield from labelled("returns", f"may pledge again after {median_said(state.returns.after)}")

    def _quoted(self, state: Contributor, key: str) -> Iterator[str]:
        """Yield the words of which a rule is a reading, where the rule has several."""
        rule = getattr(state, key)
        if rule is None or not readings_in(completed(self._scenario, rule)):
            return
        name = state.source.get(key) if isinstance(state.source, dict) else state.source
        source = self._scenario.sources.get(name or "")
        if source is not None and source.quote:
            yield from labelled("said", f"“{printable(source.quote)}” ({source.publisher}, {source.date})")

    def _consents(self, name: str, state: Contributor) -> Iterator[tuple[str, Consent]]:
        for party, block in self._scenario.parties.items():
            own = state.consents.get(party, block.consent)
            if isinstance(own, Consent):
                yield party, own

    def _recorded(self, record: Record) -> str:
        """Return what history says of a contributor."""
        until = f"until {record.until}" if record.until is not None else ""
        late = f"by {self._delay(record.by)}" if record.by is not None else ""
        if record.party is not None and record.event == "delayed":
            answer = f"answer of {within(self._titles[record.party])} delayed"
            return " ".join(part for part in (answer, until, late) if part)
        if record.party is not None:
            return f"{self._titles[record.party]} {'consented' if record.consent else 'refused'}"
        what = record.contingent.replace("_", " ") if record.contingent else ""
        step = f"by {the(record.step)}" if record.step else ""
        troops = "" if record.troops is None else "1" if record.troops == 1 else f"{record.troops:,} troops"
        return " ".join(part for part in (what, str(record.event), step, troops, until, late) if part)

    def _approval(self, approval: Approval) -> str:
        said = f"{chance_said(approval.probability)}, {self._delay(approval.takes)}"
        words = f"{readable(approval.step).lower()}: {said}"
        if approval.reconsiders is not None:
            words += f"; a no is asked again after {self._delay(approval.reconsiders)}"
        return words

    def _exit(self, state: Contributor) -> str:
        defaults = self._scenario.defaults.contributors
        notice, out = state.notice or defaults.notice, state.exit or defaults.exit
        notice_said = "at once" if notice is None or is_zero(notice) else f"notice {self._delay(notice)}"
        out_said = "no time" if out is None else self._delay(out)
        return f"{notice_said}; out in {out_said}"

    def _contingent(self, name: str, state: Contributor, contingent: str, body: Contingent) -> Iterator[str]:
        title = body_title(self._scenario, name, contingent)
        role = readable(body.role).lower()
        what = f"{troops_said(body.troops)} {role if role != title else 'troops'}"
        where = f" for {within(self._titles.get(body.sector, body.sector))}" if body.sector else ""
        way = f", by {body.lift.replace('_', ' ')}" if body.lift else ""
        force = "" if body.force == "military" else f", counted as {readable(body.force).lower()}"
        yield f"  {capitalised(title)}"
        yield from labelled("pledge", f"{what}{where}{way}{force}", 4)
        if body.will_not:
            yield from labelled("will not", listed([task.replace("_", " ") for task in body.will_not]), 4)
        if body.commits_when is not None:
            yield from labelled(
                "also waits", f"until {clause(bind(body.commits_when, name), self._titles)}", 4
            )
        for approval in body.approvals or ():
            yield from labelled("decides", self._approval(approval), 4)
        yield from labelled("lead time", self._lead(name, contingent, body), 4)
        yield from labelled("arrives", self._arrives(state, body), 4)
        if body.tour is not None:
            relief = f"a relief comes with {chance_said(body.tour.relief_probability)}"
            stays = f"tours of {self._delay(body.tour.every)}; {relief}"
            if body.tour.overstays is not None:
                stays += f"; without it home {self._delay(body.tour.overstays)} after the end"
            yield from labelled("stays", stays, 4)

    def _lead(self, name: str, contingent: str, body: Contingent) -> str:
        """Return preparation and trip as stated, and the median of all parts together."""
        prepares = body.prepares_for or self._scenario.defaults.contingents.prepares_for
        parts = [f"prepares {'in no time' if prepares is None else self._delay(prepares)}"]
        if body.lift is not None:
            parts.append(f"trip {self._delay(self._scenario.theatre.lift[body.lift].trip)}")
        row = next(row for row in self._plan.contingents if (row.contributor, row.name) == (name, contingent))
        lasts, known = self._spread(row)
        if body.advance is not None:
            party, follows = body.advance.share, self._delay(body.advance.body_follows)
            parts.append(f"an advance party of {chance_said(party)}, the main body ready {follows} after it")
            there, _ = self._spread(row, whole=True)
            words = f"from deciding to first boots {lasts}, until all are there {there}"
        elif known:
            return f"{'; '.join(parts)}; in all {lasts}"
        else:
            words = f"from deciding to first boots {lasts}"
        return f"{'; '.join(parts)}; {words}, if nothing holds it up"

    def _spread(self, row: ContingentPlan, whole: bool = False) -> tuple[str, bool]:
        """Return how long a lead time is, and whether that is certain to the day."""
        total = lead_times(self._plan, row, self._draws, LEAD_TIME_DRAWS, whole)
        low, middle, high = (total[round(share * (len(total) - 1))] for share in (0.05, 0.5, 0.95))
        if days_said(low) == days_said(high):
            return days_said(middle), True
        return f"median {days_said(middle)} (90 %: {days_said(low)} to {days_said(high)})", False

    def _arrives(self, state: Contributor, body: Contingent) -> str:
        """Return the chance that anybody comes once conditions hold, and the share that does."""
        delivers = delivered_share(self._scenario, state, body)
        never = chance_of_never(self._scenario, state, body)
        approvals = state.approvals if body.approvals is None else body.approvals
        approved = prod(mean_of(approval.probability) for approval in approvals)
        comes = approved * (1.0 - mean_of(never))
        words = f"{percentage(comes)} once its conditions last"
        if not is_zero(never):
            asked = f"approvals {percentage(approved)}, " if approvals else ""
            words += f" ({asked}never arrives {chance_said(never)})"
        if not is_certain(delivers):
            words += f"; then {percentage(mean_of(delivers))} of the pledge on average"
        return words

    def _trained(self, force: TrainedForce) -> Iterator[str]:
        when = "" if force.when is None else f" while {clause(force.when, self._titles)}"
        trainers = readable(force.trained_by).lower()
        yield from labelled(
            "taught", f"by {trainers}, {force.trainees_per_trainer:g} a trainer at once{when}"
        )
        yield from labelled("recruits", f"{troops_said(force.recruits)}; course {self._delay(force.course)}")
        yield from labelled("passes", f"{chance_said(force.vetted)}; counted as {force.force}")

    def _delay(self, drawn: Drawn) -> str:
        return median_said(drawn)

    @cached_property
    def _draws(self) -> Draws:
        return Draws(0, 0, LEAD_TIME_DRAWS)
