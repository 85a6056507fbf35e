"""The end of the mission: from the first round in which `ends_when` holds it is over, whatever follows."""

from __future__ import annotations

from sim.model.rounds import Rounds


class Mission:
    """Whether the mission is over."""

    def __init__(self, rounds: Rounds, ended: int | None) -> None:
        self._rounds = rounds
        self._ended = ended
        self.over = False
        if ended is not None:
            rounds.after_round.append(self._read)

    def _read(self) -> None:
        """Read the rule in a round, before anybody acts on the state of that round."""
        self.over = self.over or self._rounds.truth(self._ended)
