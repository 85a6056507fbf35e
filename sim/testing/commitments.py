"""Checks that nobody decides, embarks or leaves against his rule, and that what he waits for is not so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from sim.durations import DAY, seconds_between
from sim.rules.meaning import holds, truth
from sim.rules.parsing import parse
from sim.rules.references import signals
from sim.rules.syntax import And, Rule
from sim.scenario.distributions import bounds
from sim.testing.finding import Finding
from sim.testing.pasts import IN_THEATRE, Past


def deciding_by_rule(past: Past) -> Iterator[Finding]:
    """Nobody decides unless rule and consents held, and no withdrawal, in the state before that round."""
    over = mission_over(past)
    for time, step, contributor, contingent, source, target, troops, _ in past.logs.transitions:
        if (source, target) == ("pledged", "deciding"):
            gate = past.gate(contributor, contingent)
            if not holds(gate, past.in_round(time, step - 1), time):
                text = (
                    f"{contributor}/{contingent}: {troops} decide although {_broken(gate, past, time, step)}"
                )
                yield Finding(time, step, "deciding_by_rule", text)
            if _is_over(over, time, step - 1):
                text = f"{contributor}/{contingent}: {troops} decide although the mission is over"
                yield Finding(time, step, "deciding_by_rule", text)


def deciding_at_once(past: Past) -> Iterator[Finding]:
    """Whoever may decide does so in the very next round; checked until a contributor enters the theatre."""
    entered: set[str] = set()
    pledged: dict[tuple[str, str], tuple[int, int] | None] = {}
    stages: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for time, step, contributor, contingent, source, target, troops, _ in past.logs.transitions:
        body = contributor, contingent
        stages[body][source] -= troops
        stages[body][target] += troops
        if target in IN_THEATRE:
            entered.add(contributor)
        since = pledged.get(body)
        if since is not None and contributor not in entered and since < (time, step):
            yield from _missed(past, body, since, (time, step))
        there = {stage for stage, count in stages[body].items() if stage and count}
        waits = there == {"pledged"} and contributor not in past.scenario.trained_forces
        pledged[body] = (time, step) if waits else None
    for body, since in pledged.items():
        if since is not None and body[0] not in entered:
            yield from _missed(past, body, since, (_ends(past), 0))


def _missed(
    past: Past, body: tuple[str, str], since: tuple[int, int], until: tuple[int, int]
) -> Iterator[Finding]:
    """Yield the first round in which pledged troops could have decided, if they did not in the next."""
    gate, over = past.gate(*body), mission_over(past)
    first = (*since, holds(gate, past.in_round(*since), since[0]))
    later = (place for place in _truths(gate, past) if since < place[:2] < until)
    for time, step, could in (first, *later):
        if _is_over(over, time, step):
            return
        if could:
            if until != (time, step + 1):
                text = f"{'/'.join(body)} could decide, and did not in the next round"
                yield Finding(time, step, "deciding_at_once", text)
            return


def _truths(rule: Rule, past: Past) -> Iterator[tuple[int, int, bool]]:
    """Yield (time, step, truth) of a rule for every round in which it may have changed."""
    settled = truth(rule, past.settled)
    steps: dict[int, set[int]] = defaultdict(set, {flip: {0} for flip in settled.flips})
    for quantity in signals(rule):
        for time, step in past.course(quantity).rounds:
            steps[time].update((0, step))
    for time, within in sorted(steps.items()):
        *passing, last = sorted(within)
        for step in passing:
            yield time, step, holds(rule, past.in_round(time, step), time)
        yield time, last, settled.at(time)


def embarking_by_rule(past: Past) -> Iterator[Finding]:
    """Nobody embarks, nor a relief, unless rule, consents, sector and lane allowed it in the state before."""
    leaving: dict[str, int] = defaultdict(int)
    as_of, over = _as_of(past), mission_over(past)
    for time, step, contributor, contingent, source, target, troops, cause in past.logs.transitions:
        leaving[contributor] += troops * ((target == "withdrawing") - (source == "withdrawing"))
        if target != "moving" and cause != "relief embarks":
            continue
        name = f"{contributor}/{contingent}: {troops} embark"
        rule = And((past.gate(contributor, contingent), past.way_open(contributor, contingent)))
        if not holds(rule, past.in_round(time, step - 1), time):
            broken = _broken(rule, past, time, step)
            yield Finding(time, step, "embarking_by_rule", f"{name} although {broken}")
        if _is_over(over, time, step - 1):
            yield Finding(time, step, "embarking_by_rule", f"{name} although the mission is over")
        if leaving[contributor]:
            yield Finding(
                time, step, "embarking_by_rule", f"{name} while {leaving[contributor]} of theirs withdraw"
            )
        if time < as_of:
            yield Finding(
                time, step, "embarking_by_rule", f"{name} before as_of, and history does not say so"
            )


def leaving_by_rule(past: Past) -> Iterator[Finding]:
    """Nobody withdraws but after `withdraws_when` became true, no sooner than notice, and no later.

    Or the mission is over: then all leave, on the spot or as they land.
    """
    over = mission_over(past)
    for name, block in past.scenario.contributors.items():
        rule = past.rule(block.withdraws_when, name) if block.withdraws_when is not None else None
        edges = _edges(rule, past) if rule is not None else []
        defaults = past.scenario.defaults.contributors
        notice = block.notice or defaults.notice
        shortest, longest = bounds(notice.distribution) if notice is not None else (0.0, 0.0)
        scaled = notice is not None and bool(notice.times)
        for time, step, contributor, contingent, source, target, troops, cause in past.logs.transitions:
            if (contributor, source, target) != (name, "deployed", "withdrawing") or cause.startswith(
                "history: "
            ):
                continue
            if over is not None and (time, step) > over:
                continue
            earlier = [edge for edge in edges if edge <= time - (0 if scaled else shortest)]
            if not earlier:
                text = f"{contributor}/{contingent}: {troops} withdraw, but no edge of `{rule}` came before"
                yield Finding(time, step, "leaving_by_rule", text)
        if not scaled:
            yield from _overdue(past, name, edges, longest)
    if over is not None:
        yield from _stayed(past, max(1, over[0], _as_of(past)))


def mission_over(past: Past) -> tuple[int, int] | None:
    """Return the first round in which the mission is over, or None."""
    if past.scenario.ends_when is None:
        return None
    rule = past.rule(past.scenario.ends_when)
    if truth(rule, past.settled).initial:
        return -1, 0
    return next(((time, step) for time, step, now in _truths(rule, past) if now), None)


def _is_over(over: tuple[int, int] | None, time: int, step: int) -> bool:
    """Tell whether the mission was over in a round."""
    return over is not None and over <= (time, step)


def _stayed(past: Past, over: int) -> Iterator[Finding]:
    """Yield who is still deployed at the end of an instant at which the mission is over."""
    there: dict[tuple[str, str], int] = defaultdict(int)
    rows = [row for row in past.logs.transitions if row[2] not in past.scenario.trained_forces]
    for place, row in enumerate(rows):
        there[row[2], row[3]] += _deployed(row)
        last = place + 1 == len(rows) or rows[place + 1][0] > row[0]
        if last and (row[0] >= over or place + 1 == len(rows)):
            for (contributor, contingent), troops in there.items():
                if troops:
                    text = f"{contributor}/{contingent}: {troops} stay although the mission is over"
                    yield Finding(max(row[0], over), 0, "leaving_by_rule", text)


def _edges(rule: Rule, past: Past) -> list[int]:
    """Return the instants at which a rule became true in some round, after start and not before `as_of`."""
    edges, before = set(), truth(rule, past.settled).initial
    for time, _, now in _truths(rule, past):
        if now and not before and time >= max(1, _as_of(past)):
            edges.add(time)
        before = now
    return sorted(edges)


def _overdue(past: Past, name: str, edges: list[int], longest: float) -> Iterator[Finding]:
    """Yield where troops are still deployed, all the time, when the notice that an edge began is over."""
    ends = _ends(past)
    rows = [row for row in past.logs.transitions if row[2] == name]
    for edge in edges:
        due = edge + longest
        if due >= ends:
            continue
        left = sum(_deployed(row) for row in rows if row[0] <= due)
        if left and not any(
            row[4] == "withdrawing" or row[5] == "withdrawing" for row in rows if row[0] >= edge
        ):
            there = sum(_deployed(row) for row in rows if row[0] < edge)
            if there > 0:
                yield Finding(
                    edge, 0, "leaving_by_rule", f"{name}: {left} stay although their rule sends them home"
                )


def _deployed(row: tuple[int, int, str, str, str, str, int, str]) -> int:
    return row[6] * ((row[5] == "deployed") - (row[4] == "deployed"))


def causes_are_false(past: Past) -> Iterator[Finding]:
    """As long as troops wait for a rule or a consent, it is not fulfilled."""
    ends = _ends(past)
    spans: dict[tuple[str, str, str], list[tuple[int, int]]] = defaultdict(list)
    for time, _, contributor, contingent, cause, troops in past.logs.waits:
        if cause.startswith(("rule: ", "consent(")):
            spans[contributor, contingent, cause].append((time, troops))
    for (contributor, contingent, cause), changes in spans.items():
        course = truth(parse(cause.removeprefix("rule: ")), past.settled)
        for (time, troops), (until, _) in pairwise([*changes, (ends, 0)]):
            flip = time if course.at(time) else course.next_flip(time)
            if troops and flip is not None and flip < until:
                text = f"{contributor}/{contingent}: {troops} wait for `{cause}`, which is fulfilled"
                yield Finding(flip, 0, "causes_are_false", text)


def _ends(past: Past) -> int:
    return seconds_between(past.scenario.start, past.scenario.end) + DAY


def _as_of(past: Past) -> int:
    return seconds_between(past.scenario.start, past.scenario.as_of) if past.scenario.as_of else 0


def _broken(rule: Rule, past: Past, time: int, step: int) -> str:
    """Return the parts of a rule that did not hold in the state before a round."""
    parts = rule.parts if isinstance(rule, And) else (rule,)
    view = past.in_round(time, step - 1)
    return ", ".join(f"`{part}`" for part in parts if not holds(part, view, time)) + " did not hold"
