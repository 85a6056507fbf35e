"""What a search among packages of levers says and draws: each line and mark against values made by hand."""

from __future__ import annotations

import numpy as np
import pytest

from sim.report.answers.packages import Search, frontier_finding, packages_parts, packages_subtitle
from sim.report.figures.frontier import draw_frontier
from sim.report.figures.registry import packages_exhibits
from sim.report.style import BLUE, VERMILLION
from sim.scenario.levers import Lever
from sim.studies.packages.deck import Deck
from sim.studies.packages.planning import Planning, RacedPackage
from sim.studies.packages.racing import Terms
from sim.studies.packages.robust import AS_STATED, Future, Judged, Robustness, Trial
from sim.studies.packages.shares import Share
from tests.report.layout import beyond_the_axes
from tests.report.levers import scenario_with_levers
from tests.report.reading import assert_as_read, lines_of_exhibits, lines_of_parts

SCENARIO = scenario_with_levers()
NOTHING, SOOTHE, CLARIFY = frozenset(), frozenset({"soothe"}), frozenset({"clarify"})
BOTH = SOOTHE | CLARIFY


def raced(package, effort, chance, worlds, verdict, **more):
    given = {
        "effort_low": effort,
        "effort_high": effort,
        "cost": None,
        "beaten_by": None,
        "too_dear": False,
        **more,
    }
    low, high = chance - 0.05, chance + 0.04
    return RacedPackage(
        package, effort, chance=chance, low=low, high=high, level=1.0, worlds=worlds, verdict=verdict, **given
    )


class TestPackages:
    BASE = raced(NOTHING, 0.0, 0.42, 200, "misses", cost=1000.4)
    FEW = raced(SOOTHE, 2.0, 0.61, 300, "open", effort_low=1.5, effort_high=3.25, cost=2000.4)
    ENOUGH = raced(CLARIFY, 3.0, 0.85, 500, "meets", cost=3000.4)
    DEAR = raced(BOTH, 5.0, 0.83, 450, "meets", cost=5000.4, beaten_by=CLARIFY)
    SHARES = (
        Share("clarify", (0.43, 0.38, 0.48), (0.22, 0.17, 0.27), (0.325, 0.28, 0.37)),
        Share("soothe", (0.19, 0.14, 0.24), (-0.02, -0.06, 0.02), (0.085, 0.05, 0.12)),
    )

    def planning(self, **other):
        made = {
            "name": "first_wave",
            "target": SCENARIO.targets["first_wave"],
            "terms": Terms(wanted=0.8, zone=0.06, error=0.04, budget=7),
            "deck": Deck.of(SCENARIO),
            "entries": (self.BASE, self.FEW, self.ENOUGH, self.DEAR),
            "frontier": (self.BASE, self.FEW, self.ENOUGH),
            "answer": self.ENOUGH,
            "ties": (),
            "best": self.ENOUGH,
            "base": self.BASE,
            "shares": self.SHARES,
            "shares_worlds": 320,
            "complete": True,
            "failed": 0,
        }
        return Planning(**{**made, **other})

    def parts(self, robustness=None, missing=None, **other):
        return packages_parts(Search(self.planning(**other), SCENARIO, missing, robustness))

    def said(self, **other):
        return [block.text for block in self.parts(**other)[0].blocks]

    def test_the_answer(self):
        assert self.said()[0] == (
            "Clear mandate: the cheapest package that makes “First wave” (900 by 30 Jun 2026) likely enough, with a "
            "chance of 85 % (80–89) for 3 units of effort. As things stand it is 42 % (37–46); 80 % was asked for."
        )
        assert self.said()[1] == (
            "Said with 96 % confidence for all packages together: what meets the target has a chance of at least "
            "74 %, what misses it has less than 80 %; between the two it is left open. Intervals in brackets are "
            "95 %, each alone."
        )
        assert len(self.said()) == 2
        search = Search(self.planning(), SCENARIO)
        assert packages_subtitle(search) == (
            "“First wave” (900 by 30 Jun 2026), wanted with 80 %: 2 levers, 4 packages on the same worlds"
        )
        assert frontier_finding(search) == (
            "“First wave” (900 by 30 Jun 2026): a chance of 85 % for 3 units of effort"
        )

    def test_no_answer_or_none_needed(self):
        assert self.said(answer=None, best=self.DEAR)[0] == (
            "None of 4 packages makes “First wave” (900 by 30 Jun 2026) likely enough (80 %) within a budget of 7: "
            "the best, Clear mandate + Soothe, gives 83 % (78–87) for 5 units of effort; as things stand it is "
            "42 % (37–46)."
        )
        open_ = self.said(answer=None, best=self.FEW, ties=(self.FEW,), terms=Terms())
        assert open_[0].startswith("It is open whether any of 4 packages makes") and "budget" not in open_[0]
        assert "the best, Soothe, gives 61 % (56–65) for 2 units of effort (10–90 %: 1.5–3.3);" in open_[0]
        assert open_[2] == (
            "Near-ties, which these worlds cannot tell apart from an answer: Soothe (61 % (56–65))."
        )
        idle = self.said(answer=None, best=self.BASE)[0]
        assert idle.endswith(": pulling no lever is as good as any, with a chance of 42 % (37–46).")
        alone = self.said(
            answer=None, best=self.BASE, entries=(self.BASE, raced(BOTH, 9.0, 0.9, 10, "open", too_dear=True))
        )
        assert alone[0].startswith(
            "There is no package to choose within a budget of 7; “First wave” (900 by 30 Jun 2026) was to be held with 80 %"
        )
        assert self.said(answer=self.BASE)[0] == (
            "Nothing need be done: “First wave” (900 by 30 Jun 2026) is held with a chance of 42 % (37–46) as things stand."
        )
        for answer, told in (
            (None, "No package makes “First wave” (900 by 30 Jun 2026) likely enough: the best gives 83 %"),
            (self.BASE, "“First wave” (900 by 30 Jun 2026) is likely enough as things stand (42 %)"),
        ):
            assert frontier_finding(Search(self.planning(answer=answer, best=self.DEAR), SCENARIO)) == told

    def test_the_notes(self):
        import pandas as pd

        missing = pd.DataFrame({"cause": ["rule: clear", "news"], "share": [0.31, 0.12]})
        told = self.said(answer=None, missing=missing, complete=False, failed=1, ties=(self.FEW,) * 6)
        assert told[2].endswith(" and 2 more.") and told[2].count("Soothe (61 % (56–65))") == 4
        assert told[3].startswith("With 2 levers not every package was looked at")
        assert told[4] == (
            "Lost even then: waiting until “Mandate clear” holds (31 % of the pledged troop-days) and waiting for news "
            "of a move (12 % of the pledged troop-days)."
        )
        assert told[-1] == "1 replication failed and is left out of every number."
        assert all("Lost" not in text for text in self.said(missing=missing))

    def test_what_was_not_finished_in_time(self):
        """Nothing looked at but the scenario as it is; and a race, shares and futures that were not at their end."""
        words = self.said(answer=None, best=self.BASE, entries=(self.BASE,), cut=True)
        assert words[0] == (
            "As things stand, “First wave” (900 by 30 Jun 2026) is held with a chance of 42 % (37–46); no package was "
            "looked at."
        )
        low = Future("facts.clear.probability", "low", "0.4")
        judged = (Judged(SOOTHE, Trial(SOOTHE, low, 0.22, 0.18, 0.27, 2.0), 0.31, low, 1, 2),)
        robust = Robustness(judged, (), ((AS_STATED, SOOTHE),), 240, screened=True, cut=True)
        for robustness, shares, left in (
            (None, self.SHARES, "the race (4 packages on up to 500 worlds, of 9,000) was at its end"),
            (
                robust,
                (),
                "the race (4 packages on up to 500 worlds, of 9,000) was at its end, it was known what each lever adds "
                "and all other futures were tried",
            ),
        ):
            terms = Terms(wanted=0.8, zone=0.06, error=0.04, budget=7, most=9_000)
            search = Search(self.planning(shares=shares, terms=terms), SCENARIO, None, robustness, cut=True)
            told = [block.text for block in packages_parts(search)[0].blocks]
            assert (
                f"Not finished: the time given was up before {left}. More time may change the answer." in told
            )

    @pytest.mark.parametrize(
        ("chance", "apart"),
        [(0.75, "14 points less"), (0.62, "1 point less"), (0.61, "as likely"), (0.55, "6 points more")],
    )
    def test_waiting_to_see(self, chance, apart):
        waits = Lever.model_validate(
            {
                "happens": {"fact": "clear", "value": True, "when": "not clear"},
                "effort": 3,
                "name": "Clear mandate",
            }
        )
        deck = Deck({"clarify": waits, "soothe": SCENARIO.levers["soothe"]})
        wait = raced(CLARIFY, 3.0, chance, 500, "meets")
        fixed = raced(SOOTHE, 2.0, 0.61, 300, "open")
        told = self.said(deck=deck, entries=(self.BASE, fixed, wait), answer=wait)
        low, high = round(100 * chance - 5), round(100 * chance + 4)
        assert told[2] == (
            f"Waiting to see: Clear mandate takes 3 units of effort and gives {round(100 * chance)} % ({low}–{high}); the "
            "best package without a lever that waits, at no more effort, is Soothe with 61 % (56–65) for 2 units of "
            f"effort, {apart}."
        )

    def test_the_frontier(self):
        sheet = self.parts()[1].blocks[0]
        assert [column.heading for column in sheet.columns] == [
            "Package", "Effort (units of effort)", "Chance", "Worlds", "Verdict", "Cost (EUR)",
        ]  # fmt: skip
        assert [tuple(cell.replace("\xa0", " ") for cell in row) for row in sheet.texts] == [
            ("nothing", "0", "42 % (37–46)", "200", "misses", "1,000"),
            ("Soothe", "2 (10–90 %: 1.5–3.3)", "61 % (56–65)", "300", "left open", "2,000"),
            ("Clear mandate", "3", "85 % (80–89)", "500", "meets", "3,000"),
        ]
        assert sheet.caption.startswith("Chance of “First wave” (900 by 30 Jun 2026); no other package")

    def test_what_each_lever_adds(self):
        sheet = self.parts()[2].blocks[0]
        assert [tuple(cell.replace("\xa0", " ") for cell in row) for row in sheet.texts] == [
            ("Clear mandate", "The Council", "+43 (+38 to +48)", "+22 (+17 to +27)", "+33 (+28 to +37)"),
            ("Soothe", "–", "+19 (+14 to +24)", "−2 (−6 to +2)", "+9 (+5 to +12)"),
        ]
        assert sheet.caption.startswith("Percentage points of chance, on 320 worlds (95 % interval);")

    def test_other_futures(self):
        low = Future("facts.clear.probability", "low", "0.4")
        high = Future("facts.clear.probability", "high", "0.9")
        judged = (
            Judged(SOOTHE, Trial(SOOTHE, low, 0.22, 0.18, 0.27, 2.0), 0.31, high, 1, 3),
            Judged(CLARIFY, Trial(CLARIFY, AS_STATED, 0.8, 0.75, 0.84, 3.0), 0.01, low, 2, 3),
            Judged(BOTH, Trial(BOTH, low, 0.7, 0.65, 0.74, 3.0), 0.0, AS_STATED, 3, 3),
        )
        choices = ((AS_STATED, CLARIFY), (low, None), (high, SOOTHE))
        part = self.parts(Robustness(judged, (), choices, 240, screened=False))[3]
        sheet, listing, paragraph = part.blocks
        assert [tuple(cell.replace("\xa0", " ") for cell in row) for row in sheet.texts] == [
            ("Soothe", "1 of 3", "22 % (18–27)", "31 points"),
            ("Clear mandate", "2 of 3", "80 % (75–84)", "1 point"),
            ("Clear mandate + Soothe", "3 of 3", "70 % (65–74)", "0 points"),
        ]
        assert sheet.caption == "240 worlds in each future; satisfied: a chance of at least 80 %."
        assert [(point.head, point.text) for point in listing.points] == [
            (
                "Soothe",
                "worst case: Mandate clear: probability at its low (0.4); most regretted: Mandate clear: probability "
                "at its high (0.9)",
            ),
            (
                "Clear mandate",
                "worst case: as stated; most regretted: Mandate clear: probability at its low (0.4)",
            ),
            ("Clear mandate + Soothe", "worst case: Mandate clear: probability at its low (0.4)"),
        ]
        assert paragraph.text == (
            "The choice would change: none reaches it if Mandate clear: probability at its low (0.4). Soothe if "
            "Mandate clear: probability at its high (0.9)."
        )

    def test_what_stands_beside_the_numbers_is_as_read(self):
        low = Future("facts.clear.probability", "low", "0.4")
        judged = (Judged(SOOTHE, Trial(SOOTHE, low, 0.22, 0.18, 0.27, 2.0), 0.31, low, 1, 2),)
        robust = Robustness(judged, (), ((AS_STATED, SOOTHE), (low, SOOTHE)), 240, screened=True)
        search = Search(self.planning(), SCENARIO, None, robust)
        told = [packages_subtitle(search), *lines_of_parts(packages_parts(search))]
        assert_as_read("packages", [*told, *lines_of_exhibits(packages_exhibits(search), search)])

    def test_the_figure(self):
        axes = draw_frontier(Search(self.planning(), SCENARIO)).axes[0]
        (cloud,) = axes.collections
        assert cloud.get_offsets().tolist() == [[5.0, 0.83]]
        step, *marks = [
            line
            for line in axes.lines
            if len(line.get_xdata()) != 2 or line.get_xdata()[0] != 0 or line.get_xdata()[1] != 1
        ]
        assert step.get_xydata().tolist() == [[0, 0.42], [2, 0.61], [3, 0.85]]
        spans = [line.get_xydata().tolist() for line in marks if len(line.get_xdata()) == 2]
        assert np.allclose(spans, [[[0, 0.37], [0, 0.46]], [[2, 0.56], [2, 0.65]], [[3, 0.8], [3, 0.89]]])
        dots = [line for line in marks if len(line.get_xdata()) == 1]
        assert [line.get_xydata().tolist()[0] for line in dots] == [[0, 0.42], [2, 0.61], [3, 0.85]]
        assert dots[2].get_color() != dots[0].get_color() == dots[1].get_color()
        told = [text.get_text() for text in axes.texts]
        assert "wanted: 80 %" in told and {"1", "2", "3"} <= set(told)
        wanted = next(line for line in axes.lines if list(line.get_xdata()) == [0, 1])
        assert set(wanted.get_ydata()) == {0.8}
        assert axes.get_xlabel() == "Effort (units of effort)"
        beside = " ".join(" ".join(text.get_text().split()) for text in (*axes.figure.texts, *axes.texts))
        for label in ("1 nothing: 42 % for 0", "2 Soothe: 61 % for 2", "3 Clear mandate: 85 % for 3"):
            assert label in beside
        assert "red: the cheapest that is likely enough" in beside
        assert "isf plan, up to 500 worlds a package." in beside
        assert (
            "is held on its date, by the effort of each of 4 packages (grey); blue: the frontier, with 95 %"
            in beside
        )
        assert beyond_the_axes(axes.figure) == [] and axes.get_ylim() == (0, 1)
        assert [dots[0].get_color(), dots[2].get_color()] == [BLUE, VERMILLION]

    def test_the_figure_explains_no_red_where_none_is_enough(self):
        figure = draw_frontier(Search(self.planning(answer=None), SCENARIO))
        said = " ".join(text.get_text() for text in (*figure.texts, *figure.axes[0].texts))
        assert "with 95 % intervals" in " ".join(said.split())
        assert "red:" not in said
