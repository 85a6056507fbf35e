"""What the contributors of one replication decided and did, and why, as sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING

from sim.report.telling.news import NewsLine, day_said
from sim.report.telling.reasons import Reasons
from sim.report.telling.serials import Flow, flows
from sim.words.names import listed, proper, the
from sim.words.numbers import whole
from sim.words.titles import body_title

if TYPE_CHECKING:
    from sim.model.logbook import Logs
    from sim.scenario.scenario import Scenario

_HISTORY = "history: "
_RELIEF = {
    "relief embarks": "on its way",
    "relief received": "in place",
    "relief turns back": "finds nobody there, and turns back",
}


class MoveNews:
    """Tells the moves of troops of one replication."""

    def __init__(
        self, scenario: Scenario, logs: Logs, titles: Mapping[str, str], contributor: str | None = None
    ) -> None:
        self._scenario = scenario
        self._titles = titles
        self.reasons = Reasons(scenario, logs, titles)
        """What its rules asked."""
        self._rows = [row for row in logs.transitions if contributor in (None, row[2])]

    def news(self) -> Iterator[NewsLine]:
        """Yield every move, contingents of a contributor that do the same at once in one sentence."""
        for together in _together(flows(self._rows)):
            text = self._sentence(together)
            if text:
                yield NewsLine(together[0].time, together[0].step, text)
        yield from self._withdrawals()

    def _withdrawals(self) -> Iterator[NewsLine]:
        """Yield when a rule to withdraw comes true while its contributor has troops in hand."""
        for contributor in sorted({row[2] for row in self._rows} & set(self._scenario.contributors)):
            for time in self.reasons.withdrawals(contributor):
                if self._committed(contributor, time):
                    why = self.reasons.withdraws(contributor, time)
                    yield NewsLine(time, 0, f"{self._who(contributor)} turns to leave, since {why}.")

    def _committed(self, contributor: str, time: int) -> int:
        stages = ("deciding", "preparing", "ready", "moving", "deployed")
        rows = [row for row in self._rows if row[2] == contributor and row[0] < time]
        return sum(row[6] * ((row[5] in stages) - (row[4] in stages)) for row in rows)

    def _sentence(self, together: list[Flow]) -> str:  # noqa: PLR0911, PLR0912  # one branch for each move
        first = together[0]
        who, what = self._who(first.contributor), self._what(together)
        if first.cause.startswith(_HISTORY):
            return f"{who}: {first.cause.removeprefix(_HISTORY)} as history records: {what}."
        if first.contributor in self._scenario.trained_forces:
            return self._training(first, who)
        match first.source, first.target:
            case "", "pledged":
                return f"{who} pledges {what}."
            case "pledged", "deciding":
                return f"{who} begins to decide on {what}{self._because(first)}."
            case "deciding", "preparing":
                return f"{who} has approved {what}{self._steps(first)} and begins to prepare."
            case _, "undelivered":
                bodies = listed([f"{whole(flow.troops)} of its {self._body(flow)}" for flow in together])
                return f"{who}: {bodies} will never come, although approved."
            case "deciding", "refused":
                return f"{who}: {what} refused by {the(first.cause.removesuffix(' refused'))}."
            case "refused", "pledged":
                return f"{who}: {what} put to {the(first.cause.removesuffix(' reconsiders'))} again."
            case "preparing", "ready":
                return f"{who}: {what} ready{' again' if first.cause == 'gap over' else ''}."
            case "ready", "moving" if first.cause == "embarks without lift":
                return ""
            case "ready", "moving":
                way = first.cause.removeprefix("embarks ").replace("_", " ")
                return f"{who}: {what} under way {way}{self._in(first, 'serial')}."
            case "moving", "deployed":
                return f"{who}: {what} in the theatre{self._in(first, 'serial')}."
            case "deployed", "deployed":
                coming = _RELIEF.get(first.cause, first.cause)
                return f"{who}: a relief of {what} {coming}{self._in(first, 'serial')}."
            case "deployed", "withdrawing":
                over = ", since the mission is over" if first.cause == "mission over" else ""
                return f"{who} begins to leave: {what}{over}."
            case "withdrawing", "gone":
                return f"{who} has left: {what}."
            case "gone", "pledged":
                return f"{who} is ready to pledge {what} again."
            case "pledged", "gone":
                return f"{who} has left, and takes back {what}."
            case "ready", ("gone" | "preparing"):
                return f"{who}: no relief comes; nor does {what}, which had not embarked."
            case "deployed", _ if first.cause == "overstayed":
                return f"{who}: the relief cannot embark for too long; home goes {what}."
            case "deployed", _:
                return f"{who}: no relief comes; home goes {what}."
            case _, "pledged":
                why = "the mission is over" if first.cause == "mission over" else "it withdraws"
                return f"{who} calls off {what}: {why}."
        return f"{who}: {what} {first.source} → {first.target} ({first.cause})."

    def _training(self, flow: Flow, who: str) -> str:
        count = whole(flow.troops)
        match flow.cause:
            case "recruits":
                return f"{who}: {count} recruits."
            case "course begins":
                return f"{who}: {count} begin a course{self._in(flow, 'class')}."
            case "course passed" if flow.target == "ready":
                return (
                    f"{who}: {count} have passed a course and wait for their sector{self._in(flow, 'class')}."
                )
            case "course passed":
                return f"{who}: {count} have passed a course and serve{self._in(flow, 'class')}."
            case "sector opens":
                return f"{who}: their sector is open, and {count} serve there."
        return f"{who}: {count} are not vetted{self._in(flow, 'class')}."

    def _because(self, flow: Flow) -> str:
        newly = self.reasons.newly(flow.contributor, flow.contingent, flow.time)
        if newly:
            return f", since {newly}"
        if flow.target == "deciding" and not self.reasons.asks(flow.contributor, flow.contingent):
            return ", on no condition"
        return ", since its conditions hold" if flow.target == "deciding" else ", since it withdraws"

    def _steps(self, flow: Flow) -> str:
        state = self._scenario.contributors[flow.contributor]
        own = state.contingents[flow.contingent].approvals
        steps = [each.step.replace("_", " ") for each in (state.approvals if own is None else own)]
        return f" ({listed(steps)})" if steps else ""

    def _in(self, flow: Flow, part: str) -> str:
        if flow.times == 1:
            return ""
        parts = f"{part}es" if part.endswith("s") else f"{part}s"
        until = day_said(self._scenario.start, flow.last)
        last = f", the last on {until}" if until != day_said(self._scenario.start, flow.time) else ""
        return f" in {flow.times} {parts}{last}"

    def _who(self, contributor: str) -> str:
        return self._titles.get(contributor, proper(contributor))

    def _what(self, together: list[Flow]) -> str:
        return listed([f"{self._body(flow)} ({whole(flow.troops)})" for flow in together])

    def _body(self, flow: Flow) -> str:
        return body_title(self._scenario, flow.contributor, flow.contingent)


def _together(found: Iterator[Flow]) -> Iterator[list[Flow]]:
    """Yield flows that are told in one sentence: the same move of one contributor in the same round."""

    def key(flow: Flow) -> tuple[object, ...]:
        own = flow.contingent if flow.times > 1 else ""
        return flow.time, flow.step, flow.contributor, flow.source, flow.target, flow.cause, own

    ordered = sorted(found, key=lambda flow: tuple(map(str, key(flow))))
    groups = [list(rows) for _, rows in groupby(ordered, key=key)]
    yield from sorted(groups, key=lambda rows: (rows[0].time, rows[0].step))
