"""Whose logs a run keeps: those of all its blocks, of the first ones, or of none.

A block without logs keeps its summary, from which all answers come; the manifest holds that one's checksum. Its logs
are had again by playing it again (`sim.batch.replaying`). What is kept is kept: a run never loses logs by being asked
for fewer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sim.batch.spans import MOST_REPLICATIONS, Span
from sim.errors import UsageError

_SAMPLE = re.compile(r"sample=([0-9]{1,9})")


@dataclass(frozen=True, slots=True)
class Retention:
    """Logs are kept of the blocks that begin before replication `until`: of all if it is None.

    `standing_suffices`: blocks that stand without logs may stay so.
    """

    until: int | None = None
    standing_suffices: bool = False

    def keeps(self, span: Span) -> bool:
        """Tell whether a block that is played keeps its logs."""
        return self.until is None or span.first < self.until

    def misses(self, span: Span) -> bool:
        """Tell whether a block that stands without logs must be played for them."""
        return self.keeps(span) and not self.standing_suffices


ALL = Retention()
NONE = Retention(until=0)
AS_THEY_STAND = Retention(standing_suffices=True)
"""For who only wants answers: what is played keeps its logs, and nothing is played for logs alone."""


def retention_of(text: str) -> Retention:
    """Return what `--logs` says: `all`, `none`, or `sample=K`, the first K replications in whole blocks.

    UsageError for anything else.
    """
    if text == "all":
        return ALL
    if text == "none":
        return NONE
    found = _SAMPLE.fullmatch(text)
    if found is None:
        raise UsageError(f"--logs '{text}': choose all, none, or sample=K for the first K replications")
    until = int(found[1])
    if not 1 <= until <= MOST_REPLICATIONS:
        raise UsageError(
            f"--logs {text}: {until:,} is not between 1 and {MOST_REPLICATIONS:,}; none keeps no logs"
        )
    return Retention(until=until)


def logs_kept(with_logs: int, replications: int) -> str:
    """Return in a word of how many replications the logs are kept."""
    if with_logs == replications:
        return "all"
    return f"{with_logs:,}" if with_logs else "none"
