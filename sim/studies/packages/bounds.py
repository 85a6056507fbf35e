"""Bounds that hold for every package and every look of a race at once.

A chance lies within Clopper and Pearson's exact interval (*Biometrika* 26, 1934). A difference of two chances
on the same worlds is that of the shares of worlds in which only the one, and only the other, holds the
target; each share has an exact one-sided bound, so the difference of the bounds holds with the sum of their
errors (Bonferroni).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.studies.packages.evidence import PackageOutcome


def at_least(successes: int, trials: int, error: float) -> float:
    """Return what a chance exceeds but with probability `error`."""
    from scipy.special import betaincinv

    if successes == 0 or trials == 0:
        return 0.0
    return float(betaincinv(successes, trials - successes + 1, error))


def at_most(successes: int, trials: int, error: float) -> float:
    """Return what a chance falls below but with probability `error`."""
    return 1.0 - at_least(trials - successes, trials, error)


def gains_at_least(own: PackageOutcome, other: PackageOutcome, error: float) -> float:
    """Return what the chance of `own` less that of `other` exceeds but with probability `error`."""
    both = own.counts & other.counts
    trials = int(both.sum())
    only_own = int((both & own.held & ~other.held).sum())
    only_other = int((both & other.held & ~own.held).sum())
    return at_least(only_own, trials, error / 2) - at_most(only_other, trials, error / 2)
