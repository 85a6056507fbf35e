"""Outcomes dealt to other missions: what is left of a forecast's skill must be nothing."""

import datetime as dt
import random
from dataclasses import replace

from sim.missions.build_up import Strength
from sim.missions.reading import Missions


def shuffled(missions, seed):
    """Return the missions with the courses (as shares of the ceiling) of others, pledges' outcomes untouched."""
    others = list(missions.build_ups)
    random.Random(seed).shuffle(others)
    return Missions(
        tuple(_with_course_of(each, other) for each, other in zip(missions.build_ups, others, strict=True)),
        missions.pledges,
    )


def _with_course_of(build_up, other):
    changed = other.ceiling_changed
    return replace(
        build_up,
        strengths=tuple(
            Strength(each.day, round(each.troops / other.ceiling * build_up.ceiling))
            for each in other.strengths
        ),
        ceiling_changed=None if changed is None else build_up.day_0 + (changed - other.day_0),
        plan=(),
    )


def day(build_up, after):
    return build_up.day_0 + dt.timedelta(days=after)
