"""Stated numbers in words: of a few values of which one is drawn each is said, not what lies between."""

from __future__ import annotations

from sim.scenario.distributions import Drawn, OneOf
from sim.words.stated import chance_said, spread_said, troops_said

TWO = Drawn(OneOf((10.0, 2000.0), (1.0, 1.0)))
UNEVEN = Drawn(OneOf((0.2, 0.5), (3.0, 1.0)), times=("luck",))


def test_one_of_a_few_values_is_said_by_them():
    assert troops_said(TWO) == "10 or 2,000, each as likely"
    assert spread_said(TWO) == "10 or 2000, each as likely"
    assert chance_said(UNEVEN) == "20 % (75 % likely) or 50 % (25 % likely), times luck"


def test_of_many_values_the_spread_is_said():
    many = Drawn(OneOf(tuple(map(float, range(1, 6))), (1.0,) * 5))
    assert troops_said(many) == "about 3 (1 to 5 in eight of ten)"
