"""What each party controls: the facts and consents that are its own, in plain language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from sim.durations import DAY
from sim.report.telling.paragraphs import labelled, paragraph
from sim.scenario.facts import Consent
from sim.scenario.planned import SlippingValue
from sim.words.names import listed, within
from sim.words.numbers import percentage
from sim.words.stated import chance_said, is_zero, mean_of, median_said
from sim.words.titles import clause

if TYPE_CHECKING:
    from sim.rules.syntax import Rule
    from sim.scenario.distributions import Drawn
    from sim.scenario.facts import Events, Fact, Milestone, Progress, Schedule, Switch
    from sim.scenario.scenario import Scenario

_NOBODY = "Nobody alone"


class ExplainedParties:
    """Tells who controls what."""

    def __init__(self, scenario: Scenario, titles: Mapping[str, str]) -> None:
        self._scenario = scenario
        self._titles = titles

    def lines(self) -> Iterator[str]:
        """Yield a block of lines for each party that controls something, then the facts of nobody."""
        for party in (*self._scenario.parties, None):
            facts = [(name, fact) for name, fact in self._scenario.facts.items() if fact.party == party]
            consents = list(self._consents(party)) if party is not None else []
            if not facts and not consents:
                continue
            yield ""
            yield _NOBODY if party is None else self._titles[party]
            for whom, consent in consents:
                yield from self._said(f"Consent to {whom}", self._consent(consent))
            for name, fact in facts:
                yield from self._said(f"“{self._titles[name]}”", self._fact(fact))

    def _said(self, what: str, how: list[str]) -> list[str]:
        first, *others = how
        lines = paragraph(f"{what}: {first}", 2)
        for other in others:
            lines += labelled("", other, 2)
        return lines

    def _consents(self, party: str) -> Iterator[tuple[str, Consent]]:
        """Yield (to whom, consent): the default once for all it holds for, then contributors' own."""
        block = self._scenario.parties[party]
        states = self._scenario.contributors.items()
        default = [within(self._titles[name]) for name, state in states if party not in state.consents]
        if block.consent is not None and default:
            yield listed(default), block.consent
        for name, state in states:
            own = state.consents.get(party)
            if isinstance(own, Consent):
                yield within(self._titles[name]), own

    def _consent(self, consent: Consent) -> list[str]:
        words = [self._answer(consent.probability, consent.after)]
        if consent.asked_when is not None:
            words.append(f"asked when {self._clause(consent.asked_when)}")
        if consent.reconsiders is not None:
            words.append(f"a no is asked again after {self._delay(consent.reconsiders)}")
        if consent.revoked_when is not None:
            words.append(f"revoked when {self._clause(consent.revoked_when)}")
        paces = [(factor.when, factor.times) for factor in consent.rate_multiplier]
        return words + [f"{_times(times)} as fast while {self._clause(when)}" for when, times in paces]

    def _fact(self, fact: Fact) -> list[str]:
        match fact.kind:
            case "switch":
                return self._switch(fact)
            case "milestone":
                return self._milestone(fact)
            case "events":
                return self._events(fact)
            case "progress":
                return self._progress(fact)
            case "schedule":
                return self._schedule(fact)

    def _switch(self, fact: Switch) -> list[str]:
        since = f" since {fact.since}" if fact.since else ""
        words = [f"{'on' if fact.initially else 'off'} at the start{since}"]
        for state, stay in (("on", fact.stays_on), ("off", fact.stays_off)):
            words.append(f"stays {state} {self._delay(stay) if stay is not None else 'until a rule ends it'}")
        if fact.forced_on_when is not None:
            words.append(f"on whenever {self._clause(fact.forced_on_when)}")
        if fact.forced_off_when is not None:
            words.append(f"off whenever {self._clause(fact.forced_off_when)}")
        for factor in fact.rate_multiplier:
            for end, times in (("end", factor.ends), ("begin", factor.starts)):
                if times != 1:
                    words.append(f"{_times(times)} as likely to {end} while {self._clause(factor.when)}")
        return words

    def _milestone(self, fact: Milestone) -> list[str]:
        words = [self._answer(fact.probability, fact.after)]
        if fact.when is not None:
            words.append(f"its clock starts when {self._clause(fact.when)}")
        if fact.reconsiders is not None:
            words.append(f"a no is asked again after {self._delay(fact.reconsiders)}")
        if fact.undone_when is not None:
            words.append(f"undone when {self._clause(fact.undone_when)}")
        return words + [
            f"{_times(each.times)} as fast while {self._clause(each.when)}" for each in fact.rate_multiplier
        ]

    def _events(self, fact: Events) -> list[str]:
        clusters = f", in clusters of {mean_of(fact.bursts):g} on average" if mean_of(fact.bursts) > 1 else ""
        words = [f"{mean_of(fact.rate) * 30 * DAY:.3g} in 30 days{clusters}"]
        return words + [
            f"{_times(each.times)} as many while {self._clause(each.when)}" for each in fact.rate_multiplier
        ]

    def _progress(self, fact: Progress) -> list[str]:
        words = [f"stands at {percentage(fact.initially)} at the start"] if fact.initially else []
        rest = " (from 0)" if fact.initially else ""
        words.append(f"climbs to 100 % in {fact.steps} steps over {self._delay(fact.duration)}{rest}")
        if fact.when is not None:
            words.append(f"only while {self._clause(fact.when)}")
        if fact.slips_when is not None:
            words.append(
                f"falls back {fact.slips} of the steps each time that {self._clause(fact.slips_when)}"
            )
        return words + [
            f"{_times(each.times)} as fast while {self._clause(each.when)}" for each in fact.rate_multiplier
        ]

    def _schedule(self, fact: Schedule) -> list[str]:
        known = [f"{_value(value)} from {day}" for day, value in sorted(fact.known.items())]
        planned = [
            f"{_value(value.value)} from {day} as planned, slips {self._delay(value.slips)}"
            for day, value in sorted(fact.values.items())
            if isinstance(value, SlippingValue)
        ]
        return [listed(known + planned)]

    def _answer(self, probability: Drawn, after: Drawn) -> str:
        soon = "at once" if is_zero(after) else f"after {self._delay(after)}"
        return f"yes with {chance_said(probability)}, {soon}"

    def _clause(self, rule: Rule) -> str:
        return clause(rule, self._titles)

    def _delay(self, drawn: Drawn) -> str:
        return median_said(drawn)


def _times(number: float) -> str:
    return {0.5: "half", 2.0: "twice"}.get(number, f"{number:g} times")


def _value(value: bool | float) -> str:
    return str(value).lower() if isinstance(value, bool) else f"{value:g}"
