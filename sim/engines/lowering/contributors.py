"""Contributors, and the decisions that each takes on its contingents."""

from __future__ import annotations

from sim.engines import layout as at
from sim.engines.lowering.arrays import CannotLowerError
from sim.engines.lowering.building import Building
from sim.engines.lowering.memory import node_or_none
from sim.plan.tables import ApprovalPlan
from sim.vocabulary import cause_text

_MOST_TOGETHER = 60


def contributors(build: Building) -> tuple[list[list[int]], list[int]]:
    """Return the rows of all contributors, and the number of the process of each."""
    rows, processes = [], []
    for number, row in enumerate(build.plan.contributors):
        if list(row.contingents) != list(
            range(row.contingents[0], row.contingents[0] + len(row.contingents))
        ):
            raise CannotLowerError("cannot lower: contingents of a contributor that do not stand together")
        columns = [0] * at.CONTRIBUTOR_WIDTH
        columns[at.CONTRIBUTOR_RESUMES], columns[at.CONTRIBUTOR_WITHDRAWS] = (
            row.resumes,
            node_or_none(row.withdraws),
        )
        columns[at.CONTRIBUTOR_NOTICE], columns[at.CONTRIBUTOR_EXIT] = (
            build.delay(row.notice),
            build.delay(row.exit),
        )
        columns[at.CONTRIBUTOR_RETURNS] = build.delay(row.returns)
        columns[at.CONTRIBUTOR_FIRST], columns[at.CONTRIBUTOR_N] = (
            row.contingents[0],
            len(row.contingents),
        )
        columns[at.CONTRIBUTOR_RECORDED_AT], columns[at.CONTRIBUTOR_RANK] = at.LONG_AGO, number
        rows.append(columns)
        processes.append(build.process(at.IS_CONTRIBUTOR, number, row.withdraws, build.plan.ended))
    return rows, processes


def decisions(build: Building) -> tuple[list[tuple[list[int], tuple[int, ...]]], dict[int, int]]:
    """Return the rows of all decisions, each with whom it is about, and by contingent the number of its decision."""
    rows: list[tuple[list[int], tuple[int, ...]]] = []
    decision_of: dict[int, int] = {}
    for contributor in build.plan.contributors:
        for numbers in contributor.decisions:
            first = build.plan.contingents[numbers[0]]
            if len(numbers) > _MOST_TOGETHER or len(first.approvals) > _MOST_TOGETHER:
                raise CannotLowerError(f"cannot lower: more than {_MOST_TOGETHER} parts of one decision")
            columns = [0] * at.DECISION_WIDTH
            columns[at.DECISION_N], columns[at.DECISION_N_APPROVALS] = len(numbers), len(first.approvals)
            columns[at.DECISION_APPROVALS] = _approvals(build, first.approvals)
            columns[at.DECISION_REFUSED] = at.NOT_REFUSED
            columns[at.DECISION_RANK] = build.ranks[first.contributor, first.name]
            most_told = sum(len(build.plan.contingents[number].records) for number in numbers)
            columns[at.DECISION_TOLD] = build.memory.rows([0] * (2 * most_told))
            columns[at.DECISION_PROCESS] = at.NONE
            for number in numbers:
                decision_of[number] = len(rows)
            rows.append((columns, numbers))
    return rows, decision_of


def _approvals(build: Building, approvals: tuple[ApprovalPlan, ...]) -> int:
    if len({approval.step for approval in approvals}) != len(approvals):
        raise CannotLowerError("cannot lower: two approvals of one name")
    values: list[int] = []
    for approval in approvals:
        values += [
            build.delay(approval.takes),
            build.quantity(approval.probability),
            build.stream(approval.outcome),
            build.unseen(approval.reconsiders, approval.takes),
            build.waits.code(cause_text("approval", approval.step)),
            build.moves.code(f"{approval.step} refused".strip()),
            build.moves.code(f"{approval.step} reconsiders"),
        ]
    # behind the last: what those wait for who are decided on though every step has been answered
    values += [*[at.NONE] * 4, build.waits.code(cause_text("approval", "")), 0, 0]
    return build.memory.rows(values)
