"""The ISF scenario written by hand as event-driven SimPy: the rival that the simulator's cost is measured against.

A careful script of somebody who knows SimPy: a process each for facts, consents, contingents, contributors, serials;
whoever waits for a condition names what it depends on and is looked at only when that changes; moves, facts and
what troops wait for are logged as in the simulator. Left out is what makes the simulator a simulator: rounds within an
instant, random numbers by name, conditioning delays on `as_of` (two days), statements, rules that anybody can change.
"""

from __future__ import annotations

from bisect import bisect_right
from math import ceil, erfc, exp, floor, log, log1p, sqrt
from random import Random
from statistics import NormalDist

import simpy

from tests.benchmarks import hand_numbers as n

NORMAL = NormalDist()
COMMITTED = ("preparing", "ready", "moving", "deployed")


class Body:
    """A contingent's troops by stage."""

    def __init__(self, unit, troops):
        self.unit = unit
        self.key = (unit.owner, unit.name)
        self.count = dict.fromkeys(
            ("pledged", "deciding", "preparing", "ready", "moving", "deployed", "withdrawing", "gone",
             "refused", "undelivered"), 0,
        )  # fmt: skip
        self.pledge = troops
        self.ready_since = 0.0
        self.relief = self.reliefs_moving = self.in_gap = 0
        self.delivered = False
        self.booked = {}


class Model:
    """One replication."""

    def __init__(self, seed, numbers=n.UNITS):
        self.env = simpy.Environment()
        self.random = Random(seed)
        self.moves, self.facts_log, self.waits = [], [], []
        self.is_on = dict.fromkeys(n.MILESTONES, False) | {
            "ceasefire": True,
            "military": True,
            "campaign": False,
        }
        self.since = {"ceasefire": n.CEASEFIRE_SINCE, "military": 0.0}
        self.disarmed = self.left = 0.0
        self.consent = dict.fromkeys(n.CONSENTS, False)
        self.violations = list(n.PAST_VIOLATIONS)
        self.deaths = {unit.owner: [] for unit in numbers}
        self.leaving = dict.fromkeys((unit.owner for unit in numbers), False)
        self.withdrawn = dict.fromkeys(self.leaving, 0)
        self.watchers = {}
        self.there = {}
        self.few, self.many = self.few_violations(), False
        self.slots = {lane: slots for lane, (slots, _, _) in n.LANES.items()}
        self.beds = self.held_beds = 0
        self.server_free = 0.0
        self.ever_open = set()
        self.bodies = [Body(unit, floor(n.pert(self.random, *unit.troops) + 0.5)) for unit in numbers]
        self.tempo = self.delay(n.TEMPO)
        self.by_name = {}
        for body in self.bodies:
            for name in self.depends(body):
                self.by_name.setdefault(name, []).append(body)
        env = self.env
        for process in (self.switch("ceasefire"), self.switch("military"), self.violating(), self.disarming(),
                        self.retreating(), self.campaign(), self.growing(), self.policing(), self.phase_two(),
                        self.undoing()):  # fmt: skip
            env.process(process)
        for name in ("hostages", "mandate", "committee", "hard_way", "skipped", "accepts"):
            env.process(self.milestone(name))
        for name in n.CONSENTS:
            env.process(self.asking(name))
        for body in self.bodies:
            env.process(self.life(body))
            env.process(self.dying(body))
            if body.unit.tour:
                env.process(self.touring(body))
        for owner in ("indonesia", "azerbaijan", "malaysia"):
            env.process(self.withdrawing(owner))

    def run(self):
        """Play to the end."""
        self.env.run(until=n.END)
        return self

    # ---- waiting and changing

    def until(self, condition, *names):
        """An event that fires when the condition is true; looked at when one of the names changes."""
        event = self.env.event()
        if condition():
            return event.succeed()
        watch = [condition, event]
        for name in names:
            self.watchers.setdefault(name, []).append(watch)
        return event

    def first(self, delay, condition, *names):
        """Wait for a delay or for a condition; True if the delay was over first."""
        event = self.env.event()
        if condition():
            return False
        watch = [condition, event]
        for name in names:
            self.watchers.setdefault(name, []).append(watch)
        due = self.env.timeout(delay)
        yield due | event
        watch[0] = None  # nobody waits for it any more
        return due.processed

    def changed(self, *names):
        """Wake whom these names concern, let the allocator look, book who waits for what."""
        for name in names:
            waiting = self.watchers.get(name)
            if waiting:
                self.watchers[name] = still = []
                for watch in waiting:
                    condition = watch[0]
                    if condition is None:
                        continue
                    if condition():
                        watch[0] = None
                        watch[1].succeed()
                    else:
                        still.append(watch)
        self.allocate()
        for name in names:
            for body in self.by_name.get(name, ()):
                self.book(body)

    def later(self, delay, *names):
        """Look again after a delay, since time alone changes a rule then."""
        self.env.timeout(delay).callbacks.append(lambda _: self.changed(*names))

    def delay(self, law):
        return self.random.lognormvariate(*law)

    def hazard(self, law, age):
        if age <= 0:
            return 0.0
        survival = 0.5 * erfc((log(age) - law[0]) / law[1] / sqrt(2))
        return -log(survival) if survival > 0 else n.NEVER

    def at_hazard(self, law, hazard):
        survival = exp(-hazard)
        if survival <= 0:
            return n.NEVER
        z = (
            -NORMAL.inv_cdf(survival)
            if survival < 0.5
            else NORMAL.inv_cdf(-log1p(survival - 2) if survival < 0 else 1 - survival)
        )
        return exp(law[0] + law[1] * z)

    def lasting(self, law, rate, names, age=0.0, ends=lambda: False):
        """Wait for a delay whose hazard is multiplied by `rate()`; True if it ran out, False if `ends()` came first."""
        left = self.random.expovariate(1.0)
        while not ends():
            now, factor = self.env.now, rate()
            due = n.NEVER
            if factor > 0:
                due = self.at_hazard(law, self.hazard(law, age) + left / factor) - age
            if due < n.NEVER:
                if not names:
                    yield self.env.timeout(max(0.0, due))
                    return True
                broken = lambda factor=factor: rate() != factor or ends()  # noqa: E731
                if (yield from self.first(max(0.0, due), broken, *names)):
                    return True
            else:
                yield self.until(lambda factor=factor: rate() != factor or ends(), *names)
            passed = self.env.now - now
            left -= factor * (self.hazard(law, age + passed) - self.hazard(law, age))
            age += passed
        return False

    # ---- rules

    def held(self, name, days):
        return self.is_on[name] and self.env.now - self.since[name] >= days - 1e-9

    def not_held(self, name, days):
        return not self.is_on[name] and self.env.now - self.since[name] >= days - 1e-9

    def counted(self, times, days):
        return len(times) - bisect_right(times, self.env.now - days + 1e-9)

    def few_violations(self):
        return self.counted(self.violations, 30) <= 20

    def level(self, *kind):
        """How many are deployed, or committed, of an owner, sector, role or force."""
        return self.there.get(kind, 0)

    def count_there(self, unit, source, target, amount):
        for measure, stages in (("deployed", ("deployed",)), ("committed", COMMITTED)):
            change = amount * ((target in stages) - (source in stages))
            if change:
                for kind in (unit.owner, unit.sector, unit.role, unit.force, (unit.owner, unit.role)):
                    self.there[measure, kind] = self.there.get((measure, kind), 0) + change

    def atoms(self, body):
        """(text, truth) of everything that the unit's rule and consents ask."""
        on, unit = self.is_on, body.unit
        consents = [(f"consent {name}", self.consent[name]) for name in unit.consents]
        calm = [("ceasefire for 30 days", self.held("ceasefire", 30)), ("violations", self.few)]
        match unit.rule:
            case "mandate":
                return [("mandate", on["mandate"]), *consents]
            case "mandate_and_calm":
                return [("mandate", on["mandate"]), *calm, *consents]
            case "patrol":
                landed = self.level("deployed", "indonesia") >= 500
                return [("mandate", on["mandate"]), *calm, ("disarmed", self.disarmed >= 0.5),
                        ("indonesia for 30 days", landed and self.landed_for(30)), *consents]  # fmt: skip
            case "azerbaijan":
                return [("no military action", self.not_held("military", 30)), *calm, *consents]
            case "ceasefire":
                return [("ceasefire", on["ceasefire"]), *consents]
            case "border_guards":
                return [("mandate", on["mandate"]), ("phase_two", on["phase_two"]), *calm, *consents]
            case "italy":
                return [("ceasefire for 90 days", self.held("ceasefire", 90)),
                        ("no military action", self.not_held("military", 30))]  # fmt: skip
            case "emirates":
                followed = [
                    ("indonesia", self.level("deployed", "indonesia") >= 500),
                    ("egypt", self.level("committed", ("egypt", "infantry")) > 0),
                    ("azerbaijan", self.level("committed", "azerbaijan") > 0),
                    ("phase_two", on["phase_two"]),
                ]
                enough = sum(truth for _, truth in followed) >= 2
                return [("mandate", on["mandate"]), *([] if enough else followed), *consents]
            case _:
                return []

    def landed_for(self, days):
        return self.env.now - self.since.get("indonesia landed", n.NEVER) >= days - 1e-9

    def depends(self, body):
        names = {
            "mandate": ("mandate",),
            "mandate_and_calm": ("mandate", "ceasefire", "violations"),
            "patrol": ("mandate", "ceasefire", "violations", "disarmed", "force indonesia"),
            "azerbaijan": ("military", "ceasefire", "violations"),
            "ceasefire": ("ceasefire",),
            "border_guards": ("mandate", "phase_two", "ceasefire", "violations"),
            "italy": ("ceasefire", "military"),
            "emirates": ("mandate", "phase_two", "force indonesia", "force egypt", "force azerbaijan"),
        }.get(body.unit.rule, ())
        return (*names, *(f"consent {name}" for name in body.unit.consents), f"leaving {body.unit.owner}")

    def permitted(self, body):
        return not self.leaving[body.unit.owner] and all(truth for _, truth in self.atoms(body))

    def withdraws(self, owner):
        if owner == "indonesia":
            return self.counted(self.deaths[owner], 30) >= 10 or self.not_held("ceasefire", 30)
        if owner == "azerbaijan":
            return self.held("military", 14)
        return self.counted(self.deaths[owner], 30) >= 5 or (
            self.withdrawn["indonesia"] > 0 and self.not_held("ceasefire", 14)
        )

    def sector_open(self, sector):
        if sector == "border":
            if self.is_on["mandate"]:
                self.ever_open.add(sector)
            return sector in self.ever_open
        if sector == "hamas_held":
            if self.disarmed >= 0.1:
                self.ever_open.add(sector)
            return sector in self.ever_open and not self.not_held("ceasefire", 3)
        return True

    # ---- facts

    def assign(self, name, value):
        if self.is_on[name] == value:
            return
        self.is_on[name] = value
        self.since[name] = self.env.now
        if name != "campaign":
            self.facts_log.append((self.env.now, name, float(value)))
        if name == "ceasefire":
            for days in (3, 14, 30, 90):
                self.later(days, name)
        elif name == "military":
            for days in (14, 30):
                self.later(days, name)
        self.changed(name)

    def switch(self, name):
        on, off = n.STAYS[name]
        age = self.env.now - self.since[name] if name == "ceasefire" else 0.0
        if name == "ceasefire":
            names = ("hard_way", "phase_two", "disarmed", "violations", "hostages")
            forced = lambda: self.is_on["hard_way"] and not self.is_on["phase_two"] and self.disarmed < 1  # noqa: E731
            forced_value = False
        else:
            names = ("ceasefire", "phase_two", "hostages", "withdrawal")
            forced = lambda: not self.is_on["ceasefire"]  # noqa: E731
            forced_value = True
        self.later(n.day(2026, 2, 1), "hostages")
        while True:
            if forced():
                self.assign(name, forced_value)
                yield self.until(lambda: not forced(), *names)
            value = self.is_on[name]
            rate = self.rate_of(name, value)
            if (yield from self.lasting(on if value else off, rate, names, age, forced)):
                self.assign(name, not value)
            age = 0.0

    def rate_of(self, name, value):
        if name == "ceasefire":
            if not value:
                return lambda: 1.0
            late = n.day(2026, 2, 1)
            return lambda: (
                (3.0 if self.many else 1.0)
                * (1.5 if not self.is_on["hostages"] and self.env.now >= late else 1.0)
            )
        if value:
            return lambda: (
                (2.0 if self.is_on["phase_two"] else 1.0)
                * (1.5 if self.is_on["hostages"] else 1.0)
                * (2.0 if self.left >= 0.5 else 1.0)
            )
        return lambda: (0.5 if self.is_on["phase_two"] else 1.0) * (0.5 if self.left >= 0.5 else 1.0)

    def milestone(self, name):
        probability, law = n.MILESTONES[name]
        if name == "hard_way":
            self.later(n.day(2026, 3, 1), "phase_two")
            yield self.until(
                lambda: not self.is_on["phase_two"] and self.env.now >= n.day(2026, 3, 1) - 1e-9, "phase_two"
            )
        elif name == "skipped":
            self.later(n.day(2026, 2, 15), "phase_two")
            yield self.until(
                lambda: (
                    not self.is_on["phase_two"]
                    and self.env.now >= n.day(2026, 2, 15) - 1e-9
                    and self.level("committed", "military") < 5000
                ),
                "phase_two", "force indonesia", "force egypt", "force azerbaijan", "force turkey",
            )  # fmt: skip
        elif name == "accepts":
            yield self.until(lambda: self.is_on["skipped"], "skipped")
        if self.random.random() >= n.pert(self.random, *probability):
            return
        rate = (lambda: 1.5 if self.is_on["hostages"] else 1.0) if name == "committee" else (lambda: 1.0)
        yield from self.lasting(law, rate, ("hostages",) if name == "committee" else ())
        if not (name == "hard_way" and self.is_on["phase_two"]):
            self.assign(name, True)

    def undoing(self):
        while True:
            yield self.until(
                lambda: self.is_on["hard_way"] and self.is_on["phase_two"], "hard_way", "phase_two"
            )
            self.assign("hard_way", False)

    def phase_two(self):
        probability = n.pert(self.random, *n.MILESTONES["phase_two"][0])
        while not self.is_on["phase_two"]:
            yield self.env.timeout(self.delay(n.PHASE_TWO_RECONSIDERS))
            yes = self.random.random() < probability
            yield self.env.timeout(self.delay(n.MILESTONES["phase_two"][1]))
            if yes:
                self.assign("phase_two", True)

    def campaign(self):
        yield self.env.timeout(n.CAMPAIGN[0])
        self.assign("campaign", True)
        yield self.env.timeout(n.CAMPAIGN[1] - n.CAMPAIGN[0])
        self.assign("campaign", False)

    def violating(self):
        def factor():
            product = 1.0 if self.is_on["ceasefire"] else 8.0
            if self.is_on["phase_two"]:
                product *= 0.5
            elif self.level("deployed", "hamas_held") > 0:
                product *= 1.5
            return product

        names = ("ceasefire", "phase_two", "hamas_held")
        while True:
            rate = factor()
            due = self.random.expovariate(n.CLUSTERS_A_DAY * rate)
            if not (yield from self.first(due, lambda rate=rate: factor() != rate, *names)):
                continue  # it has no memory: draw again at the new rate
            size = ceil(log1p(-self.random.random()) / log(1 - 1 / n.CLUSTER_SIZE)) or 1
            now = self.env.now
            self.violations.extend([now] * size)
            self.facts_log.append((now, "violations", float(len(self.violations))))
            self.recount()
            if not self.few:
                self.env.timeout(self.violations[-21] + 30 - now).callbacks.append(self.recount)
            if self.many:
                self.env.timeout(self.violations[-25] + 14 - now).callbacks.append(self.recount)

    def recount(self, _=None):
        """Tell others when one of the two counts that rules read has crossed its threshold."""
        counts = self.few_violations(), self.counted(self.violations, 14) >= 25
        if counts != (self.few, self.many):
            self.few, self.many = counts
            self.changed("violations")

    def progress(self, law, steps, speed, names, done, slips=None):
        """Climb in steps while `speed()` is above 0; `done(steps)` says how far."""
        length, taken, worked = self.delay(law) / steps, 0, 0.0
        slipped = False
        while True:
            if slips is not None:
                slipping = slips()
                if slipping and not slipped:
                    taken, worked = max(0, taken - 2), 0.0
                    done(taken / steps)
                slipped = slipping
            rate, now = (speed() if taken < steps else 0.0), self.env.now
            broken = lambda rate=rate, taken=taken, slipped=slipped: (  # noqa: E731
                (speed() if taken < steps else 0.0) != rate or (slips is not None and slips() != slipped)
            )
            if rate > 0:
                if (yield from self.first(max(0.0, (length - worked) / rate), broken, *names)):
                    taken, worked = taken + 1, 0.0
                    done(taken / steps)
                    continue
            else:
                yield self.until(broken, *names)
            worked += rate * (self.env.now - now)

    def disarming(self):
        def speed():
            if not ((self.is_on["phase_two"] and self.is_on["ceasefire"]) or self.is_on["hard_way"]):
                return 0.0
            return 0.5 if self.is_on["hard_way"] and not self.is_on["phase_two"] else 1.0

        def done(share):
            self.disarmed = share
            self.facts_log.append((self.env.now, "disarmed", share))
            self.changed("disarmed")

        slips = lambda: self.not_held("ceasefire", 14) and not self.is_on["hard_way"]  # noqa: E731
        yield from self.progress(n.DISARMING, 20, speed, ("phase_two", "ceasefire", "hard_way"), done, slips)

    def retreating(self):
        def speed():
            return float(
                self.disarmed >= 0.25
                and not self.is_on["military"]
                and self.level("deployed", "military") >= 3000
            )

        def done(share):
            self.left = share
            self.facts_log.append((self.env.now, "withdrawal", share))
            self.changed("withdrawal")

        yield from self.progress(n.LEAVING, 4, speed, ("disarmed", "military", "deployed"), done)

    def asking(self, name):
        probability, law, at_mandate = n.CONSENTS[name]
        if name == "israel turkey":
            yield self.env.timeout(self.delay(n.TURKEY_RECONSIDERS))
        if at_mandate:
            yield self.until(lambda: self.is_on["mandate"], "mandate")
        while True:
            yes = self.random.random() < probability
            if not yes and name != "israel turkey":
                return

            def rate():
                slow = (
                    0.2
                    if name == "israel turkey"
                    else 0.5
                    if name.startswith("israel ") and at_mandate
                    else 1.0
                )
                if name == "israel malaysia":
                    return 2.0 if self.consent["israel indonesia"] else 1.0
                return slow if self.is_on["campaign"] else 1.0

            yield from self.lasting(law, rate, ("campaign", "consent israel indonesia"))
            if yes and not (name == "israel malaysia" and self.is_on["hard_way"]):
                break
            if name != "israel turkey":
                return
            yield self.env.timeout(self.delay(n.TURKEY_RECONSIDERS))
        self.consent[name] = True
        self.facts_log.append((self.env.now, f"consent {name}", 1.0))
        self.changed(f"consent {name}")
        if name == "israel malaysia":
            yield self.until(lambda: self.is_on["hard_way"], "hard_way")
            self.consent[name] = False
            self.facts_log.append((self.env.now, f"consent {name}", 0.0))
            self.changed(f"consent {name}")

    # ---- contingents

    def move(self, body, source, target, amount, cause):
        if amount <= 0:
            return
        count = body.count
        if source:
            count[source] -= amount
        count[target] += amount
        self.count_there(body.unit, source, target, amount)
        if target == "ready":
            body.ready_since = self.env.now
        inside = ("moving", "deployed", "withdrawing")
        if body.unit.sector != "outside":
            self.held_change((target in inside) - (source in inside), amount)
        self.moves.append((self.env.now, *body.key, source, target, amount, cause))
        names = [f"force {body.unit.owner}", f"own {body.key}"]
        if "deployed" in (source, target):
            names += ["deployed", body.unit.sector]
            if body.unit.owner == "indonesia":
                self.note_landed()
        self.changed(*names)
        self.book(body)

    def held_change(self, sign, amount):
        self.held_beds += sign * amount

    def note_landed(self):
        landed = self.level("deployed", "indonesia") >= 500
        if landed and "indonesia landed" not in self.since:
            self.since["indonesia landed"] = self.env.now
            self.later(30, "force indonesia")
        elif not landed:
            self.since.pop("indonesia landed", None)

    def life(self, body):
        unit, env = body.unit, self.env
        names = self.depends(body)
        self.move(body, "", "pledged", body.pledge, "pledge")
        yield env.timeout(n.AS_OF)
        while True:
            yield self.until(
                lambda: body.count["pledged"] > 0 and self.permitted(body), f"own {body.key}", *names
            )
            self.move(body, "pledged", "deciding", body.count["pledged"], "rule and consents hold")
            if unit.owner in n.APPROVALS:
                step, takes, probability = n.APPROVALS[unit.owner]
                if not (yield from self.first(self.delay(takes), lambda: not self.permitted(body), *names)):
                    self.move(body, "deciding", "pledged", body.count["deciding"], "rule no longer holds")
                    continue
                if self.random.random() >= probability:
                    self.move(body, "deciding", "refused", body.count["deciding"], f"{step} refused")
                    return
            amount = body.count["deciding"]
            lost = 0 if body.delivered else amount - self.deliverable(amount)
            body.delivered = True
            self.move(body, "deciding", "undelivered", lost, "never delivered")
            self.move(body, "deciding", "preparing", amount - lost, "approved")
            if amount > lost:
                takes, owner = self.delay(unit.prepares) * self.tempo, unit.owner
                leaves = lambda owner=owner: self.leaving[owner]  # noqa: E731
                if (yield from self.first(takes, leaves, f"leaving {owner}")):
                    self.move(body, "preparing", "ready", body.count["preparing"] - body.in_gap, "prepared")
                else:
                    self.move(
                        body, "preparing", "pledged", body.count["preparing"] - body.in_gap, "withdraws"
                    )
                    yield self.until(lambda owner=owner: not self.leaving[owner], f"leaving {owner}")

    def deliverable(self, amount):
        if self.random.random() < n.NEVER_ARRIVES:
            return 0
        (share,) = self.random.choices(*n.DELIVERS)
        return min(amount, floor(share * amount + 0.5))

    def allocate(self):
        """Grant serials to who is ready, in turn."""
        waiting = [body for body in self.bodies if body.count["ready"] > 0 or body.relief > 0]
        if not waiting:
            return
        waiting.sort(key=lambda body: (body.unit.priority, body.ready_since, body.key))
        for body in waiting:
            if not self.permitted(body) or not self.sector_open(body.unit.sector):
                continue
            lane = body.unit.lane
            if lane == "road" and not self.is_on["ceasefire"]:
                continue
            while body.count["ready"] or body.relief:
                if lane is not None and self.slots[lane] <= 0:
                    break
                load = n.LANES[lane][1] if lane is not None else 10**9
                if body.relief:
                    size = min(body.relief, load)
                    body.relief -= size
                    body.reliefs_moving += size
                else:
                    ready = body.count["ready"]
                    size = min(ready, load)
                    if body.unit.sector != "outside":
                        free = self.beds - self.held_beds
                        if free < min(50, ready):
                            break
                        size = min(size, free)
                if lane is not None:
                    self.slots[lane] -= 1
                relief = body.reliefs_moving > 0 and not body.count["ready"]
                if not relief:
                    self.embark(body, size)
                self.env.process(self.serial(body, size, relief))

    def embark(self, body, size):
        body.count["ready"] -= size
        body.count["moving"] += size
        self.count_there(body.unit, "ready", "moving", size)
        if body.unit.sector != "outside":
            self.held_change(1, size)
        self.moves.append((self.env.now, *body.key, "ready", "moving", size, "embarks"))
        self.book(body)

    def serial(self, body, size, relief):
        lane = body.unit.lane
        yield self.env.timeout(n.pert(self.random, *n.LANES[lane][2]) if lane else 0.0)
        if body.unit.sector != "outside":
            self.server_free = max(self.env.now, self.server_free) + size / n.RECEPTION
            yield self.env.timeout(self.server_free - self.env.now)
        if lane is not None:
            self.slots[lane] += 1
        if relief:
            body.reliefs_moving -= size
            self.moves.append((self.env.now, *body.key, "deployed", "deployed", size, "relief"))
            self.changed(f"own {body.key}")
        else:
            self.move(body, "moving", "deployed", size, "received")

    def touring(self, body):
        every, probability, gap = body.unit.tour
        own = f"own {body.key}"
        complete = lambda: (  # noqa: E731
            body.count["deployed"] > 0
            and not body.count["ready"] + body.count["moving"]
            and not self.leaving[body.unit.owner]
        )
        while True:
            yield self.until(complete, own, f"leaving {body.unit.owner}")
            size = body.count["deployed"]
            due, leaving = n.pert(self.random, *every), f"leaving {body.unit.owner}"
            other = lambda size=size: not complete() or body.count["deployed"] != size  # noqa: E731
            if not (yield from self.first(due, other, own, leaving)):
                continue
            if self.random.random() < probability:
                body.relief = size
                self.allocate()
                yield self.until(lambda: not body.relief and not body.reliefs_moving, own)
                continue
            if gap is None:
                self.move(body, "deployed", "gone", size, "relief failed")
                return
            body.in_gap = size
            self.move(body, "deployed", "preparing", size, "relief failed")
            over = yield from self.first(self.delay(gap), lambda: self.leaving[body.unit.owner], leaving)
            body.in_gap = 0
            target = "ready" if over else "pledged"
            self.move(body, "preparing", target, size, "gap over")

    def withdrawing(self, owner):
        own = [body for body in self.bodies if body.unit.owner == owner]
        names = ("ceasefire", "military", f"deaths {owner}", "withdrawn")
        while True:
            yield self.until(lambda: not self.withdraws(owner), *names)
            yield self.until(lambda: self.withdraws(owner), *names)
            self.leaving[owner] = True
            for body in own:
                body.relief = 0
                self.move(body, "ready", "pledged", body.count["ready"], "withdraws")
            self.changed(f"leaving {owner}")
            for body in own:
                self.move(body, "deciding", "pledged", body.count["deciding"], "withdraws")
            if any(body.count[stage] for body in own for stage in ("moving", "deployed")):
                yield self.env.timeout(self.delay(n.NOTICE))
                while any(
                    body.count["moving"] + body.count["deployed"] + body.count["withdrawing"] for body in own
                ):
                    for body in own:
                        if body.count["deployed"]:
                            self.env.process(self.going(body, body.count["deployed"]))
                    yield self.until(
                        lambda: (
                            any(body.count["deployed"] for body in own)
                            or not any(body.count["moving"] + body.count["withdrawing"] for body in own)
                        ),
                        *(f"own {body.key}" for body in own),
                    )
            else:
                yield self.until(lambda: not self.withdraws(owner), *names)
            self.leaving[owner] = False
            self.changed(f"leaving {owner}")

    def going(self, body, amount):
        self.move(body, "deployed", "withdrawing", amount, "withdraws")
        yield self.env.timeout(self.delay(n.EXIT))
        self.withdrawn[body.unit.owner] += amount
        self.move(body, "withdrawing", "gone", amount, "exit over")
        self.changed("withdrawn")
        if body.unit.owner == "azerbaijan":
            yield self.env.timeout(self.delay(n.RETURNS))
            self.move(body, "gone", "pledged", amount, "returns")

    def dying(self, body):
        owner = body.unit.owner

        def rate():
            risk = n.DEATHS_A_DAY * body.count["deployed"] * (1.0 if self.is_on["ceasefire"] else 10.0)
            risky = body.unit.sector == "hamas_held" and body.unit.role == "infantry"
            return risk * 3.3 if risky and not self.is_on["phase_two"] else risk

        names = (f"own {body.key}", "ceasefire", "phase_two")
        while True:
            now = rate()
            other = lambda now=now: rate() != now  # noqa: E731
            if now <= 0:
                yield self.until(other, *names)
            elif (yield from self.first(self.random.expovariate(now), other, *names)):
                self.deaths[owner].append(self.env.now)
                self.facts_log.append((self.env.now, f"deaths {owner}", float(len(self.deaths[owner]))))
                self.later(30, f"deaths {owner}")
                self.changed(f"deaths {owner}")

    def policing(self):
        recruits, in_course = self.random.choice(n.RECRUITS), 0
        vetted = n.pert(self.random, *n.VETTED)
        allowed = lambda: self.is_on["committee"] or self.held("ceasefire", 90)  # noqa: E731
        self.police = 0

        def course(size):
            nonlocal in_course
            yield self.env.timeout(n.COURSE)
            in_course -= size
            passed = floor(size * vetted + 0.5)
            self.police += passed
            self.moves.append((self.env.now, "police", "police", "preparing", "deployed", passed, "passed"))
            self.moves.append(
                (self.env.now, "police", "police", "preparing", "undelivered", size - passed, "failed")
            )
            self.changed("places")

        def free():
            return min(floor(self.level("deployed", "police_trainers") * n.TRAINEES) - in_course, recruits)

        while True:
            yield self.until(lambda: allowed() and free() > 0, "committee", "ceasefire", "deployed", "places")
            size = free()
            recruits -= size
            in_course += size
            self.moves.append(
                (self.env.now, "police", "police", "pledged", "preparing", size, "course begins")
            )
            self.env.process(course(size))

    def growing(self):
        for begins, beds in n.BEDS:
            if begins > self.env.now:
                yield self.env.timeout(begins - self.env.now)
            self.beds = max(self.beds, beds)
            self.changed("beds")
            if not begins:
                self.env.process(self.more_beds())

    def more_beds(self):
        yield self.until(
            lambda: self.disarmed >= 0.25 or (self.is_on["skipped"] and self.is_on["accepts"]),
            "disarmed", "skipped", "accepts",
        )  # fmt: skip
        self.beds = max(self.beds, 12000)
        self.changed("beds")
        yield self.until(lambda: self.disarmed >= 0.5 or self.left >= 0.5, "disarmed", "withdrawal")
        self.beds = 20000
        self.changed("beds")

    # ---- what troops wait for

    def book(self, body):
        """Log the causes that hold the troops of a body back, where they changed."""
        count, booked = body.count, {}
        if count["pledged"] or count["ready"]:
            false = [text for text, truth in self.atoms(body) if not truth]
            if not false and self.leaving[body.unit.owner]:
                false = ["withdrawn"]
            self.share(booked, false or ["preparation"], count["pledged"])
            self.share(booked, false or [self.lacks(body)], count["ready"])
        for stage, cause in (("deciding", "approval"), ("preparing", "preparation"), ("moving", "moving"),
                             ("withdrawing", "withdrawn"), ("gone", "withdrawn"), ("refused", "refused"),
                             ("undelivered", "undelivered")):  # fmt: skip
            if count[stage]:
                booked[cause] = booked.get(cause, 0) + count[stage]
        if booked != body.booked:
            for cause in booked.keys() | body.booked.keys():
                amount = booked.get(cause, 0)
                if amount != body.booked.get(cause, 0):
                    self.waits.append((self.env.now, *body.key, cause, amount))
            body.booked = booked

    def lacks(self, body):
        if not self.sector_open(body.unit.sector):
            return f"sector {body.unit.sector}"
        lane = body.unit.lane
        return f"lift {lane}" if lane is not None and self.slots[lane] <= 0 else "beds"

    @staticmethod
    def share(booked, causes, amount):
        if not amount:
            return
        each, over = divmod(amount, len(causes))
        for place, cause in enumerate(sorted(causes)):
            if each + (place < over):
                booked[cause] = booked.get(cause, 0) + each + (place < over)
