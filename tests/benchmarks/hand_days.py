"""The same script with daily polling: every process wakes once a day and looks whether its condition holds.

This is how such models are most often written. What happens between two days is seen on the next one, so its results
are a day late here and there.
"""

from __future__ import annotations

from math import ceil, exp, log, log1p

from tests.benchmarks import hand_numbers as n
from tests.benchmarks.hand_events import Model


class DailyModel(Model):
    """One replication, a day at a time."""

    def __init__(self, seed, numbers=n.UNITS):
        super().__init__(seed, numbers)
        self.env.process(self.every_day())

    def every_day(self):
        """Let the allocator look and book who waits for what."""
        while True:
            yield self.env.timeout(1)
            self.allocate()
            for body in self.bodies:
                self.book(body)

    def until(self, condition, *names):
        return self.env.process(self.poll(condition))

    def poll(self, condition):
        while not condition():
            yield self.env.timeout(1)

    def first(self, delay, condition, *names):
        due = self.env.now + delay
        while self.env.now < due:
            if condition():
                return False
            yield self.env.timeout(1)
        return True

    def changed(self, *names):
        """Nobody is told: everybody looks tomorrow."""

    def later(self, delay, *names):
        """Time is looked at every day anyway."""

    def lasting(self, law, rate, names, age=0.0, ends=lambda: False):
        left = self.random.expovariate(1.0)
        while not ends():
            left -= rate() * (self.hazard(law, age + 1) - self.hazard(law, age))
            age += 1
            yield self.env.timeout(1)
            if left <= 0:
                return True
        return False

    def violating(self):
        while True:
            yield self.env.timeout(1)
            rate = n.CLUSTERS_A_DAY * (1.0 if self.is_on["ceasefire"] else 8.0)
            if self.is_on["phase_two"]:
                rate *= 0.5
            elif self.level("deployed", "hamas_held") > 0:
                rate *= 1.5
            limit, product = exp(-rate), self.random.random()
            while product > limit:  # a Poisson number of clusters
                size = ceil(log1p(-self.random.random()) / log(1 - 1 / n.CLUSTER_SIZE)) or 1
                self.violations.extend([self.env.now] * size)
                self.facts_log.append((self.env.now, "violations", float(len(self.violations))))
                product *= self.random.random()
            self.few, self.many = self.few_violations(), self.counted(self.violations, 14) >= 25

    def progress(self, law, steps, speed, names, done, slips=None):
        length, taken, worked, slipped = self.delay(law) / steps, 0, 0.0, False
        while True:
            yield self.env.timeout(1)
            slipping = slips is not None and slips()
            if slipping and not slipped:
                taken, worked = max(0, taken - 2), 0.0
                done(taken / steps)
            slipped = slipping
            if taken < steps:
                worked += speed()
                if worked >= length:
                    taken, worked = taken + 1, 0.0
                    done(taken / steps)

    def dying(self, body):
        owner = body.unit.owner
        while True:
            yield self.env.timeout(1)
            risk = n.DEATHS_A_DAY * body.count["deployed"] * (1.0 if self.is_on["ceasefire"] else 10.0)
            if (
                body.unit.sector == "hamas_held"
                and body.unit.role == "infantry"
                and not self.is_on["phase_two"]
            ):
                risk *= 3.3
            if risk > 0 and self.random.random() < 1 - exp(-risk):
                self.deaths[owner].append(self.env.now)
                self.facts_log.append((self.env.now, f"deaths {owner}", float(len(self.deaths[owner]))))
