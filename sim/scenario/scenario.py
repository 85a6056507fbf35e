"""The scenario as a planner writes it: one frozen value, validated, with every rule parsed."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from sim.scenario.aims import Estimate, Record, Requirement, Source, Target
from sim.scenario.contributors import Contributor, Defaults, TrainedForce
from sim.scenario.facts import Fact, Party
from sim.scenario.fields import Authorised, Block, Common, Day, RuleText, SourceField
from sim.scenario.levers import Costs, Lever
from sim.scenario.plausible import Plausible
from sim.scenario.statements import with_names
from sim.scenario.theatre import Theatre
from sim.scenario.unnamed import Unnamed, those_to_appear


def _plausible_form(raw: Any) -> str:
    return "block" if isinstance(raw, dict | Plausible) else "word"


PlausibleOrCertain = Annotated[
    Annotated[Plausible, Tag("block")] | Annotated[Literal["certain"], Tag("word")],
    Discriminator(_plausible_form),
]
"""How far something could be off, or `certain`."""


class Scenario(Block):
    """Who might send troops, under which conditions, and how the world may move."""

    scenario: str = Field(min_length=1)
    question: str | None = None
    start: Day
    as_of: Day | None = None
    end: Day
    ends_when: RuleText | None = None
    authorised: Authorised = Field(default_factory=dict)
    sources: dict[str, Source] = Field(default_factory=dict)
    parties: dict[str, Party] = Field(default_factory=dict)
    uncertain: dict[str, Common] = Field(default_factory=dict)
    facts: dict[str, Fact] = Field(default_factory=dict)
    definitions: dict[str, RuleText] = Field(default_factory=dict)
    defaults: Defaults = Defaults()
    contributors: dict[str, Contributor] = Field(default_factory=dict)
    unnamed: Unnamed | None = None
    theatre: Theatre = Theatre()
    trained_forces: dict[str, TrainedForce] = Field(default_factory=dict)
    requirements: tuple[Requirement, ...] = ()
    targets: dict[str, Target] = Field(default_factory=dict)
    estimates: tuple[Estimate, ...] = ()
    never: tuple[RuleText, ...] = ()
    always: tuple[RuleText, ...] = ()
    plausible: dict[str, PlausibleOrCertain] = Field(default_factory=dict)
    history: tuple[Record, ...] = ()
    levers: dict[str, Lever] = Field(default_factory=dict)
    costs: Costs | None = None
    pulled: tuple[str, ...] | None = None
    source: SourceField = None

    @model_validator(mode="after")
    def _name_readings(self) -> Self:
        """Give the readings of each statement the name of their place, by which they are drawn."""
        for field in type(self).model_fields:
            named = with_names(getattr(self, field), (field,))
            if named is not getattr(self, field):
                self.__dict__[field] = named
        return self

    @model_validator(mode="after")
    def _have_them_appear(self) -> Self:
        """Add those contributors that nobody can name yet."""
        if self.unnamed is not None:
            self.contributors.update(those_to_appear(self.unnamed, self.history))
        return self
