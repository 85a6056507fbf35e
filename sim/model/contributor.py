"""Contributors: whether they withdraw, how they leave, whether they come back. A SimPy process each.

* `withdraws_when` is one edge: the change from false to true after the start instant (truth at start is no
  edge). What has not embarked goes back to `pledged`; serials on the way land and leave with the deployed.
* If any of its troops are in the theatre then, it leaves: `notice` later the deployed are `withdrawing`, and
  `gone` after `exit`, which needs no lift; troops that land later withdraw on landing. That the rule becomes
  false again stops nothing. Until the last has gone it decides and embarks nothing, and further edges mean
  nothing.
* With `returns`, those who are gone are `pledged` again after that delay.

Each leaving has one notice, one exit and one returns variate, which all of its contingents share.
"""

from __future__ import annotations

from sim.model.contingent import Contingent
from sim.model.rounds import Process
from sim.model.theatre import Theatre
from sim.model.troops import Muster, Troops
from sim.model.world import World
from sim.plan.tables import ContributorPlan


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
        self._bell = world.rounds.bell(row.withdraws)
        for contingent in self._contingents:
            contingent.troops.watchers.append(self._bell)

    def life(self) -> Process:
        """Withdraw at each edge of the rule."""
        if self._row.withdraws is None:
            return
        yield self._rounds.until(1)
        withdrew = self._rounds.truth(self._row.withdraws)
        while True:
            withdraws = self._rounds.truth(self._row.withdraws)
            if withdraws and not withdrew:
                yield from self._withdraw()
                withdrew = self._rounds.truth(self._row.withdraws)
            else:
                withdrew = withdraws
                yield self._bell.wait()

    def _withdraw(self) -> Process:
        leaves = any(self._in_theatre(contingent.troops) for contingent in self._contingents)
        yield self._rounds.post(("withdraws", self._row.name), lambda: self._fall_back(leaves))
        if leaves:
            yield from self._leave_theatre()

    def _fall_back(self, leaves: bool) -> None:
        """Send what is ready back to pledged; those deciding or preparing see the withdrawal themselves."""
        for contingent in self._contingents:
            contingent.contributor_leaves = leaves
            self._theatre.cancel_relief(contingent.row.number)
            troops = contingent.troops
            self._muster.apply(troops, "ready", "pledged", troops.count("ready"), "contributor withdraws")
            self._muster.touch(troops)

    def _leave_theatre(self) -> Process:
        """Give notice, then take out all that is deployed and all that still lands."""
        for delay in (self._row.notice, self._row.exit, self._row.returns):
            if delay is not None and self._times_left > 0:
                self._world.consume(delay)
        self._times_left += 1
        yield self._rounds.until(self._world.due(self._row.notice, self._rounds.now))
        while any(self._in_theatre(contingent.troops) for contingent in self._contingents):
            for contingent in self._contingents:
                if contingent.troops.count("deployed") > 0:
                    self._rounds.start(self._leave(contingent))
            yield self._bell.wait()
        yield self._rounds.post(("left", self._row.name), self._stop_leaving)

    def _stop_leaving(self) -> None:
        for contingent in self._contingents:
            contingent.contributor_leaves = False
            self._muster.touch(contingent.troops)

    def _leave(self, contingent: Contingent) -> Process:
        """Take a contingent's deployed troops out of the theatre, and perhaps pledge them again later."""
        troops, amount = contingent.troops, contingent.troops.count("deployed")
        yield self._muster.move(troops, "deployed", "withdrawing", amount, "contributor withdraws")
        yield self._rounds.until(self._world.due(self._row.exit, self._rounds.now))
        yield self._muster.move(troops, "withdrawing", "gone", amount, "exit over")
        if self._row.returns is not None:
            yield self._rounds.until(self._world.due(self._row.returns, self._rounds.now))
            yield self._muster.move(troops, "gone", "pledged", amount, "returns")

    @staticmethod
    def _in_theatre(troops: Troops) -> int:
        return troops.count("moving") + troops.count("deployed") + troops.count("withdrawing")
