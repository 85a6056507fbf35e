"""Checks of one replication from its scenario and logs alone: what must never happen, whatever the scenario.

Each check yields a `Finding` for each breach; `findings` runs them all::

    for finding in findings(scenario, replicate(plan, draws, 7)):
        print(finding)              # day 12.5, step 2: turkey/brigade embarks 200 although …

They share no code with the model, and read rules by their reference meaning (`sim.rules.meaning`) on
histories rebuilt from the logs (`sim.testing.pasts`). A fact with `log: false` cannot be
rebuilt, unless it is a schedule.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

from sim.durations import DAY, seconds_between
from sim.scenario.scenario import Scenario
from sim.testing.finding import Finding
from sim.testing.pasts import Past, SortedLogs

Body = tuple[str, str]
"""Contributor and contingent."""

MOST_ROUNDS = 1_000
"""Most rounds that an instant may take."""

FLOWS = frozenset(
    {
        ("", "pledged"),
        ("pledged", "deciding"),
        ("pledged", "gone"),
        ("deciding", "pledged"),
        ("deciding", "preparing"),
        ("deciding", "refused"),
        ("refused", "pledged"),
        ("preparing", "ready"),
        ("preparing", "undelivered"),
        ("preparing", "pledged"),
        ("ready", "moving"),
        ("ready", "pledged"),
        ("ready", "preparing"),
        ("ready", "gone"),
        ("moving", "deployed"),
        ("deployed", "deployed"),
        ("deployed", "preparing"),
        ("deployed", "gone"),
        ("deployed", "withdrawing"),
        ("withdrawing", "gone"),
        ("gone", "pledged"),
    }
)
"""Flows of contingents, but for what history records."""
TRAINED_FLOWS = frozenset(
    {
        ("", "pledged"),
        ("pledged", "preparing"),
        ("preparing", "deployed"),
        ("preparing", "ready"),
        ("preparing", "undelivered"),
        ("ready", "deployed"),
    }
)


DRAWN = -1
"""The step of what is drawn once for a world, as a reading: before the first round."""


Check = Callable[[Past], Iterator[Finding]]


def findings(scenario: Scenario, logs: SortedLogs) -> list[Finding]:
    """Return every breach that the logs of a replication show, in the order of time."""
    past = Past(scenario, logs)
    return sorted(finding for check in all_checks() for finding in check(past))


def all_checks() -> tuple[Check, ...]:
    """Return every check, each by the name that its findings carry."""
    from sim.testing.commitments import (
        causes_are_false,
        deciding_at_once,
        deciding_by_rule,
        embarking_by_rule,
        leaving_by_rule,
    )
    from sim.testing.decisions import decided_once, going_on_by_rule, gone_for_good, serving_where_open
    from sim.testing.limits import (
        beds_suffice,
        ceilings_kept,
        reception_keeps_pace,
        serials_fit,
        slots_suffice,
    )

    return (
        rows_in_order,
        pledge_kept,
        flows_known,
        waits_add_up,
        forces_add_up,
        deciding_by_rule,
        deciding_at_once,
        decided_once,
        going_on_by_rule,
        embarking_by_rule,
        leaving_by_rule,
        gone_for_good,
        serving_where_open,
        causes_are_false,
        slots_suffice,
        beds_suffice,
        ceilings_kept,
        reception_keeps_pace,
        serials_fit,
    )


def rows_in_order(past: Past) -> Iterator[Finding]:
    """Rows are sorted, lie before the end, and no instant has more than a thousand rounds: it ended."""
    ends = seconds_between(past.scenario.start, past.scenario.end) + DAY
    logs: tuple[tuple[str, list[tuple[int, int]]], ...] = (
        ("transitions", [row[:2] for row in past.logs.transitions]),
        ("signals", [row[:2] for row in past.logs.signals]),
        ("waits", [row[:2] for row in past.logs.waits]),
    )
    drawn = {row[:2] for row in past.logs.signals if row[1] == DRAWN and row[2] not in past.scenario.facts}
    for name, places in logs:
        if places != sorted(places):
            yield Finding(0, 0, "rows_in_order", f"{name} is not sorted by time and step")
        for time, step in places:
            if (
                time >= ends
                or not (0 <= step < MOST_ROUNDS or (name == "signals" and (time, step) in drawn))
                or not (isinstance(time, int) and isinstance(step, int))
            ):
                yield Finding(time, step, "rows_in_order", f"a row of {name} lies outside the scenario")


def pledge_kept(past: Past) -> Iterator[Finding]:
    """The pledge is made at start; no stage ever holds fewer than 0, and together they hold the pledge."""
    counts: dict[Body, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    pledges: dict[Body, int] = defaultdict(int)
    for time, step, rows in _rounds(past):
        for _, _, contributor, contingent, source, target, troops, cause in rows:
            body, stages = (contributor, contingent), counts[contributor, contingent]
            if source != target:
                stages[source] -= troops
                stages[target] += troops
            pledges[body] += troops * ((source == "") - (target == ""))
            appears = contributor.startswith("unnamed_") and past.scenario.unnamed is not None
            at_start = appears or (time, step) == (0, 0)
            if (source, cause) in (("", "pledge"), ("", "recruits")) and not at_start:
                yield Finding(
                    time, step, "pledge_kept", f"{_name(body)}: {troops} are pledged after the start"
                )
            if troops <= 0:
                yield Finding(time, step, "pledge_kept", f"{_name(body)}: {troops} troops move to {target}")
        for body in {(row[2], row[3]) for row in rows}:
            for stage, count in counts[body].items():
                if stage and count < 0:
                    yield Finding(time, step, "pledge_kept", f"{_name(body)}: {count} troops are {stage}")
            total = sum(count for stage, count in counts[body].items() if stage)
            if total != pledges[body]:
                yield Finding(
                    time,
                    step,
                    "pledge_kept",
                    f"{_name(body)}: {total} in all stages, pledged {pledges[body]}",
                )


def flows_known(past: Past) -> Iterator[Finding]:
    """Troops go only from stages to stages that follow them, unless history records it."""
    for time, step, contributor, contingent, source, target, _, cause in past.logs.transitions:
        flows = TRAINED_FLOWS if contributor in past.scenario.trained_forces else FLOWS
        if (source, target) not in flows and not cause.startswith("history: "):
            text = f"{contributor}/{contingent} goes from {source} to {target} ({cause})"
            yield Finding(time, step, "flows_known", text)


def waits_add_up(past: Past) -> Iterator[Finding]:
    """At the end of every instant what waits for each cause, and the deployed, are the pledge, exactly."""
    waiting: dict[Body, dict[str, int]] = defaultdict(dict)
    stages: dict[Body, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    flows = defaultdict(list)
    for row in past.logs.transitions:
        flows[row[0]].append(row)
    changes = defaultdict(list)
    for wait in past.logs.waits:
        changes[wait[0]].append(wait)
    for time in sorted(flows.keys() | changes.keys()):
        for _, _, contributor, contingent, source, target, troops, _ in flows[time]:
            stages[contributor, contingent][source] -= troops
            stages[contributor, contingent][target] += troops
        for _, _, contributor, contingent, cause, troops in changes[time]:
            waiting[contributor, contingent][cause] = troops
        bodies = {(row[2], row[3]) for row in flows[time]} | {(row[2], row[3]) for row in changes[time]}
        for body in sorted(bodies):
            for text in _booked_wrongly(waiting[body], stages[body], body[0] in past.scenario.trained_forces):
                yield Finding(time, 0, "waits_add_up", f"{_name(body)}: {text}")


def _booked_wrongly(waiting: dict[str, int], stages: dict[str, int], trained: bool) -> Iterator[str]:
    """Yield which bookings at the end of an instant differ from the stages."""
    pledge = sum(count for stage, count in stages.items() if stage)
    booked = sum(waiting.values())
    if booked + stages["deployed"] != pledge:
        yield f"{booked} wait and {stages['deployed']} are deployed, of {pledge} pledged: {waiting}"
    if any(troops < 0 for troops in waiting.values()):
        yield f"fewer than 0 wait: {waiting}"
    approvals = sum(troops for cause, troops in waiting.items() if cause.startswith("approval "))
    under_way = waiting.get("moving", 0) + waiting.get("reception", 0)
    preparing = sum(waiting.get(cause, 0) for cause in ("preparation", "relief gap", "training"))
    pairs = [
        ("deciding", approvals <= stages["deciding"], approvals),
        ("moving", under_way == stages["moving"], under_way),
        ("refused", waiting.get("refused", 0) == stages["refused"], waiting.get("refused", 0)),
        (
            "undelivered",
            waiting.get("undelivered", 0) == stages["undelivered"],
            waiting.get("undelivered", 0),
        ),
        ("preparing", preparing >= stages["preparing"], preparing),
    ]
    for stage, right, found in pairs:
        if not right:
            yield f"{stages[stage]} are {stage}, but {found} are booked so: {waiting}"
    if trained and set(waiting) & {"beds", "moving", "reception"}:
        yield f"a trained force waits for the theatre: {waiting}"


def forces_add_up(past: Past) -> Iterator[Finding]:
    """The deployed, counted from all rows, are those of each contributor, counted from what does not wait."""
    total = 0
    pledges: dict[str, int] = defaultdict(int)
    waiting: dict[tuple[str, str, str], int] = {}
    waits = iter([*past.logs.waits, None])
    wait = next(waits)
    rows = past.logs.transitions
    for place, (time, step, contributor, _, source, target, troops, _) in enumerate(rows):
        total += troops * ((target == "deployed") - (source == "deployed"))
        pledges[contributor] += troops * ((source == "") - (target == ""))
        if place + 1 < len(rows) and rows[place + 1][0] == time:
            continue
        while wait is not None and wait[0] <= time:
            waiting[wait[2], wait[3], wait[4]] = wait[5]
            wait = next(waits)
        by_contributor = {
            name: pledge - sum(many for (who, _, _), many in waiting.items() if who == name)
            for name, pledge in pledges.items()
        }
        if sum(by_contributor.values()) != total:
            yield Finding(
                time, step, "forces_add_up", f"{total} are deployed, but by contributor {by_contributor}"
            )


def _rounds(past: Past) -> Iterator[tuple[int, int, list[tuple[int, int, str, str, str, str, int, str]]]]:
    """Yield (time, step, transitions of that round)."""
    together = defaultdict(list)
    for row in past.logs.transitions:
        together[row[0], row[1]].append(row)
    for (time, step), rows in sorted(together.items()):
        yield time, step, rows


def _name(body: Body) -> str:
    return "/".join(body)
