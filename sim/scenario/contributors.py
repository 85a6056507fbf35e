"""Contributors, their contingents, and forces that trainers raise."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from sim.scenario.facts import CERTAIN, NEVER_HAPPENS, NO_DELAY, Consent
from sim.scenario.fields import Block, Delay, Flag, Probability, Real, RuleText, SourceField, Troops, Whole


def _consent_form(raw: Any) -> str:
    return "block" if isinstance(raw, dict | Consent) else "word"


ConsentOrWord = Annotated[
    Annotated[Consent, Tag("block")] | Annotated[Literal["not_needed"], Tag("word")],
    Discriminator(_consent_form),
]
"""A party's own answer to a contributor, or `not_needed`."""


class Approval(Block):
    """One step of a national decision: a government, a parliament."""

    step: str = Field(min_length=1)
    takes: Delay = NO_DELAY
    probability: Probability = CERTAIN
    reconsiders: Delay | None = None
    source: SourceField = None


class Tour(Block):
    """How long a contingent stays before it must be relieved, and what happens when no relief comes."""

    every: Delay
    relief_probability: Probability = CERTAIN
    gap: Delay | None = None
    overstays: Delay | None = None
    source: SourceField = None


class Advance(Block):
    """A contingent comes in two parts: a `share` as advance party, the rest `body_follows` later."""

    share: Probability
    body_follows: Delay


class Contingent(Block):
    """A body of troops that is pledged, approved and moved as one, in serials."""

    name: str | None = None
    troops: Troops
    role: str
    force: str = "military"
    sector: str | None = None
    will_not: tuple[str, ...] = ()
    commits_when: RuleText | None = None
    approvals: tuple[Approval, ...] | None = None
    prepares_for: Delay | None = None
    delivers: Probability | None = None
    never_arrives: Probability | None = None
    lift: str | None = None
    priority: Whole = 0
    tour: Tour | None = None
    advance: Advance | None = None
    source: SourceField = None


class Returns(Block):
    """A contributor that left may pledge again after this delay."""

    after: Delay


class Contributor(Block):
    """A state (or organisation) that might send troops, and on which conditions."""

    name: str | None = None
    commits_when: RuleText | None = None
    withdraws_when: RuleText | None = None
    consents: dict[str, ConsentOrWord] = Field(default_factory=dict)
    approvals: tuple[Approval, ...] = ()
    delivers: Probability | None = None
    never_arrives: Probability | None = None
    notice: Delay | None = None
    exit: Delay | None = None
    returns: Returns | None = None
    priority: Whole = 0
    reported: Flag = True
    contingents: dict[str, Contingent] = Field(min_length=1)
    source: SourceField = None


class ContingentDefaults(Block):
    """What a contingent has if neither it nor, for `delivers` and `never_arrives`, its contributor says so.

    These two are drawn once a contributor, as if it said so itself.
    """

    prepares_for: Delay | None = None
    delivers: Probability | None = None
    never_arrives: Probability | None = None
    source: SourceField = None


class ContributorDefaults(Block):
    """What a contributor that does not say otherwise has."""

    notice: Delay | None = None
    exit: Delay | None = None
    source: SourceField = None


class Defaults(Block):
    """Values for every contributor and contingent that leaves them out; else no delay, all deliver."""

    contingents: ContingentDefaults = ContingentDefaults()
    contributors: ContributorDefaults = ContributorDefaults()


class TrainedForce(Block):
    """A force raised in the theatre: `trained_by` (a role) teaches recruits in courses."""

    name: str | None = None
    force: str
    trained_by: str
    trainees_per_trainer: Real = Field(gt=0, allow_inf_nan=False)
    course: Delay
    recruits: Troops
    vetted: Probability = CERTAIN
    role: str = "police"
    sector: str | None = None
    will_not: tuple[str, ...] = ()
    when: RuleText | None = None
    source: SourceField = None


__all__ = [
    "CERTAIN",
    "NEVER_HAPPENS",
    "Advance",
    "Approval",
    "Contingent",
    "Contributor",
    "Defaults",
    "Returns",
    "Tour",
    "TrainedForce",
]
