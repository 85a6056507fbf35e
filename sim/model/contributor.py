"""Contributors: whether they withdraw, how they leave, whether they come back. A SimPy process each.

* `withdraws_when` is one edge: the change from false to true after the start instant (truth at start is no
  edge). What has not embarked goes back to `pledged`, its decision undone; serials on the way land and leave
  with the deployed.
* If any of its troops are in the theatre then, it leaves: `notice` later the deployed are `withdrawing`, and
  `gone` after `exit`, which needs no lift; troops that land later withdraw on landing. That the rule becomes
  false again stops nothing. Until the last has gone it decides and embarks nothing, and further edges mean
  nothing.
* When the last has gone, all else that it pledged is `gone` too.
* When the mission is over (`ends_when`), all leave: the deployed are `withdrawing` at once, without notice, those
  on the way as they land, and are `gone` after `exit`; a notice that runs is cut short. What has not embarked
  goes back to `pledged` and stays there. Nobody returns. What was trained in the theatre stays.
* With `returns`, those who are gone are `pledged` again after that delay, each batch by itself.

Each leaving has one notice, one exit and one returns variate, which all of its contingents share.

Before `as_of`:

* An edge that found troops in the theatre, of whom history records later that they came or became ready, or
  who would by `as_of` have left with a chance of at least `SURELY_GONE`, was *sat out*: it means nothing, and
  only a new edge makes them leave. Else they are on their way out: notice and exit together are known to
  exceed what has passed since (both are drawn again until they do), and nobody leaves before `as_of`.
* A recorded withdrawal is a leaving that is over: all that is left of the pledge is `gone` and follows
  `returns`. An edge to which one belongs takes no effect of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from math import exp, fsum, inf

from sim.model.chance import Dealer, Use, length
from sim.model.contingent import BEFORE_EMBARKATION, Contingent
from sim.model.rounds import Process
from sim.model.theatre import Theatre
from sim.model.troops import Muster, Troops
from sim.model.world import World
from sim.plan.tables import ContributorPlan, Delay
from sim.vocabulary import Stage

SURELY_GONE = 0.95
"""From this chance on of having left by `as_of`, troops that history leaves in the theatre have stayed."""

UNDER_WAY: tuple[Stage, ...] = ("moving", "deployed")
"""Stages of troops that leave with a withdrawal."""

DECIDED_ON: tuple[Stage, ...] = ("deciding", "preparing", "ready", "moving", "deployed")
"""Stages of troops on which a decision was begun and not undone."""

WITHDRAWS, MISSION_OVER = "contributor withdraws", "mission over"
"""Why troops leave."""

_POINTS = 100
"""Midpoints over which a notice is averaged."""


class Contributor:
    """One contributor's withdrawals."""

    def __init__(
        self,
        world: World,
        muster: Muster,
        theatre: Theatre,
        row: ContributorPlan,
        contingents: list[Contingent],
    ) -> None:
        self._world = world
        self._rounds = world.rounds
        self._muster = muster
        self._theatre = theatre
        self._row = row
        self._contingents = [contingents[number] for number in row.contingents]
        self._times_left = 0
        self._recorded_at: int | None = None
        self._ended = world.plan.ended
        self._bell = world.rounds.bell(row.withdraws, self._ended)
        for contingent in self._contingents:
            contingent.troops.watchers.append(self._bell)

    def life(self) -> Process:
        """Withdraw at each edge of the rule, and for good when the mission is over."""
        if self._row.withdraws is None and self._ended is None:
            return
        yield self._rounds.until(1)
        withdrew = self._rounds.truth(self._row.withdraws)
        while not self._world.mission.over:
            withdraws = self._rounds.truth(self._row.withdraws)
            if withdraws and not withdrew:
                yield from self._withdraw()
                withdrew = self._rounds.truth(self._row.withdraws)
            else:
                withdrew = withdraws
                yield self._bell.wait()
        yield from self._end()

    def _end(self) -> Process:
        """Leave for good, because the mission is over."""
        known = self._rounds.now < self._world.plan.as_of
        yield self._rounds.post(("ends", self._row.name), partial(self._fall_back, True, MISSION_OVER))
        self._take_variates()
        exit_takes = self._exit_under_way() if known else None
        if known:
            yield self._rounds.until(self._world.plan.as_of)
        while True:
            self._start_to_leave(exit_takes, MISSION_OVER)
            yield self._bell.wait()

    def _exit_under_way(self) -> int:
        """Return what is left at `as_of` of an exit that began now; it lasts until then, if it can."""
        age = self._world.plan.as_of - self._rounds.now
        if self._world.ask(partial(_is_gone, None, self._row.exit, age)):
            return 0
        while (length := self._world.length(self._row.exit)) < age:
            self._world.consume(self._row.exit)
        return length - age

    def _withdraw(self) -> Process:
        leaves = any(self._in_theatre(contingent.troops) for contingent in self._contingents)
        known = leaves and self._rounds.now < self._row.resumes
        if known and self._sat_out():
            return
        yield self._rounds.post(("withdraws", self._row.name), partial(self._fall_back, leaves))
        if leaves:
            yield from self._leave_theatre(known)

    def _fall_back(self, leaves: bool, cause: str = WITHDRAWS) -> None:
        """Send what has not embarked back to pledged, and undo the decisions."""
        for contingent in self._contingents:
            contingent.contributor_leaves = leaves
            contingent.decision.undo()
            self._theatre.cancel_relief(contingent.row.number)
            contingent.fall_back(cause)

    def _leave_theatre(self, known: bool) -> Process:
        """Give notice, then take out all that is deployed and all that still lands."""
        self._take_variates()
        if known:
            notice_ends, exit_takes = self._under_way()
        else:
            notice_ends, exit_takes = self._world.due(self._row.notice, self._rounds.now), None
        while not (yield self._bell.wait(notice_ends)):
            if self._world.mission.over:
                return
        while any(self._in_theatre(contingent.troops) for contingent in self._contingents):
            if self._world.mission.over:
                return
            self._start_to_leave(exit_takes, WITHDRAWS)
            yield self._bell.wait()
        yield self._rounds.post(("left", self._row.name), self._stop_leaving)

    def _start_to_leave(self, exit_takes: int | None, cause: str) -> None:
        for contingent in self._contingents:
            if contingent.troops.count("deployed") > 0:
                self._rounds.start(self._leave(contingent, exit_takes, cause))

    def _take_variates(self) -> None:
        """Have each leaving but the first use the next variates."""
        for delay in (self._row.notice, self._row.exit, self._row.returns):
            if delay is not None and self._times_left > 0:
                self._world.consume(delay)
        self._times_left += 1

    def _stop_leaving(self) -> None:
        for contingent in self._contingents:
            contingent.contributor_leaves = False
            held = min(contingent.fallen_back, contingent.troops.count("pledged"))
            self._go(contingent, {"pledged": held}, "contributor has left")

    def _leave(self, contingent: Contingent, exit_takes: int | None, cause: str) -> Process:
        """Take a contingent's deployed troops out of the theatre, and perhaps pledge them again later."""
        troops, amount = contingent.troops, contingent.troops.count("deployed")
        yield self._muster.move(troops, "deployed", "withdrawing", amount, cause)
        now = self._rounds.now
        due = self._world.due(self._row.exit, now) if exit_takes is None else now + exit_takes
        yield self._rounds.until(due)
        yield self._muster.move(troops, "withdrawing", "gone", amount, "exit over")
        yield from self._return(contingent, amount)

    def _go(self, contingent: Contingent, amounts: Mapping[Stage, int], cause: str) -> None:
        """Have so many of each stage gone, and pledged again if the contributor returns."""
        contingent.has_left = self._row.returns is None
        for stage, amount in amounts.items():
            self._muster.apply(contingent.troops, stage, "gone", amount, cause)
        self._muster.touch(contingent.troops)
        if amount := sum(amounts.values()):
            self._rounds.start(self._return(contingent, amount))

    def _return(self, contingent: Contingent, amount: int) -> Process:
        offers = contingent.offers
        if self._row.returns is not None:
            yield self._rounds.until(self._world.due(self._row.returns, self._rounds.now))
            if self._world.mission.over or contingent.offers != offers:  # history had it pledge again
                return
            yield self._muster.move(contingent.troops, "gone", "pledged", amount, "returns")

    def recorded_gone(self, contingent: Contingent) -> None:
        """Take it that history records the withdrawal of a contingent. Within a round."""
        if self._recorded_at != self._rounds.now:
            self._recorded_at = self._rounds.now
            self._world.recorded(self._row.notice, "by")
            self._take_variates()
        self._theatre.cancel_relief(contingent.row.number)
        self._theatre.turned_back(contingent)
        contingent.forget()
        troops = contingent.troops
        for stage in UNDER_WAY:
            self._muster.apply(troops, stage, "withdrawing", troops.count(stage), "history: withdrew")
        amounts = {stage: troops.count(stage) for stage in (*BEFORE_EMBARKATION, "withdrawing")}
        self._go(contingent, amounts, "history: withdrew")
        if not any(_committed(other.troops) for other in contingent.decision.contingents):
            contingent.decision.undo()

    def recorded_back(self, contingent: Contingent) -> None:
        """Take it that history records troops of a contingent that had gone: it is pledged again. Within a round."""
        if self._row.returns is None:
            return
        self._world.recorded(self._row.returns, "by")
        contingent.offers += 1
        troops = contingent.troops
        self._muster.apply(troops, "gone", "pledged", troops.count("gone"), "history: returned")

    def _sat_out(self) -> bool:
        """Tell whether an edge of now is known to have had no effect of its own."""
        now, as_of = self._rounds.now, self._row.resumes
        for contingent in self._contingents:
            for record in contingent.row.records:
                if record.time > now and record.event in ("ready", "embarked", "arrived", "withdrew"):
                    return True
        age = as_of - now - 1
        return self._world.ask(partial(_is_gone, self._row.notice, self._row.exit, age))

    def _under_way(self) -> tuple[int, int]:
        """Return when the notice of an edge of now ends, and what the exit takes then; not before `as_of`."""
        world, now, as_of = self._world, self._rounds.now, self._row.resumes
        if world.rehearses and as_of >= world.plan.ends:
            self._pass_over_shorter(as_of - now)
            return world.plan.ends, 0  # of the rest nothing is seen in the known time
        while True:
            notice, leaves = world.length(self._row.notice), world.length(self._row.exit)
            if now + notice + leaves >= as_of:
                notice_ends = max(now + notice, as_of)
                return notice_ends, now + notice + leaves - notice_ends
            world.consume(self._row.notice)
            world.consume(self._row.exit)

    def _pass_over_shorter(self, age: int) -> None:
        """Pass over variates with which notice and exit together would not last so long."""
        world, notice, leaves = self._world, self._row.notice, self._row.exit
        while not world.ask(partial(_last, world.use(notice), world.use(leaves), age)):
            world.consume(notice)
            world.consume(leaves)

    @staticmethod
    def _in_theatre(troops: Troops) -> int:
        return troops.count("moving") + troops.count("deployed") + troops.count("withdrawing")


def _committed(troops: Troops) -> int:
    return sum(troops.count(stage) for stage in DECIDED_ON)


def _last(notice: Use, leaves: Use, age: int, chance: Dealer) -> bool:
    """Tell whether notice and exit together last until that age at least."""
    return length(notice, chance) + length(leaves, chance) >= age


def _is_gone(notice: Delay | None, leaves: Delay, age: int, chance: Dealer) -> bool:
    """Tell whether notice, if there is any, and exit together have surely ended by that age."""
    if notice is None:
        return _outlasts(leaves, age, chance) <= 1.0 - SURELY_GONE
    scale = chance.scale(notice)
    lasting = fsum(
        _outlasts(leaves, age - notice.law.quantile((place + 0.5) / _POINTS) * scale, chance)
        for place in range(_POINTS)
    )
    return lasting / _POINTS <= 1.0 - SURELY_GONE


def _outlasts(delay: Delay, age: float, chance: Dealer) -> float:
    """Return the chance that a delay takes longer."""
    if age <= 0:
        return 1.0
    scale = chance.scale(delay)
    hazard = delay.law.hazard(age / scale) if scale > 0 else inf
    return exp(-hazard)
