"""Evidence without a simulator: worlds in which each lever's gain is known, for the logic of the search."""

from __future__ import annotations

import numpy as np

from sim.scenario.levers import Lever
from sim.studies.packages.deck import Deck
from sim.studies.packages.evidence import PackageOutcome


def deck_of(**levers):
    """Return a deck: `deck_of(a={"effort": 2}, b={"excludes": ["a"]})`."""
    return Deck({name: Lever.model_validate({"set": {"x": 1}, **levers[name]}) for name in sorted(levers)})


class SyntheticEvidence:
    """A target is held where the base and the pulled levers' gains, in a world, come to at least 1.

    `gains` by lever; each world has a luck of its own, uniform on [0, 1).
    """

    def __init__(self, deck, gains, seed=0, most=100_000, adaptive=()):
        self.deck = deck
        self.gains = gains
        rng = np.random.default_rng(seed)
        self.luck = rng.random(most)
        self.weights = {name: rng.random(most) * 2 for name in sorted(gains)}
        self.pulled = {name: rng.random(most) < 0.5 for name in adaptive}
        self.asked = 0

    def gather(self, packages, worlds):
        self.asked = max(self.asked, worlds)

    def held(self, package, worlds):
        total = self.luck[:worlds].copy()
        for name in package:
            total += self.gains[name] * self.weights[name][:worlds]
        return total >= 1.0

    def efforts(self, name):
        return np.full(self.luck.size, self.deck.effort_law(name).quantile(0.5))

    def least_effort(self, package):
        return float(sum(self.efforts(name)[0] for name in package if name not in self.pulled))

    def outcome(self, package, worlds):
        effort = np.zeros(worlds)
        for name in package:
            spent = self.pulled[name][:worlds] if name in self.pulled else True
            effort += np.where(spent, self.efforts(name)[:worlds], 0.0)
        held = self.held(package, worlds)
        return PackageOutcome(
            np.ones(worlds, dtype=bool), held, effort, held.astype(np.int64), np.full(worlds, np.nan)
        )
