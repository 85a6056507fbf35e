"""What history records must be able to be true together: nothing is lost, doubled or undone in silence.

Records of one day count in one order (`RANKS`), whatever their order in the file: a pledge before what comes
of it, an arrival before a withdrawal. So the order of the list means nothing, and two records of one day that
say opposite things of one subject are a fault that names both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import floor, inf

from sim.durations import DAY
from sim.scenario.aims import Record
from sim.scenario.checks.subject import Subject
from sim.scenario.contributors import Contingent, Contributor
from sim.scenario.distributions import Drawn, bounds
from sim.scenario.faults import Fault
from sim.scenario.records import RANKS

_STATES = ("pledged", "delayed")
"""Events of which one day can have only one number, or date; of others the numbers add up."""

Place = tuple[int, Record]


def contradictions(subject: Subject) -> Iterator[Fault]:
    """Two records of one day do not say opposite things of one subject."""
    said: dict[tuple[str, ...], Place] = {}
    for place, record in _right(subject):
        about = _state(subject, record)
        if about is None:
            continue
        earlier = said.setdefault(about, (place, record))
        if earlier[0] != place and _value(subject, earlier[1]) != _value(subject, record):
            other = subject.where(("history", earlier[0]))
            message = f"says {_value(subject, record)}, and {other} says {_value(subject, earlier[1])} of the same day"
            yield subject.at(("history", place), f"{message}; keep the one that is true")


def answers_of_one_day(subject: Subject) -> Iterator[Fault]:
    """A refusal of a nation and an approval of one of its steps on the same day contradict each other.

    Records that name different steps do not: a government may say yes and a parliament no. Those that name the
    same step of the same contingents are found by `contradictions`.
    """
    answers = [each for each in _right(subject) if each[1].event in ("approved", "refused")]
    for place, refusal in answers:
        for other, approval in answers if refusal.event == "refused" else ():
            about_one = approval.event == "approved" and refusal.date == approval.date
            same_nation = about_one and refusal.contributor == approval.contributor
            same_body = same_nation and None in (refusal.contingent, approval.contingent)
            same_body |= same_nation and refusal.contingent == approval.contingent
            same_step = refusal.step is None or refusal.step == approval.step
            if same_body and same_step and _state(subject, refusal) != _state(subject, approval):
                later, earlier = max(place, other), subject.where(("history", min(place, other)))
                said, before = (refusal, approval) if later == place else (approval, refusal)
                message = f"says {_answer(said)}, and {earlier} says {_answer(before)} of the same day"
                yield subject.at(("history", later), f"{message}; keep the one that is true")


def _answer(record: Record) -> str:
    whom = " ".join(filter(None, (record.contributor, record.contingent)))
    return f"{whom} {record.event}{f' by {record.step}' if record.step else ''}"


def shared_numbers(subject: Subject) -> Iterator[Fault]:
    """A number of troops is of one contingent."""
    for place, record in _right(subject):
        block = subject.scenario.contributors.get(record.contributor or "")
        if block is None or record.contingent is not None or record.troops is None:
            continue
        if len(block.contingents) > 1 and record.event != "casualties":
            names = ", ".join(block.contingents)
            message = f"'{record.event}: {record.troops}' would be true of each of {names}"
            remedy = "name the contingent, or share the number out in a record for each"
            yield subject.at(("history", place), f"{message}; {remedy}")


def impossible_records(subject: Subject) -> Iterator[Fault]:
    """What is recorded of troops can follow from what was recorded before it."""
    for name, block in subject.scenario.contributors.items():
        if subject.is_right("contributors", name):
            yield from _of_contributor(subject, name, block)
    for name in subject.scenario.trained_forces:
        yield from _graduates(subject, name)


def _of_contributor(subject: Subject, name: str, block: Contributor) -> Iterator[Fault]:
    about = [
        (place, record) for place, record in _right(subject) if record.contributor == name and record.event
    ]
    about = [(place, record) for place, record in about if record.fact is None and record.party is None]
    about.sort(key=lambda each: (each[1].date, RANKS.get(each[1].event or "", 0)))
    several = len(block.contingents) > 1
    stories = {key: _Story(subject, block, body) for key, body in block.contingents.items()}
    told: set[tuple[int, str]] = set()
    for place, record in about:
        if (
            several
            and record.contingent is None
            and record.troops is not None
            and record.event != "casualties"
        ):
            continue  # `shared_numbers` says so
        concerned = [key for key in stories if record.contingent in (None, key)]
        found = [(stories[key].take(place, record), key) for key in concerned]
        wrong = [(message, key) for message, key in found if message is not None]
        if record.event in ("casualties", "relieved") and len(wrong) < len(found):
            wrong = []  # it is true of some of them
        there = sum(stories[key].arrived for key in concerned)
        if record.event == "casualties" and not wrong and block.reported and (record.troops or 0) > there:
            message = f"{record.troops} casualties on {record.date}, but only {there} have arrived; correct the number"
            wrong = [(f"{message}, or record the arrivals before", record.contingent or concerned[0])]
        for message, key in wrong[:1]:
            who = f"{name}/{key}" if several else name
            if (place, message) not in told:
                told.add((place, message))
                yield subject.at(("history", place), f"{who}: {message}")


@dataclass
class _Story:
    """What is known of one contingent, as its records are read in order."""

    subject: Subject
    block: Contributor
    body: Contingent
    pledge: float = inf
    arrived: int = 0
    """Of the present pledge."""
    under_way: int = 0
    """Of the present pledge, those who have embarked and are not recorded as arrived."""
    lost: int = 0
    """Of the present pledge, those who are known not to come."""
    refused: Place | None = None
    last_no: Place | None = None
    """The last refusal, also of a step that is asked again."""
    withdrew: Place | None = None
    _rules: dict[str, Callable[[int, Record], str | None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.pledge = _most(self.body.troops)
        self._rules = {
            "pledged": self._pledged,
            "refused": self._was_refused,
            "approved": self._was_approved,
            "ready": self._came,
            "embarked": self._came,
            "arrived": self._came,
            "undelivered": self._was_lost,
            "relieved": self._was_relieved,
            "casualties": self._fell,
            "withdrew": self._went,
        }

    def take(self, place: int, record: Record) -> str | None:
        """Take in a record; return what is wrong with it, and the remedy."""
        rule = self._rules.get(record.event or "")
        return rule(place, record) if rule is not None else None

    def _pledged(self, place: int, record: Record) -> str | None:
        troops = record.troops or 0
        self.refused = None
        if self.withdrew is not None:
            self.withdrew, self.arrived, self.under_way = None, 0, 0
        self.pledge, self.lost = troops, 0
        came = self.arrived + self.under_way
        if troops < came:
            what = "have arrived" if not self.under_way else "have arrived or embarked"
            return f"pledged {troops}, fewer than the {came} who {what}; correct one of the numbers"
        return None

    def _was_refused(self, place: int, record: Record) -> str | None:
        steps = {approval.step: approval for approval in self.block.approvals}
        step = steps.get(record.step or "")
        if step is None or step.reconsiders is None:
            self.refused = (place, record)
        self.last_no = (place, record)
        return None

    def _was_approved(self, place: int, record: Record) -> str | None:
        if self.withdrew is not None and self.block.returns is None:
            return self._has_left(record)
        if self.refused is None:
            return None
        if self.refused[1].date == record.date and self.refused[1].step == record.step:
            return None  # `contradictions` says so
        self.refused = None
        return None

    def _came(self, place: int, record: Record) -> str | None:
        refusal, leaving = self.refused, self.withdrew
        if refusal is None and self.last_no is not None and self.last_no[1].date == record.date:
            refusal = self.last_no
        if refusal is not None:
            return (
                f"refused on {refusal[1].date} ({self.subject.where(('history', refusal[0]))}), yet "
                f"{record.event} on {record.date}; record the change of mind between them (`approved` or `pledged`)"
            )
        if leaving is not None:
            if self.block.returns is None:
                return self._has_left(record)
            self.withdrew, self.arrived, self.under_way = None, 0, 0
        troops = record.troops or 0
        left = min(self._deliverable(), self.pledge - self.lost) - self.arrived
        if record.event != "arrived":
            left -= self.under_way
        if record.event == "embarked":
            self.under_way += troops
        if record.event == "arrived":
            self.arrived += troops
            self.under_way = max(0, self.under_way - troops)
        if troops <= left:
            return None
        few = "delivers" if self._share() < 1 else "troops"
        return (
            f"{troops} {'are ready' if record.event == 'ready' else record.event} on {record.date}, and no more than "
            f"{_whole(max(0.0, left))} are left of {_whole(self.pledge)} pledged; correct the number, `{few}:`, or "
            "record the larger pledge (`pledged`) before"
        )

    def _has_left(self, record: Record) -> str | None:
        """Say that nothing follows a withdrawal for good."""
        if self.withdrew is None:
            return None
        place, leaving = self.withdrew
        return (
            f"withdrew on {leaving.date} ({self.subject.where(('history', place))}), yet "
            f"{record.event} on {record.date}; record that it pledged again, or add `returns:`"
        )

    def _was_lost(self, place: int, record: Record) -> str | None:
        left = self.pledge - self.arrived - self.under_way - self.lost
        off = self.refused is not None or (self.withdrew is not None and self.block.returns is None)
        left = 0 if off else left
        self.lost += record.troops or 0
        if (record.troops or 0) <= left:
            return None
        return (
            f"{record.troops} will not come, and no more than {_whole(max(0.0, left))} are still awaited of "
            f"{_whole(self.pledge)} pledged; correct the number"
        )

    def _share(self) -> float:
        defaults = self.subject.scenario.defaults.contingents
        own = self.body.delivers or getattr(self.block, "delivers", None) or defaults.delivers
        return _most(own) if own is not None else 1.0

    def _deliverable(self) -> float:
        return floor(self._share() * self.pledge + 0.5) if self.pledge < inf else inf

    def _there(self) -> bool:
        return (self.arrived > 0 and self.withdrew is None) or not self.block.reported

    def _was_relieved(self, place: int, record: Record) -> str | None:
        if self.body.tour is None:
            return f"relieved on {record.date}, but it serves no tours; add `tour:`, or remove the record"
        if not self._there():
            return f"relieved on {record.date}, but nobody of it is there; record the arrival before"
        return None

    def _fell(self, place: int, record: Record) -> str | None:
        if not self._there():
            return f"casualties on {record.date}, but nobody of it is there; record the arrival before"
        return None

    def _went(self, place: int, record: Record) -> str | None:
        if self.withdrew is not None and self.block.returns is None:
            earlier = self.subject.where(("history", self.withdrew[0]))
            return f"withdrew already on {self.withdrew[1].date} ({earlier}); remove one of the two"
        self.withdrew = (place, record)
        return None


def _graduates(subject: Subject, name: str) -> Iterator[Fault]:
    block = subject.scenario.trained_forces[name]
    recruits, vetted = _most(block.recruits), _most(block.vetted)
    most = floor(recruits * vetted + 0.5) if recruits < inf else inf
    total = 0
    about = [(place, record) for place, record in _right(subject) if record.contributor == name]
    for place, record in sorted(about, key=lambda each: each[1].date):
        if record.event != "graduated":
            continue
        total += record.troops or 0
        if total > most:
            left = _whole(max(0.0, most - total + (record.troops or 0)))
            message = (
                f"{record.troops} graduated, and no more than {left} are left of {_whole(recruits)} recruits"
            )
            yield subject.at(
                ("history", place), f"{name}: {message}; correct the number, `recruits:` or `vetted:`"
            )
            return


def _right(subject: Subject) -> Iterator[Place]:
    """Yield the records that can be read by themselves."""
    for place, record in enumerate(subject.scenario.history):
        if subject.is_right("history", place):
            yield place, record


def _state(subject: Subject, record: Record) -> tuple[str, ...] | None:
    """Return of what the record gives the state on its day; None if what it says adds up or happens."""
    day = record.date.isoformat()
    state = "delayed" if record.event == "delayed" else "state"
    if record.fact is not None:
        return None if record.count is not None else (day, state, record.fact)
    if record.party is not None:
        return day, state, record.party, record.contributor or ""
    block = subject.scenario.contributors.get(record.contributor or "")
    only = next(iter(block.contingents)) if block is not None and len(block.contingents) == 1 else ""
    who = (record.contributor or "", record.contingent or only)
    if record.event in _STATES:
        return day, record.event, *who
    if record.event in ("approved", "refused"):
        return day, "answer", *who, record.step or ""
    return None


def _value(subject: Subject, record: Record) -> str:
    """Say what a record says of its subject."""
    who = record.fact or " ".join(filter(None, (record.contributor, record.contingent)))
    if record.party is not None:
        who = f"the consent of {record.party} to {record.contributor}"
    if record.event == "delayed":
        return f"{who} delayed {_how_long(record)}"
    if record.refused:
        return f"{who} false"
    if record.party is not None:
        return f"{who} {'true' if record.consent else 'false'}"
    if record.fact is None:
        return f"{_answer(record)}{'' if record.troops is None else f' {record.troops}'}"
    if isinstance(record.value, bool):
        return f"{who} {'true' if record.value else 'false'}"
    share = getattr(subject.fact(record.fact), "kind", None) == "progress"
    return f"{who} {float(record.value or 0) * 100:g}%" if share else f"{who} {float(record.value or 0):g}"


def _how_long(record: Record) -> str:
    if record.until is not None or record.by is None:
        return f"until {record.until}"
    days = bounds(record.by.distribution)[0] / DAY
    return f"by {days:g} {'day' if days == 1 else 'days'}"


def _most(drawn: Drawn) -> float:
    """Return the most that a stated number can be; what scales it may make it larger."""
    return bounds(drawn.distribution)[1] if not drawn.times else inf


def _whole(number: float) -> str:
    return f"{floor(number + 0.5)}" if number < inf else "any number"
