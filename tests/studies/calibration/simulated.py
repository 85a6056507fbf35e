"""Delays with known parameters, seen as missions' delays are: by month, and open at the last count."""

import math

import numpy as np

from sim.studies.calibration.censored import CensoredDelays, Delays
from sim.studies.calibration.laws import FAMILIES

TRUE = {"median": 110.0, "within": 0.7, "between": 0.8, "comes": 0.92}


def simulated(seed, law, missions=15, bodies=8, hard=1.0):
    """Delays of 15 missions, and their features: every fourth is hard, `hard` times as slow."""
    generator = np.random.default_rng(seed)
    rows, features = [], {}
    for number in range(missions):
        name = f"m{number}"
        features[name] = {"hard": float(number % 4 == 0)}
        level = math.exp(TRUE["between"] * generator.normal()) * (hard if number % 4 == 0 else 1.0)
        until = generator.uniform(300, 900)
        for _ in range(bodies):
            delay = (
                TRUE["median"] * level * float(FAMILIES[law].quantile(generator.uniform(), TRUE["within"]))
            )
            if generator.uniform() > TRUE["comes"] or delay > until:
                rows.append((name, CensoredDelays(until, math.inf)))
            else:
                month = 30.0 * (delay // 30.0)
                rows.append((name, CensoredDelays(month, month + 30.0)))
    return Delays.of(rows), features
