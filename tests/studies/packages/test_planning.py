"""The whole search on scenarios whose answers are known in closed form."""

from __future__ import annotations

import math
import random

import pytest

from sim.batch.executors import workers_for
from sim.batch.workers import Serial
from sim.errors import ScenarioError, UsageError
from sim.studies.packages.keeping import futures_table, levers_table, packages_table
from sim.studies.packages.planning import plan, target_of
from sim.studies.packages.racing import Terms
from sim.studies.packages.robust import robust

from .moves import moves

CLARIFY, SOOTHE = frozenset({"clarify"}), frozenset({"soothe"})
BOTH = CLARIFY | SOOTHE


def planned(resolved, target="both", **terms):
    return plan(resolved, target, Serial(), terms=Terms(**{"most": 300, **terms}))


@pytest.fixture(scope="module")
def found():
    """The search that several tests look at."""
    return planned(moves(), wanted=0.8)


class TestTwoMoves:
    def test_chances_efforts_and_the_answer(self, found):
        chances = {entry.package: (entry.low, entry.high) for entry in found.entries}
        for package, chance in ((frozenset(), 0.2), (CLARIFY, 0.5), (SOOTHE, 0.4), (BOTH, 1.0)):
            low, high = chances[package]
            assert low - 0.02 <= chance <= high + 0.02
        assert found.answer.package == BOTH
        assert found.answer.effort == 5 and found.entry(SOOTHE).effort == 2
        assert [entry.package for entry in found.frontier] == [frozenset(), SOOTHE, CLARIFY, BOTH]

    def test_shapley_values_add_up_and_are_the_closed_forms(self, found):
        shares = {share.lever: share for share in found.shares}
        total = sum(share.average[0] for share in found.shares)
        counted = found.shares_worlds
        none, everything = (1.0 * found.entry(each).chance for each in (frozenset(), BOTH))
        assert total == pytest.approx(everything - none, abs=0.05)
        for name, closed in (("clarify", 0.45), ("soothe", 0.35)):
            _, low, high = shares[name].average
            assert low - 0.02 <= closed <= high + 0.02, (name, counted)

    def test_one_is_enough_where_one_counts(self):
        found = planned(moves(), "one", wanted=0.9)
        assert found.answer.package == SOOTHE

    def test_nothing_need_be_done(self):
        found = planned(moves(), "one", wanted=0.5)
        assert found.answer.package == frozenset()

    def test_none_reaches_it_and_the_best_is_said(self):
        found = planned(moves(extra="", a=("probability: 1}", "probability: 0.6}")), wanted=0.9)
        assert found.answer is None
        assert found.best.package == BOTH
        assert {entry.verdict for entry in found.entries} == {"misses"}

    def test_works_0_is_no_lever_and_works_1_is_the_lever(self):
        never = planned(
            moves(a=("effort: 2,", "effort: 2, works: 0,")), "one", wanted=0.9, most=100, least=100
        )
        assert never.entry(SOOTHE).chance == never.entry(frozenset()).chance
        always = planned(
            moves(a=("effort: 2,", "effort: 2, works: 1,")), "one", wanted=0.9, most=100, least=100
        )
        assert always.entry(SOOTHE).chance == 1

    def test_half_works_in_half_of_the_worlds_and_its_effort_is_spent_in_all(self):
        found = planned(moves(a=("effort: 2,", "effort: 2, works: 50%,")), "one", wanted=0.9, least=300)
        entry = found.entry(SOOTHE)
        assert entry.low - 0.02 <= 0.7 + 0.5 * 0.3 <= entry.high + 0.02
        assert entry.effort == 2

    def test_a_budget_of_0_leaves_what_costs_nothing(self):
        found = planned(moves(), wanted=0.8, budget=0.0)
        assert [entry.package for entry in found.entries] == [frozenset()]

    @pytest.mark.long
    def test_levers_that_exclude_each_other_are_never_pulled_together(self):
        found = planned(moves(a=("effort: 3,", "effort: 3, excludes: [soothe],")), wanted=0.8)
        assert BOTH not in {entry.package for entry in found.entries}
        assert found.answer is None

    def test_a_needed_lever_comes_along(self):
        found = planned(moves(a=("effort: 3,", "effort: 3, needs: [soothe],")), wanted=0.8)
        assert {entry.package for entry in found.entries} == {frozenset(), SOOTHE, BOTH}


EXTRA = (
    "  wait: {happens: {fact: calm, when: not late and after 2026-06-01}, effort: 2, unit: months, "
    "excludes: [soothe]}\n"
)


@pytest.fixture(scope="module")
def adaptive():
    """A search in which a lever is pulled only in some worlds."""
    return planned(moves(EXTRA), "one", wanted=0.9, least=300)


class TestAdaptiveLevers:
    @pytest.mark.long
    def test_effort_is_spent_only_where_it_is_pulled(self, adaptive):
        waiting = adaptive.entry(frozenset({"wait"}))
        assert waiting.effort == pytest.approx(1.0, abs=0.15)
        assert (waiting.effort_low, waiting.effort_high) == (0, 2)
        assert waiting.low - 0.02 <= 0.7 + 0.3 * 0.5 <= waiting.high + 0.02

    def test_its_value_is_against_the_best_fixed_package_at_no_more_effort(self, adaptive):
        best, fixed = adaptive.adaptive
        assert "wait" in best.package and "wait" not in fixed.package
        assert fixed.effort <= best.effort


class TestHowItIsRun:
    @pytest.mark.long
    def test_resumed_on_any_executor_the_answer_is_the_same(self, tmp_path):
        terms = Terms(most=50, least=50)
        once = plan(moves(), "both", Serial(), terms=terms, folder=tmp_path / "a")
        again = plan(moves(), "both", workers_for(2), terms=terms, folder=tmp_path / "b")
        names = sorted(path.name for path in (tmp_path / "a").iterdir())
        assert names == sorted(path.name for path in (tmp_path / "b").iterdir())
        for name in names:
            assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
        for name in names[::2]:
            (tmp_path / "a" / name).unlink()
        (tmp_path / "a" / names[1]).write_bytes(b"damaged")
        resumed = plan(moves(), "both", Serial(), terms=terms, folder=tmp_path / "a")
        for other in (again, resumed):
            assert (other.entries, other.answer, other.shares) == (once.entries, once.answer, once.shares)

    def test_it_does_not_play_what_is_kept(self, tmp_path, monkeypatch):
        terms = Terms(most=50, least=50)
        plan(moves(), "both", Serial(), terms=terms, folder=tmp_path)
        monkeypatch.setattr("sim.studies.packages.playing.Player.__call__", None)
        plan(moves(), "both", Serial(), terms=terms, folder=tmp_path)

    @pytest.mark.long
    def test_a_bit_that_turned_over_in_what_is_kept_changes_nothing(self, tmp_path):
        whole = plan(moves(), "one", Serial(), terms=Terms(most=100), folder=tmp_path)
        cells = {path: path.read_bytes() for path in tmp_path.glob("*.npz")}
        chance = random.Random(1)
        for path in sorted(cells):
            content = bytearray(path.read_bytes())
            content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
            path.write_bytes(content)
        again = plan(moves(), "one", Serial(), terms=Terms(most=100), folder=tmp_path)
        assert again.entries == whole.entries
        assert {path: path.read_bytes() for path in cells} == cells, "each is played again"

    def test_another_seed_has_other_worlds(self):
        first, second = (
            plan(moves(), "both", Serial(), terms=Terms(most=100, least=100), seed=seed) for seed in (0, 1)
        )
        assert first.base.chance != second.base.chance

    def test_a_lever_that_breaks_the_scenario_is_named(self):
        with pytest.raises(ScenarioError, match="the lever clarify breaks the scenario"):
            planned(moves(a=("probability: 1}", "probability: 3}")))

    @pytest.mark.parametrize(
        ("terms", "words"),
        [
            ({"wanted": 1.5}, "cannot be promised"),
            ({"error": 1.0}, "--confidence"),
            ({"zone": 0.7}, "--indifference"),
            ({"budget": -1.0}, "--budget"),
            ({"budget": math.inf}, "--budget"),
            ({"cost_cap": 5.0}, "states no `costs:`"),
        ],
    )
    def test_what_cannot_be_asked(self, terms, words):
        with pytest.raises(UsageError, match=words):
            planned(moves(), **terms)

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("bothe", "did you mean both?"),
            ("100@soon", "is no date"),
            ("100@2029-01-01", "outside the scenario"),
        ],
    )
    def test_targets_that_are_not_there(self, text, words):
        with pytest.raises(UsageError, match=words.replace("?", r"\?")):
            target_of(moves(), text)

    def test_a_number_of_troops_on_a_date_is_a_target(self):
        name, target = target_of(moves(), "1,500@2026-06-30")
        assert (name, target.troops, target.by.isoformat()) == ("1,500 troops", 1500, "2026-06-30")


class TestTables:
    def test_packages_have_every_number_of_the_answer(self, found):
        table = packages_table(found)
        assert list(table["package"]) == ["", "soothe", "clarify", "clarify + soothe"]
        assert list(table["frontier"]) == [True] * 4 and list(table["answer"]) == [False, False, False, True]
        for row, entry in zip(table.itertuples(), found.entries, strict=True):
            assert (row.effort, row.chance, row.low, row.high) == (
                entry.effort,
                entry.chance,
                entry.low,
                entry.high,
            )
            assert row.cost is None or math.isnan(row.cost)
        levers = levers_table(found).set_index("lever")
        for share in found.shares:
            assert tuple(levers.loc[share.lever, ["average", "average_low", "average_high"]]) == share.average

    @pytest.mark.long
    def test_futures_have_a_row_a_package_and_future(self):
        resolved = moves()
        found = planned(resolved, wanted=0.8, most=100)
        tried = robust(resolved, found, Serial(), worlds=50)
        table = futures_table(tried)
        assert len(table) == len(tried.judged) * len(tried.choices)
        assert tried.screened


class TestRobustness:
    @pytest.mark.long
    def test_worst_regret_and_choice_in_closed_form(self):
        resolved = moves()
        found = planned(resolved, "one", wanted=0.8, most=200)
        tried = robust(resolved, found, Serial(), worlds=120)
        trials = {
            (trial.package, trial.future.path, trial.future.end): trial.chance for trial in tried.trials
        }
        soothed = [
            c for (package, path, _), c in trials.items() if package == SOOTHE and "troops" not in path
        ]
        assert soothed and set(soothed) == {1.0}
        nothing = next(judged for judged in tried.judged if not judged.package)
        assert trials[frozenset(), "facts.calm.probability", "low"] == pytest.approx(1 - 0.6 * 0.75, abs=0.12)
        assert nothing.worst.chance == min(c for (package, *_), c in trials.items() if not package)
        assert nothing.regret == pytest.approx(
            max(c - trials[frozenset(), path, end] for (package, path, end), c in trials.items())
        )
        assert tried.choices[0][1] == SOOTHE
        for future, choice in tried.choices:
            own = {p: c for (p, path, end), c in trials.items() if (path, end) == (future.path, future.end)}
            able = [package for package in (frozenset(), SOOTHE) if own[package] >= 0.8]
            assert choice == next(iter(able), None)
