"""The numbers of `scenarios/isf-2025-11-19.yaml` as a programmer would write them into a script; times in days.

Both rivals read these: `hand_events.py`, event-driven SimPy, and `hand_days.py`, which polls every day.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from math import log
from random import Random
from statistics import NormalDist

START = dt.date(2025, 11, 17)
END = (dt.date(2027, 12, 31) - START).days + 1
AS_OF = 2
NEVER = float("inf")
Z90 = NormalDist().inv_cdf(0.9)


def day(year, month, date):
    """Days since start."""
    return (dt.date(year, month, date) - START).days


def lognormal(median, p90):
    """(mu, sigma) of a lognormal delay."""
    return log(median), log(p90 / median) / Z90


def pert(random: Random, low, mode, high):
    """A PERT variate, or the number itself."""
    if low == high:
        return low
    alpha = 1 + 4 * (mode - low) / (high - low)
    return low + (high - low) * random.betavariate(alpha, 6 - alpha)


@dataclass(frozen=True)
class Unit:
    """A contingent."""

    owner: str
    name: str
    troops: tuple
    role: str
    sector: str
    rule: str
    lane: str | None = None
    priority: tuple = (0, 0)
    prepares: tuple = lognormal(46.5, 287)
    tour: tuple | None = None
    force: str = "military"
    consents: tuple = ("israel",)


SIX_MONTHS_TO_A_YEAR = ((180, 270, 365), 0.95, lognormal(60, 120))
UNITS = (
    Unit("azerbaijan", "battalion", (300, 800, 1500), "infantry", "israel_held", "azerbaijan", "air",
         tour=((180, 180, 180), 0.9, lognormal(60, 120)), consents=("israel azerbaijan",)),
    Unit("egypt", "border_guards", (500, 1000, 2000), "infantry", "border", "border_guards", "road",
         consents=("israel egypt",)),
    Unit("egypt", "trainers", (20, 50, 200), "police_trainers", "outside", "ceasefire", force="training",
         prepares=lognormal(14, 45), consents=("israel egypt",)),
    Unit("european_union", "police_mission", (20, 40, 100), "police_trainers", "outside", "always",
         force="training", consents=()),
    Unit("indonesia", "engineers", (500, 1000, 8000), "engineers", "israel_held", "mandate_and_calm", "sea",
         tour=SIX_MONTHS_TO_A_YEAR, consents=("israel indonesia", "arab indonesia")),
    Unit("indonesia", "infantry", (0, 1000, 9000), "infantry", "hamas_held", "patrol", "sea", priority=(0, 1),
         consents=("israel indonesia", "arab indonesia")),
    Unit("indonesia", "medical", (100, 300, 3000), "medical", "israel_held", "mandate_and_calm", "air",
         consents=("israel indonesia", "arab indonesia")),
    Unit("italy", "carabinieri", (20, 100, 200), "police_trainers", "outside", "italy", force="training",
         consents=()),
    Unit("jordan", "trainers", (20, 40, 150), "police_trainers", "outside", "ceasefire", force="training",
         prepares=lognormal(60, 150), consents=()),
    Unit("malaysia", "battalion", (400, 700, 900), "infantry", "israel_held", "mandate_and_calm", "air",
         priority=(1, 0), tour=((365, 365, 365), 1.0, None), consents=("israel malaysia",)),
    Unit("turkey", "brigade", (2000, 2000, 2000), "infantry", "hamas_held", "mandate", "sea",
         prepares=lognormal(30, 90), consents=("israel turkey",)),
    Unit("united_arab_emirates", "battalion", (200, 500, 1200), "infantry", "israel_held", "emirates", "air",
         priority=(1, 0), consents=("israel united_arab_emirates",)),
)  # fmt: skip
APPROVALS = {
    "indonesia": ("president", lognormal(14, 45), 0.95),
    "azerbaijan": ("parliament", lognormal(30, 90), 0.9),
    "united_arab_emirates": ("president", lognormal(30, 90), 0.2),
    "european_union": ("foreign_ministers", lognormal(45, 150), 0.7),
}
CONSENTS = {  # probability, delay, asked when the mandate is clear
    "israel azerbaijan": (0.97, lognormal(7, 21), False),
    "israel egypt": (0.97, lognormal(7, 21), False),
    "israel indonesia": (0.9, lognormal(14, 45), True),
    "arab indonesia": (0.9, lognormal(21, 60), True),
    "israel united_arab_emirates": (0.9, lognormal(14, 45), True),
    "israel malaysia": (0.67, lognormal(28, 90), True),
    "israel turkey": (0.05, lognormal(30, 90), False),
}
TURKEY_RECONSIDERS = lognormal(365, 730)
DELIVERS = ((0.36, 0.50, 0.67, 0.78, 0.84, 0.96, 1.0), (1, 2, 3, 2, 3, 3, 14))
NEVER_ARRIVES = 0.125
TEMPO = lognormal(1.0, 1.83)
NOTICE, EXIT, RETURNS = lognormal(4, 18), lognormal(31, 112), lognormal(120, 300)
LANES = {"air": (2, 200, (1, 1, 1)), "sea": (1, 1000, (3, 14, 21)), "road": (4, 40, (1, 1, 1))}
RECEPTION = 120
BEDS = ((0, 1000), (day(2026, 4, 1), 2500), (day(2026, 7, 1), 5000), (day(2027, 1, 1), 10000))
PAST_VIOLATIONS = tuple(sorted(day(*date) for date in (
    (2025, 10, 13), (2025, 10, 20), (2025, 10, 27), (2025, 11, 3), (2025, 11, 10), (2025, 11, 16)
) for _ in range(4)))  # fmt: skip
CLUSTERS_A_DAY, CLUSTER_SIZE = 25 / 40 / 3, 3
STAYS = {
    "ceasefire": (lognormal(300, 900), lognormal(21, 90)),
    "military": (lognormal(180, 500), lognormal(90, 365)),
}
CEASEFIRE_SINCE = day(2025, 10, 10)
MILESTONES = {  # probability (PERT), delay
    "hostages": ((0.9, 0.9, 0.9), lognormal(45, 150)),
    "mandate": ((0.75, 0.75, 0.75), lognormal(90, 240)),
    "committee": ((0.85, 0.85, 0.85), lognormal(75, 240)),
    "phase_two": ((0.02, 0.1, 0.3), lognormal(30, 90)),
    "hard_way": ((0.1, 0.4, 0.8), lognormal(180, 450)),
    "skipped": ((0.1, 0.3, 0.6), lognormal(60, 180)),
    "accepts": ((0.1, 0.1, 0.1), lognormal(60, 180)),
}
PHASE_TWO_RECONSIDERS = lognormal(90, 240)
DISARMING, LEAVING = lognormal(300, 700), lognormal(365, 730)
CAMPAIGN = (day(2026, 7, 27), day(2026, 11, 15))
DEATHS_A_DAY = 1 / 1000 / 365.25
RECRUITS, VETTED, COURSE, TRAINEES = (3000, 5000, 13000), (0.5, 0.8, 0.95), 60, 10
