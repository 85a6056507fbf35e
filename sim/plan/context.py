"""What all parts of the compilation share: the scenario, the rule network and how a block becomes a row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import ceil

from sim.durations import seconds_between
from sim.plan.laws import ConstantLaw, law_of
from sim.plan.network import NetworkBuilder
from sim.plan.tables import Delay, Factor, Record, Window
from sim.plan.tables import Quantity as DrawnQuantity
from sim.rules import And, Force, Rule, bind, longest_window, signals
from sim.rules.syntax import Quantity, Readings
from sim.scenario.aims import Record as HistoryRecord
from sim.scenario.contributors import TrainedForce
from sim.scenario.distributions import Drawn, Fixed
from sim.scenario.facts import Consent, Moving, Multiplier
from sim.scenario.fields import MOST_TROOPS
from sim.scenario.rules import all_rules, completed, readings_of
from sim.scenario.scenario import Scenario


@dataclass(frozen=True, slots=True)
class News:
    """From when chance rules over something (None: `as_of`), and when it stood still."""

    resumes: int | None = None
    stands: tuple[Window, ...] = ()


NO_NEWS = News()


class Context:
    """Collects the network while blocks are compiled."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.builder = NetworkBuilder(scenario.start)
        self.rule_names: list[tuple[str, int]] = []

    def rule(self, rule: Rule, contributor: str | None = None) -> Rule:
        """Return a rule of the file with definitions expanded and `self` bound."""
        expanded = completed(self.scenario, rule)
        return bind(expanded, contributor) if contributor is not None else expanded

    def node(self, rule: Rule | None, owner: str, contributor: str | None = None) -> int:
        """Return the node of a rule of the file (None: always true); `owner` names it in messages."""
        complete = self.rule(rule if rule is not None else And(()), contributor)
        node = self.node_of(complete)
        self.rule_names.append((owner, node))
        return node

    def optional_node(self, rule: Rule | None, owner: str, contributor: str | None = None) -> int | None:
        """Return the node of a rule, or None where there is none."""
        return None if rule is None else self.node(rule, owner, contributor)

    def node_of(self, complete: Rule) -> int:
        """Return the node of a rule that is already expanded and bound."""
        for quantity in sorted(signals(complete), key=str):
            self.builder.signal(quantity)  # type: ignore[arg-type]
        return self.builder.node(complete)

    def quantity(self, stream: str, drawn: Drawn) -> DrawnQuantity:
        """Return a number drawn once a replication."""
        return DrawnQuantity(stream, law_of(drawn.distribution), drawn.times)

    def troops(self, stream: str, drawn: Drawn) -> DrawnQuantity:
        """Return a number of troops drawn once a replication."""
        return DrawnQuantity(stream, law_of(drawn.distribution), drawn.times, most=float(MOST_TROOPS))

    def share(self, stream: str, drawn: Drawn) -> DrawnQuantity:
        """Return a probability or share drawn once a replication; no factor lifts it above 1."""
        return DrawnQuantity(stream, law_of(drawn.distribution), drawn.times, drawn.odds, most=1.0)

    def delay(self, stream: str, drawn: Drawn, news: News = NO_NEWS) -> Delay:
        """Return a length of time drawn at each use."""
        return Delay(stream, law_of(drawn.distribution), drawn.times, self._resumes(news), news.stands)

    def optional_delay(self, stream: str, drawn: Drawn | None, news: News = NO_NEWS) -> Delay | None:
        """Return a delay, or None where there is none."""
        return None if drawn is None else self.delay(stream, drawn, news)

    def no_delay(self, stream: str, news: News = NO_NEWS) -> Delay:
        """Return a delay of nothing."""
        return Delay(stream, ConstantLaw(0.0), (), self._resumes(news), news.stands)

    def _resumes(self, news: News) -> int | None:
        """Return from when chance rules over a delay: not while it stands still, whatever its length is."""
        resumes = self.resumes if news.resumes is None else news.resumes
        return next((until for begins, until in news.stands if begins <= resumes < until), news.resumes)

    @cached_property
    def resumes(self) -> int:
        """The first instant at which chance rules: `as_of`, just after what is recorded of that day."""
        scenario = self.scenario
        if scenario.as_of is None:
            return 0
        today = any(record.date == scenario.as_of for record in scenario.history)
        return seconds_between(scenario.start, scenario.as_of) + today

    def news_of(self, records: Iterable[HistoryRecord], reported: bool) -> News:
        """Return from when chance rules over something that history records so, and when it stood still."""
        known = sorted(records, key=lambda record: record.date)
        start = self.scenario.start
        told = [seconds_between(start, record.date) for record in known if record.event != "delayed"]
        windows = [
            (since, until)
            for record in known
            if record.event == "delayed"
            and (since := seconds_between(start, record.date)) < (until := self._until(record))
        ]
        return News(self.resumes if reported else max([0, *told]), _apart(windows))

    def _until(self, record: HistoryRecord) -> int:
        since = seconds_between(self.scenario.start, record.date)
        if record.until is not None:
            return seconds_between(self.scenario.start, record.until)
        assert record.by is not None and isinstance(record.by.distribution, Fixed)
        return since + ceil(record.by.distribution.value)

    def standing(self, stands: tuple[Window, ...]) -> int | None:
        """Return the node that is true while something stands still; None if it never does."""
        nodes = [
            self.builder.all_of(
                (self.builder.from_time(begins), self.builder.negation(self.builder.from_time(until)))
            )
            for begins, until in stands
        ]
        if not nodes:
            return None
        none = self.builder.all_of(tuple(self.builder.negation(node) for node in nodes))
        return self.builder.negation(none)

    def came(self, name: str, planned: int) -> tuple[tuple[int, int], ...]:
        """Return (time planned, time it came) if history records that something planned came."""
        dates = [record.date for record in self.scenario.history if record.came == name]
        return tuple((planned, seconds_between(self.scenario.start, day)) for day in dates)

    def factors(self, multipliers: Iterable[Multiplier], owner: str) -> tuple[Factor, ...]:
        """Return rate multipliers, those that change nothing left out."""
        return tuple(
            Factor(self.node(multiplier.when, owner), multiplier.times)
            for multiplier in multipliers
            if multiplier.times != 1.0
        )

    def fact_records(self, name: str) -> tuple[Record, ...]:
        """Return what history records of a fact, in the order of dates."""
        records = [record for record in self._of_fact(name) if record.event != "delayed"]
        return self._records((record.date, float(record.count or record.value or 0.0)) for record in records)

    def consent_records(self, party: str, contributor: str) -> tuple[Record, ...]:
        """Return what history records of a party's consent to a contributor, in the order of dates."""
        records = [
            record
            for record in self.scenario.history
            if record.party == party and record.contributor == contributor and record.event != "delayed"
        ]
        return self._records((record.date, float(record.consent or 0.0)) for record in records)

    def fact_news(self, name: str) -> News:
        """Return from when chance rules over a fact, and when it stood still.

        A `progress` is measured: from its last record chance runs on. What a party controls that reports
        nothing is not reported either, unless the fact says so itself.
        """
        fact = self.scenario.facts[name]
        assert isinstance(fact, Moving)
        owner = self.scenario.parties.get(fact.party or "")
        reported = fact.reported and (owner is None or owner.reported or "reported" in fact.model_fields_set)
        return self.news_of(self._of_fact(name), reported and fact.kind != "progress")

    def contributor_news(self, name: str, contingent: str | None = None) -> News:
        """Return from when chance rules over a contributor, and when all of it, or a contingent, stood still."""
        about = [
            record for record in self.scenario.history if record.contributor == name and record.party is None
        ]
        told = [
            record for record in about if record.event != "delayed" or record.contingent in (None, contingent)
        ]
        return self.news_of(told, self.scenario.contributors[name].reported)

    def training_news(self, name: str) -> News:
        """Return when the courses of a trained force stood still."""
        return self.news_of([record for record in self.scenario.history if record.contributor == name], True)

    def graduates(self, name: str) -> tuple[Record, ...]:
        """Return how many of a trained force history records as having passed, in the order of dates."""
        about = [record for record in self.scenario.history if record.contributor == name]
        return self._records(
            (record.date, float(record.troops or 0)) for record in about if record.event == "graduated"
        )

    def consent_news(self, party: str, contributor: str) -> News:
        """Return from when chance rules over a consent, and when it stood still."""
        records = [
            record
            for record in self.scenario.history
            if record.party == party and record.contributor == contributor
        ]
        return self.news_of(records, self.scenario.parties[party].reported)

    def _of_fact(self, name: str) -> list[HistoryRecord]:
        return [record for record in self.scenario.history if record.fact == name]

    def _records(self, dated: Iterable[tuple[dt.date, float]]) -> tuple[Record, ...]:
        start = self.scenario.start
        return tuple(
            sorted(
                (Record(seconds_between(start, day), value) for day, value in dated),
                key=lambda record: record.time,
            )
        )

    @cached_property
    def readings(self) -> Mapping[str, Readings]:
        """Return every statement with several readings by its name."""
        return {each.name: each for each in readings_of(self.scenario)}

    def trainers(self, block: TrainedForce) -> Force:
        """Return the force whose deployed troops train `block`."""
        return Force("deployed", role=block.trained_by)

    @cached_property
    def windows(self) -> Mapping[Quantity, int]:
        """Return for each signal the longest past that some rule of the scenario reads, in seconds."""
        longest: dict[Quantity, int] = {}
        for owner, rule in all_rules(self.scenario):
            for quantity, window in longest_window(self.rule(rule, owner)).items():
                longest[quantity] = max(window, longest.get(quantity, 0))
        return longest

    @cached_property
    def force_signals(self) -> tuple[Force, ...]:
        """Return every force that a rule of the scenario or a trained force reads, in the order of names."""
        read = {self.trainers(block) for block in self.scenario.trained_forces.values()}
        for owner, rule in all_rules(self.scenario):
            read.update(
                quantity for quantity in signals(self.rule(rule, owner)) if isinstance(quantity, Force)
            )
        return tuple(sorted(read, key=str))

    @cached_property
    def consents(self) -> dict[tuple[str, str], Consent]:
        """Return (party, contributor) → consent for all that are needed, in the order of names."""
        needed: dict[tuple[str, str], Consent] = {}
        for name, contributor in sorted(self.scenario.contributors.items()):
            for party, block in sorted(self.scenario.parties.items()):
                own = contributor.consents.get(party, block.consent)
                if isinstance(own, Consent):
                    needed[party, name] = own
        return dict(sorted(needed.items()))


def _apart(windows: list[Window]) -> tuple[Window, ...]:
    """Return windows in order, those that touch or overlap as one."""
    joined: list[Window] = []
    for begins, until in sorted(windows):
        if joined and begins <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(until, joined[-1][1]))
        else:
            joined.append((begins, until))
    return tuple(joined)
