"""What is latent at `as_of` though nobody draws it once: laws of hidden parts of a course, given what was seen."""

from __future__ import annotations

from functools import lru_cache
from math import exp

from sim.plan.laws import Law
from sim.plan.updating import Updated, log_likelihoods, update


@lru_cache(maxsize=4_096)
def delayed_by_another(law: Law, scale: float, then: Law, next_scale: float, known: float) -> Updated:
    """Return the law of a hidden length (in units of `scale`), given that nothing was seen for `known`.

    What is seen comes later than the length by a delay of the law `then`: the density of the length r is
    f(r) S(known − r) up to a factor, S the chance that the delay takes longer.
    """

    def unseen(length: float) -> float:
        left = known - length * scale
        if left <= 0:
            return 1.0
        return exp(-then.hazard(left / next_scale)) if next_scale > 0 else 0.0

    return update(law, [log_likelihoods(law, unseen)])
