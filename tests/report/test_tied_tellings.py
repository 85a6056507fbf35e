"""What signposts, discover, whatif, why, flip and nearest say: each line against values made by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest

from sim.report.figures.waterfall import draw_waterfall
from sim.report.telling.discovery import discovery_lines
from sim.report.telling.flips import flip_lines
from sim.report.telling.nearest import nearest_lines
from sim.report.telling.signposts import signpost_lines
from sim.report.telling.unlocking import aim_words, unlocking_lines
from sim.report.telling.whatif import whatif_lines
from sim.report.telling.why import why_lines
from sim.results.happenings import Happening
from sim.results.selection import Selection
from sim.rules.parsing import parse
from sim.scenario.aims import Target
from sim.scenario.contributors import Contributor
from sim.scenario.scenario import Scenario
from sim.studies.discovery import Box, Condition, Discovery
from sim.studies.flips import Flip, Flips, Joint, MovedChance
from sim.studies.intervals import IntervalEstimate
from sim.studies.nearest import Nearest, Otherwise
from sim.studies.outcomes import Outcome
from sim.studies.signposts import Chance, Knowing, Signpost, SignpostReading, Signposts, Stakes
from sim.studies.sliders import Slider
from sim.studies.unlock import Unlocking, UnlockSet
from sim.studies.whatif import WeighedNumber, WhatIf
from sim.studies.why import WaterfallBar, Why
from tests.report.levers import scenario_with_levers

TITLE = "100 troops on 30 September 2026"
DAYS = [dt.date(2026, month, 28) for month in (2, 3, 4, 5)]


def outcome(holds=160, worlds=400, troops=100):
    so = np.arange(worlds) < holds
    return Outcome("t", TITLE, troops, dt.date(2026, 9, 30), np.arange(worlds), so)


def happening(subject, verb, column="first.x"):
    return Happening(column, "x", subject, verb, lambda first, end: np.zeros(1, dtype=np.int32)[first:end])


def reading(day, happened, not_yet, tells, variance, regret=0.0):
    return SignpostReading(day, Chance(*happened), Chance(*not_yet), tells, variance, regret)


def lines(found):
    return "\n".join(found).splitlines()


class TestSignposts:
    MANDATE = Signpost(
        happening("“Mandate”", "come"),
        (
            reading(DAYS[0], (10, 40), (150, 360), True, 0.01),
            reading(DAYS[1], (60, 100), (100, 300), True, 0.12, 0.031),
            reading(DAYS[2], (100, 200), (60, 200), True, 0.07),
        ),
    )
    TROOPS = Signpost(
        happening("troops of Beta", "arrived", "arrival.b"),
        (reading(DAYS[3], (9, 12), (151, 388), True, 0.05),),
    )
    IDLE = Signpost(happening("“Idle”", "begun"), (reading(DAYS[0], (80, 200), (80, 200), False, 0.001),))
    RARE = Signpost(
        happening("Israel", "consented to Beta"), (reading(DAYS[0], (4, 5), (156, 395), False, 0.02),)
    )

    def found(self, posts=(MANDATE, TROOPS, IDLE, RARE), holds=160):
        numbers = (
            Knowing("a.troops", "Troops of A", 0.2, Chance(10, 100), Chance(70, 100)),
            Knowing("nothing", "Nothing", 0.009, Chance(40, 100), Chance(41, 100)),
        )
        return Signposts(outcome(holds), Chance(holds, 400), posts, numbers, Stakes())

    def test_each_line(self):
        assert lines(signpost_lines(self.found())) == [
            "100 troops on 30 September 2026: 40 % (35–45)",
            "",
            "What to watch, the most telling first",
            "  If by 28 March 2026 “Mandate” has not come, the chance of 100 troops on 30 September 2026 is "
            "33 % (28–39) instead of 60 % (50–70).",
            "    It tells from 28 February 2026 on; known on 28 March 2026, it takes away 12 % of the uncertainty "
            "and 0.031 of the loss at stake.",
            "  If by 28 May 2026 troops of Beta have not arrived, the chance of 100 troops on 30 September 2026 is "
            "39 % (34–44) instead of 75 % (46–92) (from only 12 worlds of one kind).",
            "    It tells from 28 May 2026 on; known on 28 May 2026, it takes away 5 % of the uncertainty.",
            "",
            "What to find out",
            "  Troops of A – knowing it takes away 20 % of the uncertainty; 10 % (5–18) where it is lowest, "
            "70 % (60–79) where it is highest.",
            "",
            "What may be ignored",
            "  that “Idle” has begun",
            "",
            "Too few worlds to tell (under 30 of one kind on every day, or at the edge)",
            "  that Israel has consented to Beta",
        ]

    def test_the_rest_is_counted(self):
        told = lines(signpost_lines(self.found(), shown=1))
        assert told[5] == "  1 more tells less: --csv lists it." and told[3].startswith(
            "  If by 28 March 2026"
        )
        told = lines(signpost_lines(self.found((self.MANDATE, self.TROOPS, self.TROOPS)), shown=1))
        assert told[5] == "  2 more tell less: --csv lists them all."

    def test_where_nothing_can_tell(self):
        told = lines(signpost_lines(self.found(holds=0)))
        assert told == [
            "100 troops on 30 September 2026: none of 400 (under 1 %)",
            "It is so in none or in all of the worlds: nothing can tell more.",
        ]
        assert "  Nothing that can happen tells the worlds apart." in lines(
            signpost_lines(self.found((self.IDLE,)))
        )

    def test_the_table(self):
        table = self.found().table()
        row = table[(table["event"] == "first.x") & (table["day"] == "2026-03-28")].iloc[0]
        assert (row["happened"], row["not_yet"], row["share"]) == (0.6, 100 / 300, 0.25)
        assert (row["worlds_happened"], row["worlds_not_yet"], bool(row["tells"])) == (100, 300, True)
        assert (row["variance"], row["regret"]) == (0.12, 0.031)
        assert row["happened_low"] < 0.6 < row["happened_high"] and row["not_yet_high"] < row["happened_low"]
        assert len(table) == 6


def box(*sentences, rule=True, **chances):
    conditions = tuple(
        Condition(f"thing{n}", True, said, f"rule{n}", DAYS[n] if rule else None, np.ones(1, dtype=bool))
        for n, said in enumerate(sentences)
    )
    shares = {name: Chance(*chances[name]) for name in ("coverage", "density", "base")}
    return Box(conditions, (0.9, 0.34)[: len(sentences)], **shares, chance=0.001)


class TestDiscovery:
    def test_each_line(self):
        first = box(
            "by 28 February 2026 “Mandate” has not come",
            "by 28 March 2026 Israel has consented to Beta",
            coverage=(60, 80),
            density=(60, 75),
            base=(80, 200),
        )
        second = box("a is at least 3", rule=False, coverage=(10, 20), density=(10, 30), base=(20, 125))
        found = Discovery(outcome(240), True, Chance(160, 400), (first, second))
        assert lines(discovery_lines(found)) == [
            "160 of 400 worlds miss 100 troops on 30 September 2026.",
            "",
            "1. Where by 28 February 2026 “Mandate” has not come and by 28 March 2026 Israel has consented to Beta, "
            "80 % (69–88) miss it, against 40 % of all; that is 75 % (64–84) of the worlds that miss it.",
            "   - by 28 February 2026 “Mandate” has not come (in 90 % of repeated searches)",
            "   - by 28 March 2026 Israel has consented to Beta (in 34 % of repeated searches)",
            '   never: "after 2026-03-29 and rule0 and rule1"',
            "",
            "2. Where a is at least 3, 33 % (19–52) miss it, against 16 % of those outside the boxes before; "
            "that is 50 % (29–71) of the worlds that miss it.",
            "   - a is at least 3 (in 90 % of repeated searches)",
        ]

    @pytest.mark.parametrize(
        ("misses", "troops", "verb"), [(False, 100, "reach"), (False, 0, "show"), (True, 0, "miss")]
    )
    def test_nothing_found(self, misses, troops, verb):
        found = Discovery(outcome(troops=troops), misses, Chance(160, 400), ())
        assert lines(discovery_lines(found)) == [
            f"160 of 400 worlds {verb} 100 troops on 30 September 2026.",
            "No combination of what happens tells them from the others better than chance would.",
        ]


def test_what_if():
    def number(measure, item, date, weighed, as_run):
        return WeighedNumber(measure, item, date, IntervalEstimate(*weighed), IntervalEstimate(*as_run))

    answers = (
        number("target_held", "first_wave", "2026-06-30", (0.31, 0.27, 0.36), (0.42, 0.39, 0.46)),
        number("level_mean", "force", "2026-06-30", (512.4, 480, 544), (600, 580, 620)),
        number("level_q50", "force", "2026-12-31", (700, 650, 760), (810, 790, 830)),
        number("arrival", "beta", "", (0.5, 0.45, 0.55), (0.6, 0.57, 0.63)),
        number("arrival", "gamma", "", (0.0, 0.0, 0.02), (1.0, 0.99, 1.0)),
        number("level_q50", "force", "2026-12-31", (50, 50, 50), (50, 40, 50)),
    )
    found = WhatIf(("facts.clear.probability=30%",), 321.6, 1000, np.ones(1000), answers)
    run = SimpleNamespace(scenario=scenario_with_levers())
    assert lines(whatif_lines(run, found)) == [
        "What if facts.clear.probability=30%",
        "Rests on 322 of 1,000 worlds (weighed, not played).",
        "",
        "                                As run           What if",
        "First wave: 900 on 30 Jun 2026  42 % (39–46)     31 % (27–36)",
        "Mean force on 30 Jun 2026       600 (580–620)    512 (480–544)",
        "Median force on 31 Dec 2026     810 (790–830)    700 (650–760)",
        "Troops of Beta arrive           60 % (57–63)     50 % (45–55)",
        "Troops of Gamma arrive          all (over 99 %)  none (under 2 %)",
        "Median force on 31 Dec 2026     50 (40–50)       50",
    ]
    united = Contributor.model_validate(
        {"name": "The United Arab Emirates", "contingents": {"u": {"role": "infantry", "troops": 9}}}
    )
    other = {"uae": united, "european_union": united.model_copy(update={"name": None})}
    targets = {"first_wave": Target.model_validate({"troops": 900, "force": "any", "by": "2026-06-30"})}
    named = SimpleNamespace(
        scenario=run.scenario.model_copy(update={"contributors": other, "targets": targets})
    )
    arrivals = (answers[0], *(replace(answers[3], item=name) for name in other))
    first, *told = lines(whatif_lines(named, replace(found, answers=arrivals)))[4:]
    assert first.startswith("First wave: 900 troops of any force on 30 Jun 2026")
    assert [line.split("  ")[0] for line in told] == [
        "Troops of the United Arab Emirates arrive",
        "Troops of European Union arrive",
    ]
    row = found.table().iloc[1]
    assert tuple(row[["value", "low", "high", "as_run", "as_run_low", "as_run_high"]]) == (
        512.4,
        480,
        544,
        600,
        580,
        620,
    )


def changes(then, parts, now, *, share, orders=6, sampled=False):
    bars = tuple(WaterfallBar(kind, said, Fraction(change)) for kind, said, change in parts)
    return Why("the chance of 900", share, Fraction(then), Fraction(now), bars, orders, sampled, 250)


class TestWhy:
    PARTS = (
        ("news", "known until 2026-02-01", "1/50"),
        ("record", "record of 2026-01-20", "3/20"),
        ("assumption", "a: 1 → 2", "-1/20"),
        ("method", "replayed", "0"),
        ("chance", "other worlds", "1/100"),
    )

    def test_each_line_of_a_chance(self):
        told = lines(why_lines(changes("3/10", self.PARTS, "43/100", share=True)))
        assert told == [
            "The chance of 900: rose from 30 % to 43 %, mostly by record of 2026-01-20 (+15.0 points), "
            "a: 1 → 2 (−5.0 points) and known until 2026-02-01 (+2.0 points).",
            "",
            "        then                            30 %",
            "time    known until 2026-02-01   +2.0 points",
            "news    record of 2026-01-20    +15.0 points",
            "edit    a: 1 → 2                 −5.0 points",
            "method  replayed                 ±0.0 points",
            "chance  other worlds             +1.0 points",
            "        now                             43 %",
            "",
            "Each part is the mean over all 6 orders, on the same 250 worlds; the parts add up exactly.",
        ]

    def test_troops_that_fall(self):
        found = changes(
            1200,
            [("assumption", "a", -1500), ("chance", "b", 50)],
            -250,
            share=False,
            orders=12,
            sampled=True,
        )
        told = lines(why_lines(found))
        assert told[0] == "The chance of 900: fell from 1,200 to -250, mostly by a (−1,500.0) and b (+50.0)."
        assert told[-1].startswith(
            "Each part is the mean over a sample of 12 orders, on the same 250 worlds;"
        )

    def test_what_stays_and_what_is_equal(self):
        stays = changes("1/2", [("news", "a", "1/10"), ("chance", "b", "-1/10")], "1/2", share=True, orders=1)
        told = lines(why_lines(stays))
        assert (
            told[0] == "The chance of 900: stayed at 50 %, mostly by a (+10.0 points) and b (−10.0 points)."
        )
        assert told[-1].startswith("Each part is the only order there is, on")
        equal = changes("1/2", [("method", "a", 0)], "1/2", share=True)
        assert next(why_lines(equal)) == "The chance of 900: 50 %, as before; nothing changed."

    def test_table_and_bars(self):
        found = changes("3/10", self.PARTS, "43/100", share=True)
        table = found.table()
        assert list(table.columns) == ["kind", "what", "change"]
        assert list(table.itertuples(index=False, name=None)) == [
            ("then", "", 0.3),
            *((kind, said, float(Fraction(change))) for kind, said, change in self.PARTS),
            ("now", "", 0.43),
        ]
        axes = draw_waterfall(found).axes[0]
        bars = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in axes.patches]
        ends = [(0, 30), (30, 32), (32, 47), (47, 42), (42, 42), (42, 43), (0, 43)]
        assert np.allclose(bars, ends)
        colours = [bar.get_facecolor() for bar in axes.patches]
        assert colours[0] == colours[-1] and colours[1] == colours[2] != colours[3]
        assert colours[1][2] > colours[1][0] and colours[3][0] > colours[3][2]  # up is blue, down is red
        assert [text.xy[0] for text in axes.texts] == pytest.approx([max(ends_) for ends_ in ends])
        said = [text.get_text() for text in axes.texts]
        assert said == ["30.0", "+2.0", "+15.0", "−5.0", "0.0", "+1.0", "43.0"]
        assert [text.get_text() for text in axes.get_yticklabels()][1:3] == [
            part[1] for part in self.PARTS[:2]
        ]
        assert axes.get_xlabel() == "percent" and axes.get_ylim()[0] > axes.get_ylim()[1]


def seen(value, low, high, worlds):
    return MovedChance(IntervalEstimate(value, low, high), worlds)


class TestFlips:
    NEAR, FAR = Slider("facts.near.probability", "40%"), Slider("facts.far.probability", "50%")
    NO, NEVER = Slider("facts.no.probability", "60%"), Slider("facts.never.probability", "70%")

    def test_each_line(self):
        found = Flips(
            outcome(),
            0.5,
            seen(0.4, 0.35, 0.45, 400),
            (
                Flip(self.NEAR, 2, 2, seen(0.5, 0.44, 0.56, 310)),
                Flip(self.FAR, 4, 4, seen(0.51, 0.43, 0.59, 250.4)),
                Flip(self.NEVER, None, 5, seen(0.42, 0.36, 0.48, 220)),
                Flip(self.NO, None, 5, seen(0.46, 0.4, 0.52, 210)),
            ),
            Joint({self.NEAR: 1, self.FAR: 3}, 1.4, seen(0.505, 0.45, 0.56, 330)),
        )
        assert lines(flip_lines(found)) == [
            "100 troops on 30 September 2026: 40 % (35–45; 400 worlds) as run. What takes it to 50 %?",
            f"  facts.near.probability: 40% → {self.NEAR.at(2)} (then 50 % (44–56; 310 worlds))",
            f"  facts.far.probability: 50% → {self.FAR.at(4)} (then 51 % (43–59; 250 worlds))",
            "",
            "Or together, by less of each (then 51 % (45–56; 330 worlds))",
            f"  facts.near.probability: 40% → {self.NEAR.at(1)}",
            f"  facts.far.probability: 50% → {self.FAR.at(3)}",
            "",
            "As far as the stored worlds reach, these do not get there",
            f"  facts.no.probability: 60% → {self.NO.at(5)} gives 46 % (40–52; 210 worlds)",
            f"  facts.never.probability: 70% → {self.NEVER.at(5)} gives 42 % (36–48; 220 worlds)",
        ]
        assert len({self.NEAR.at(degree) for degree in range(6)}) == 6

    @pytest.mark.parametrize(
        ("number", "last"),
        [
            (8, None),
            (9, "  and 1 other, which leaves it further away"),
            (10, "  and 2 others, which leave it further away"),
        ],
    )
    def test_the_many_that_fall_short(self, number, last):
        short = tuple(
            Flip(Slider(f"facts.f{n}.probability", "40%"), None, 5, seen(0.40 + n / 1000, 0.3, 0.5, 300))
            for n in range(number)
        )
        told = lines(flip_lines(Flips(outcome(), 0.5, seen(0.4, 0.3, 0.5, 400), short, None)))
        assert told[1] == "  No number alone, as far as the stored worlds reach."
        assert told[4].startswith(f"  facts.f{number - 1}.probability") and told[5].startswith(
            f"  facts.f{number - 2}."
        )
        assert (told[-1] if number > 8 else None) == last and len(told) == 4 + min(number, 8) + (number > 8)


class TestNearest:
    TARGET = Target.model_validate({"troops": 900, "by": "2026-06-30"})

    def told(self, sets, smallest=True, levels=None):
        changes = tuple(tuple(Otherwise(name, name, lambda row: row) for name in each) for each in sets)
        reached = tuple(levels or (900 + 10 * n for n in range(len(sets))))
        run = SimpleNamespace(scenario=scenario_with_levers())
        return lines(
            nearest_lines(run, self.TARGET, Nearest(7, 612, changes, reached, smallest, 5, None, None))
        )

    def test_each_line(self):
        assert self.told([("“Mandate” had come",), ("Israel had consented",)]) == [
            "Replication 7 missed 900 troops on 30 June 2026: it had 612.",
            "It would have made it with one change. No smaller set of changes would do.",
            "  - if “Mandate” had come: 900",
            "  - if Israel had consented: 910",
        ]
        told = self.told([("a", "b", str(n)) for n in range(6)], smallest=False)
        assert told[1] == "It would have made it with 3 changes together. Perhaps a smaller set would do."
        assert told[2] == "  - if a, b and 0: 900" and told[6:] == [
            "  - if a, b and 4: 940",
            "  and 1 other set of that size",
        ]
        assert self.told([("a",)] * 7)[-1] == "  and 2 other sets of that size"
        assert self.told([])[1:] == [
            "Nothing that its facts and decisions could have been would have made it; it hangs on numbers or time."
        ]


class TestUnlocking:
    BOTH = UnlockSet(
        (parse("clear"), parse("not consent(host, beta)")), 5600, 4400, {"alpha": 900, "beta": 3500}
    )
    ONE = UnlockSet((parse("clear"),), 5100, 3900, {"beta": -100, "gamma": 4000})
    SCENARIO = Scenario.model_validate(
        {
            "scenario": "Unlock",
            "start": "2026-01-01",
            "end": "2026-12-31",
            "parties": {"host": {"name": "The host"}},
            "facts": {"clear": {"name": "Mandate clear", "kind": "milestone", "probability": "40%"}},
            "contributors": {
                name: {"contingents": {"u": {"role": "infantry", "troops": 100}}}
                for name in ("alpha", "beta", "gamma")
            },
        }
    )

    def told(self, sets, shown=12, complete=4, with_beds=None, **more):
        found = Unlocking(5000, dt.date(2026, 6, 30), 1200, sets, complete, 640, 4000, with_beds)
        return lines(unlocking_lines(self.SCENARIO, found, shown, **more))

    def test_whose_troops_are_wanted(self):
        bodies = [{"role": "infantry", "troops": 100}, {"role": "police", "force": "police", "troops": 9}]
        several = self.SCENARIO.model_copy(
            update={
                "contributors": {
                    name: Contributor.model_validate({"contingents": {"u": body}})
                    for name, body in zip(("alpha", "beta"), bodies, strict=True)
                }
            }
        )
        told = {
            Selection(force="military"): "military troops",
            Selection(force="police"): "police",
            Selection(): "troops of any force",
            Selection("alpha", role="infantry"): "infantry of Alpha",
            Selection("alpha", role="infantry", force="military"): "military infantry of Alpha",
        }
        assert {counts: aim_words(several, counts) for counts in told} == told
        assert aim_words(self.SCENARIO, Selection(force="military")) == "troops"
        assert self.told((), counted_troops="police")[0].startswith("5,000 police by 30 Jun 2026: as things")

    def test_each_line(self):
        told = self.told((self.ONE, self.BOTH), times=(30, 120), played=400, reached=100)
        assert told == [
            "5,000 troops by 30 Jun 2026: as things stand 1,200 are reachable in a steady world.",
            "In played worlds it is reached by then in 25 % (21–30).",
            "2 smallest sets of up to 4 changes make it reachable:",
            "  1. “Mandate clear” holds",
            "     frees 3,900 troops (5,100 in all): Gamma +4,000, Beta −100",
            "     holds, all together, at some time in 8 % (5–11)",
            "  2. “Mandate clear” holds and the host does not consent to Beta",
            "     frees 4,400 troops (5,600 in all): Beta +3,500, Alpha +900",
            "     holds, all together, at some time in 30 % (25–35)",
            "That a set holds at some time is not yet the target reached: troops must still decide, prepare and travel in "
            "time, while it lasts.",
        ]
        first = self.told((self.ONE, self.BOTH), shown=1, complete=2)
        assert first[1] == "2 smallest sets of up to 2 changes make it reachable, the first 1 of them here:"
        assert first[2:] == [
            *told[3:5],
            "There are too many combinations to try larger sets (640 worlds were tried); narrow what counts with "
            "--contributor, --role or --sector.",
        ]
        assert self.told((self.ONE,), code=True)[1:3] == [
            "1 smallest set of up to 4 changes makes it reachable:",
            "  1. clear",
        ]

    def test_what_is_out_of_reach_or_there_already(self):
        assert self.told((), with_beds=1700) == [
            "5,000 troops by 30 Jun 2026: as things stand 1,200 are reachable in a steady world.",
            "No set of up to 4 changes makes the target reachable.",
            "Nobody has pledged 1,000 of them: the pledges are 4,000 in all, at their medians. Ask for more, or for others.",
            "A base with a bed for everybody would free 500 as things stand: 1,700 would be reachable.",
        ]
        assert len(self.told((), with_beds=1200)) == 3
        nothing = UnlockSet((), 5200, 0, {})
        assert self.told((nothing,)) == [
            "5,000 troops by 30 Jun 2026: reachable as things stand (1,200 in a steady world)."
        ]
