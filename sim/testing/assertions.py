"""Ready assertions on a scenario's rules, tried in worlds in which the facts do whatever they may.

Each raises AssertionError with the simplest world found in which it fails, told as a readable history. A
test of a rule is then a few lines::

    >>> from sim.testing import assert_embarks_only_when, assert_never, load
    >>> scenario = load("scenarios/isf-2025-11-19.yaml")
    >>> def test_azerbaijan_waits_for_the_guns_to_fall_silent():
    ...     rule = "not military_action for 30 days"
    ...     assert_embarks_only_when(scenario, "azerbaijan", rule, examples=20)
    >>> def test_turkey_needs_the_consent_of_israel():
    ...     broken = "deployed(turkey) > 0 and not once consent(israel, turkey)"
    ...     assert_never(scenario, broken, examples=20)
    >>> test_azerbaijan_waits_for_the_guns_to_fall_silent()
    >>> test_turkey_needs_the_consent_of_israel()

That an assertion passes means that no counter-example was found among `examples` worlds, not that there is
none.
"""

from __future__ import annotations

from sim.durations import DAY, seconds_between
from sim.errors import UsageError
from sim.model.past import Past
from sim.model.replication import Logs
from sim.plan.compilation import compile_plan
from sim.rules.growth import waits_only
from sim.rules.meaning import holds, truth
from sim.rules.readings import said_instant
from sim.rules.suggestions import all_known
from sim.rules.syntax import Force, Not, Or, Rule
from sim.scenario.analysis.bodies import bodies_of
from sim.scenario.positions import dotted
from sim.scenario.rule_texts import complete_rule
from sim.scenario.rules import completed, rules_with_paths
from sim.scenario.scenario import Scenario
from sim.scenario.theatre import Theatre
from sim.testing.hunting import EXAMPLES, FoundWorld, Sought, hunt, hunt_world
from sim.testing.stories import story
from sim.testing.worlds import World, play_plan


def assert_never(
    scenario: Scenario, rule: str | Rule, examples: int = EXAMPLES, assuming: str | Rule | None = None
) -> None:
    """Assert that a rule holds at no instant from the start on, read as each instant has settled.

    `assuming` another rule: only worlds count in which that holds at every instant.
    """
    complete = complete_rule(scenario, rule)
    found = hunt(scenario, _where(scenario, assuming, complete), examples)
    if found is not None:
        raise AssertionError(_told(scenario, found, complete, f"`{rule}` holds", None))


def assert_always(
    scenario: Scenario, rule: str | Rule, examples: int = EXAMPLES, assuming: str | Rule | None = None
) -> None:
    """Assert that a rule holds at every instant from the start on, read as each instant has settled.

    `assuming` another rule: only worlds count in which that holds at every instant.
    """
    complete = complete_rule(scenario, rule)
    found = hunt(scenario, _where(scenario, assuming, Not(complete)), examples)
    if found is not None:
        raise AssertionError(_told(scenario, found, complete, f"`{rule}` does not hold", None))


def assert_embarks_only_when(
    scenario: Scenario, contributor: str, rule: str | Rule, examples: int = EXAMPLES
) -> None:
    """Assert that no troops of a contributor embark unless a rule holds, in the state that the move reads.

    What history records as arrived is not judged.
    """
    _check_contributor(scenario, contributor)
    complete = complete_rule(scenario, rule, contributor)

    def embarks(logs: Logs) -> tuple[int, int] | None:
        past = Past(scenario, logs)
        for time, step, who, _, source, target, _, _ in logs.transitions:
            embarked = who == contributor and (source, target) == ("ready", "moving")
            if embarked and not holds(complete, past.before(time, step), time):
                return time, step
        return None

    found = hunt(scenario, embarks, examples)
    if found is not None:
        what = f"{contributor} embarks although `{rule}` does not hold"
        raise AssertionError(_told(scenario, found, complete, what, found.step))


def assert_looser_never_lowers(
    scenario: Scenario, contributor: str, looser: str | Rule, examples: int = EXAMPLES
) -> None:
    """Assert that no force is ever smaller if a contributor commits also when the `looser` rule holds.

    This is true only under conditions, so the scenario is put under them (see `unlimited`), and facts do
    not react. UsageError if some rule asks for *fewer* troops of somebody (`not deployed(x)`, `committed(y)
    <= 500`): then it may well be false, and that is no fault.
    """
    _check_contributor(scenario, contributor)
    strict = unlimited(scenario)
    loose = with_alternative(strict, contributor, complete_rule(scenario, looser, contributor))
    for each in (strict, loose):
        _check_waits_only(each)
    plans = compile_plan(strict), compile_plan(loose)

    def lowered(world: World) -> str | None:
        pasts = Past(strict, play_plan(plans[0], world)), Past(loose, play_plan(plans[1], world))
        for name in scenario.contributors:
            before, after = (past.signal(Force("deployed", contributor=name)) for past in pasts)
            for time in sorted({*before.times, *after.times}):
                if after.at(time) < before.at(time):
                    when = said_instant(scenario.start, time)
                    sizes = (
                        f"{after.at(time):,.0f} troops deployed with the looser rule, {before.at(time):,.0f}"
                    )
                    return f"on {when} {name} has {sizes} without it, in this world:"
        return None

    world = hunt_world(plans[0], lambda each: lowered(each) is not None, examples)
    if world is not None:
        raise AssertionError(f"{lowered(world)}\n{world}")


def unlimited(scenario: Scenario) -> Scenario:
    """Return a scenario in which nothing but rules, consents and delays keeps troops from coming.

    Lift, reception, beds and sectors do not limit, nobody withdraws or is relieved, no force is trained,
    nothing has arrived before.
    """
    contributors = {
        name: owner.model_copy(
            update={
                "withdraws_when": None,
                "contingents": {
                    key: body.model_copy(update={"tour": None, "lift": None})
                    for key, body in owner.contingents.items()
                },
            }
        )
        for name, owner in scenario.contributors.items()
    }
    history = tuple(record for record in scenario.history if not record.event)
    bare = {"contributors": contributors, "theatre": Theatre(), "trained_forces": {}, "history": history}
    return scenario.model_copy(update=bare)


def with_alternative(scenario: Scenario, contributor: str, rule: Rule) -> Scenario:
    """Return a scenario in which all contingents of a contributor commit also when a rule holds."""
    owner = scenario.contributors[contributor]
    contingents = {
        name: body.model_copy(update={"commits_when": _either(body.commits_when, rule)})
        for name, body in owner.contingents.items()
    }
    loose = owner.model_copy(
        update={"commits_when": _either(owner.commits_when, rule), "contingents": contingents}
    )
    return scenario.model_copy(update={"contributors": {**scenario.contributors, contributor: loose}})


def _either(rule: Rule | None, other: Rule) -> Rule | None:
    return None if rule is None else Or((rule, other))


def _check_waits_only(scenario: Scenario) -> None:
    """Raise UsageError if a rule of a contributor can cease to hold because forces grow."""
    for body in bodies_of(scenario):
        if not waits_only(body.embarks):
            raise UsageError(
                f"{body.title}: its rule `{body.permits}` asks for fewer troops of somebody, so a looser "
                "rule elsewhere may well lower its level; nothing can be asserted"
            )
    for path, rule in rules_with_paths(scenario):
        if path[0] == "parties" and not waits_only(completed(scenario, rule)):
            raise UsageError(f"{dotted(path)}: `{rule}` asks for fewer troops; nothing can be asserted")


def _check_contributor(scenario: Scenario, contributor: str) -> None:
    if contributor not in scenario.contributors:
        known = all_known(scenario.contributors)
        raise UsageError(f"there is no contributor '{contributor}' in {scenario.scenario}; {known}")


def _where(scenario: Scenario, assuming: str | Rule | None, rule: Rule) -> Sought:
    """Return when a rule first holds in a world, or None in worlds in which `assuming` does not hold throughout."""
    assumed = None if assuming is None else complete_rule(scenario, assuming)

    def sought(logs: Logs) -> tuple[int, int] | None:
        if assumed is not None and _first_instant(scenario, logs, Not(assumed)) is not None:
            return None
        return _first_instant(scenario, logs, rule)

    return sought


def _first_instant(scenario: Scenario, logs: Logs, rule: Rule) -> tuple[int, int] | None:
    """Return the first instant from the start on at which a rule holds, to the end of the scenario."""
    course = truth(rule, Past(scenario, logs))
    time = 0 if course.at(0) else course.next_flip(0)
    ends = seconds_between(scenario.start, scenario.end) + DAY
    return None if time is None or time >= ends else (time, 0)


def _told(scenario: Scenario, found: FoundWorld, rule: Rule, what: str, step: int | None) -> str:
    when = f"on {said_instant(scenario.start, found.time)} (day {found.time / DAY:g})"
    moved = [fact for fact, course in found.world.courses.items() if course]
    history = story(scenario, found.logs, rule, found.time, step=step, also=moved)
    return f"{what} {when}, in replication {found.world.replication} with the facts as told:\n{history}"
