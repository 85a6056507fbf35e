"""What two changes do together, requirements, whose troops, inputs and the ledger: tied to rows and files."""

from __future__ import annotations

import csv
import datetime as dt
import io
import itertools
import math
import statistics
from types import SimpleNamespace

import pandas as pd
import pytest

from sim.report.answers.changed_losses import _most_changed
from sim.report.answers.comparison import comparison_page_one, comparison_parts, comparison_subtitle
from sim.report.answers.ledger import entries_of, ledger_section
from sim.report.blocks import JOINED, Listing, Paragraph, Sheet
from sim.report.comparison_tables import ComparisonTables
from sim.studies.comparison import compare
from sim.studies.keeping import csv_of, write_comparison
from sim.vocabulary import DEPLOYED
from tests.report import distinct as d
from tests.report.reading import assert_as_read, lines_of_parts
from tests.report.test_tied_comparison import fits, number
from tests.report.test_tied_tables import _filled, short

DATE = d.TARGETS["third"][1]
BIGGER = ("contributors", "beta", "contingents", "battalion", "troops"), 930
LATER = ("contributors", "alpha", "approvals"), [{"step": "parliament", "takes": "18 days"}]
MILITARY = d.of_force("military")


@pytest.fixture(scope="module")
def sides(own, other):
    return {
        "base": own,
        "larger force": d.worlds(more=1.5),
        "slow": d.worlds(later=8),
        "both": other,
    }


@pytest.fixture(scope="module")
def tables(sides, tmp_path_factory):
    folder = tmp_path_factory.mktemp("changes")
    changes = {
        "base": {},
        "larger force": dict([BIGGER]),
        "slow": dict([LATER]),
        "both": dict([BIGGER, LATER]),
    }
    runs = {
        label: d.written(folder / label / "run", worlds, f"As {label}", label, changes[label])
        for label, worlds in sides.items()
    }
    return ComparisonTables(compare(runs))


def part_of(tables, title):
    return next(part for part in comparison_parts(tables) if part.title == title)


def rows_in(part, place=0):
    sheet = [block for block in part.blocks if isinstance(block, Sheet)][place]
    return [["" if cell is None else str(cell).replace(JOINED, " ") for cell in row] for row in sheet.rows]


def first_boots(world):
    return d.first_second(world, 1, MILITARY) < math.inf


def measured(label):
    """What a row of two changes measures, world by world."""
    if label == "first boots (points)":
        return lambda world: 100.0 * first_boots(world)
    what, date = label.removesuffix(" (points)").rsplit(", ", 1)
    second = d.end_of(dt.datetime.strptime(date, "%d %b %Y").date())
    if what == "mean force":
        return lambda world: d.level(world, second, MILITARY)
    troops, _, force = d.TARGETS[what.removesuffix(" held")]
    return lambda world: 100.0 * (d.level(world, second, d.of_force(force)) >= troops)


def _measure_words(row):
    when = f", {short(dt.date.fromisoformat(row.date))}" if row.date else ""
    return {"level_mean": "mean force", "first_boots": "first boots"}.get(
        row.measure, f"{row.item} held"
    ) + when


@pytest.mark.long
def test_two_changes_together(tables, sides):
    rows = rows_in(part_of(tables, "Two changes together"))
    kept = {
        _measure_words(each): (scale * each.interaction_low, scale * each.interaction_high)
        for each in tables.comparison.interactions.itertuples()
        for scale in (100.0 if each.unit in ("probability", "share") else 1.0,)
        if each.measure in ("level_mean", "target_held", "first_boots")
    }
    assert any(low < high for low, high in kept.values())
    assert len(rows) >= 6 and sum(row[1].startswith("mean force") for row in rows) == 5
    for row in rows:
        assert row[0] == "larger force and slow"
        of = measured(row[1])
        base, first, second, both = ([of(world) for world in each] for each in sides.values())
        means = [d.mean(each) - d.mean(base) for each in (first, second, both)]
        beyond = [ab - a - b + o for o, a, b, ab in zip(base, first, second, both, strict=True)]
        for cell, value in zip(row[2:6], [*means, d.mean(beyond)], strict=True):
            assert number(cell) == pytest.approx(value, abs=0.51), row
        low, high = (
            number(end) for end in (row[6] if " to " in row[6] else f"{row[6]} to {row[6]}").split(" to ")
        )
        assert low - 0.51 <= d.mean(beyond) <= high + 0.51
        ends = kept[row[1].removesuffix(" (points)")]
        assert (low, high) == pytest.approx(ends, abs=1.01) and (low < high or ends[0] == ends[1])
        if row[7] == "" and low != high:
            assert low > 0 or high < 0
    points = next(
        block.points for block in part_of(tables, "Two changes together").blocks if isinstance(block, Listing)
    )
    assert points[0].text.startswith(
        "What “larger force” and “slow” together change in the mean force on 10 April 2026 beyond the sum of the two is "
    )


def test_how_they_were_compared(tables, sides):
    rows = rows_in(part_of(tables, "How they were compared"))
    assert [row[:3] for row in rows] == [[name, "world by world", "210"] for name in list(sides)[1:]]
    dates = sorted({by for _, by, _ in d.TARGETS.values()} | {d.END})
    for row in rows:
        factors = []
        for date in dates:
            a, b = d.levels(sides["base"], date), d.levels(sides[row[0]], date)
            paired = statistics.stdev([y - x for x, y in zip(a, b, strict=True)])
            apart = math.hypot(statistics.stdev(a), statistics.stdev(b))
            factors += [apart / paired] if paired else []
        assert float(row[3].removesuffix(" times")) == pytest.approx(statistics.median(factors), rel=0.15)


def test_requirements_of_each(tables, sides):
    found = {(row[0], row[1]): row for row in rows_in(part_of(tables, "Requirements"))}
    shares = {}
    for label, worlds in sides.items():
        filled, needed = [0.0] * d.WORLDS, 0.0
        for name, (role, troops, by, _) in d.LINES.items():
            admits = lambda owner, body, role=role: d.BODIES[owner, body][1] == role  # noqa: E731
            need = troops * (d.DAYS * d.DAY - d.end_of(by))
            own = [_filled(world, admits, troops, d.end_of(by)) for world in worlds]
            shares[label, name] = d.mean(own) / need
            filled, needed = [a + b for a, b in zip(filled, own, strict=True)], needed + need
        shares[label, "all lines"] = d.mean(filled) / needed
    assert {label for label, _ in found} == set(sides) - {"base"}
    for (label, item), row in found.items():
        fits(row, shares["base", item], shares[label, item], scale=100)


def test_whose_troops(tables, sides):
    found = {(row[0], row[1]): row for row in rows_in(part_of(tables, "Whose troops"))}
    means = {
        (label, owner): d.mean(
            d.level(world, d.end_of(DATE), lambda who, _, o=owner: who == o) for world in worlds
        )
        for label, worlds in sides.items()
        for owner in ("alpha", "beta")
    }
    for label, own, rest in (("larger force", "beta", "alpha"), ("slow", "alpha", "beta")):
        for words, owner in (("those with changed entries", own), ("all others", rest)):
            fits(found[label, words], means["base", owner], means[label, owner])
        page = {point.head: point.text for point in _points(tables)}
        said = page[label.capitalize()]
        change = means[label, own] - means["base", own]
        follows = said.split("of all others, ")[1]
        assert follows.startswith("the same in every world") == (label == "larger force")
        verb = "higher" if change > 0 else "lower"
        assert verb in said.split("own entries are changed are ")[1].split(";")[0]
    for (label, name), row in found.items():
        if name in ("Alpha Republic", "Beta"):
            owner = {"Alpha Republic": "alpha", "Beta": "beta"}[name]
            fits(row, means["base", owner], means[label, owner])
            comes = [_comes(sides[each], owner) for each in ("base", label)]
            points, rest = row[7].split(" (")
            assert number(points) == pytest.approx(100 * (comes[1] - comes[0]), abs=0.51)
            ends = [number(end) for end in rest.removesuffix(")").split(" to ")]
            low, high = ends[0], ends[-1]
            assert low - 0.51 <= 100 * (comes[1] - comes[0]) <= high + 0.51
    assert {name for _, name in found} & {"Alpha Republic", "Beta"}


def _comes(worlds, owner):
    return d.mean(d.first_second(world, 1, lambda who, _: who == owner) < math.inf for world in worlds)


def _points(tables):
    return next(block.points for block in comparison_page_one(tables).blocks if isinstance(block, Listing))


def test_page_one_of_a_comparison(tables, sides):
    said = {point.head: point.text for point in _points(tables)}
    means = {label: d.mean(d.levels(worlds, DATE)) for label, worlds in sides.items()}
    changes = {label: means[label] - means["base"] for label in sides if label != "base"}
    before = said["Baseline (base)"].split("95 % interval ")[1].removesuffix(").").replace(",", "")
    low, high = map(float, before.split("–"))
    assert low < means["base"] < high
    clear = said["Which of them matter"].split("; ")[0]
    named = [
        label for label in sorted(changes, key=lambda name: -abs(changes[name])) if f"“{label}”" in clear
    ]
    assert [clear.index(f"“{label}”") for label in named] == sorted(
        clear.index(f"“{label}”") for label in named
    )
    for label in named:
        shown = number(clear.split(f"“{label}” (")[1].split(")")[0])
        assert shown == pytest.approx(changes[label], rel=0.06)
    leading = next(
        block.text
        for block in comparison_page_one(tables).blocks
        if isinstance(block, Paragraph) and block.leading
    )
    if max(changes.values()) > 0 and f"“{max(changes, key=changes.get)}”" in clear:
        assert leading.startswith(
            f"With “{max(changes, key=changes.get)}” the mean force in April 2026 is about "
        )
        assert " higher (" in leading.split(";")[0]
    every = d.of_force(None)
    lost = {label: [d.booked(world, every) for world in worlds] for label, worlds in sides.items()}
    moved = {
        (label, cause): d.mean(
            b.get(cause, 0.0) - a.get(cause, 0.0) for a, b in zip(lost["base"], lost[label], strict=True)
        )
        for label in changes
        for cause in {cause for one in (*lost["base"], *lost[label]) for cause in one} - {"deployed"}
    }
    label, cause = max(moved, key=lambda key: abs(moved[key]))
    verb = "more" if moved[label, cause] > 0 else "fewer"
    sentence = said["What holds the force back"]
    assert sentence.startswith(f"With “{label}” most changes: about ")
    assert f" troop-days {verb} (" in sentence
    lost_to = {
        "withdrawn": "withdrawal",
        "moving": "the journey",
        "refused": "refusal for good",
        "lift air": "waiting for lift by air",
    }
    lost_to |= {
        "approval parliament": "waiting for approval by the parliament",
        "beds": "waiting for beds in the theatre",
    }
    lost_to |= {
        "rule: clear": "waiting until “Mandate clear” holds",
        "consent(host, beta)": "waiting for the host's consent to Beta",
    }
    assert sentence.endswith(f" are lost to {lost_to.get(cause, cause)}.")
    days = {
        label: d.mean(min(d.first_second(world, 1, MILITARY), d.DAYS * d.DAY) / d.DAY for world in worlds)
        for label, worlds in sides.items()
    }
    boots = said["Slow"].split("in the mean up to the end of the run, ")[1]
    word = "later" if days["slow"] > days["base"] else "earlier"
    assert f" {word} (" in boots and abs(days["slow"] - days["base"]) > 1
    assert number(boots.removeprefix("about ").split(" days")[0]) == pytest.approx(
        abs(days["slow"] - days["base"]), abs=0.51
    )
    shown = number(sentence.split("about ")[1].split(" ")[0])
    assert shown == pytest.approx(abs(moved[label, cause]), rel=0.06)
    assert comparison_subtitle(tables) == "1 Jan 2026 to 30 Apr 2026 · 210 replications each"


def test_what_differs_in_the_inputs(tables):
    part = part_of(tables, "What differs in the inputs")
    sheets = [block for block in part.blocks if isinstance(block, Sheet)]
    assert [sheet.caption for sheet in sheets] == [
        "larger force (As larger force): 1 input differs, without a source.",
        "slow (As slow): 1 input differs, without a source.",
    ]
    assert [[str(cell) for cell in row] for row in sheets[0].rows] == [[".".join(BIGGER[0]), "620", "930"]]
    (row,) = sheets[1].rows
    assert "10 days" in str(row[1]) and "18 days" in str(row[2])
    (words,) = (block.text for block in part.blocks if isinstance(block, Paragraph))
    assert words == "both (As both): what larger force and slow change, together."
    said = {point.head: point.text for point in _points(tables)}
    assert said["Slow"].startswith("“As slow”, 1 input changed. ")
    assert said["Both"].startswith("“As both”, 2 inputs changed. ")


def test_what_a_changed_input_rests_on():
    from sim.report.answers.differing_inputs import _sheet
    from sim.studies.differences import ASSUMED, Change

    own, gone = Change("a.b", "1", "2", ASSUMED), Change("a.c", "3", "", "")
    sourced = Change("a.d", "4", "5", "The Paper")
    assert _sheet("x", [own]).caption == "x: 1 input differs, without a source."
    assert _sheet("x", [gone]).caption == "x: 1 input differs."
    sheet = _sheet("x", [own, sourced])
    assert sheet.caption == "x: 2 inputs differ."
    assert [column.heading for column in sheet.columns] == ["Key", "Baseline", "Here", "Rests on"]
    assert sheet.rows == (("a.b", "1", "2", ASSUMED), ("a.d", "4", "5", "The Paper"))


@pytest.mark.parametrize(
    ("verdict", "differing", "words"),
    [
        ("higher", 210, ""),
        ("lower", -1, ""),
        ("higher", 19, "few worlds"),
        ("higher", 20, ""),
        ("unclear", 3, "unclear"),
        ("same", 0, "same"),
        ("", 210, "–"),
    ],
)
def test_what_must_not_be_overlooked(verdict, differing, words):
    from sim.report.answers.changed_levels import verdict as said

    assert said(SimpleNamespace(verdict=verdict, differing=differing)) == words


def test_a_median_that_stays_is_not_unclear():
    from sim.report.answers.changed_levels import changed

    row = SimpleNamespace(
        baseline=150.0,
        value=150.0,
        difference=0.0,
        diff_low=0.0,
        diff_high=0.0,
        unit="troops",
        verdict="unclear",
        differing=30,
    )
    assert changed(row)[4] == "no change"
    row.diff_high = 2.0
    assert changed(row)[4] == "unclear"


def test_who_is_not_compared_world_by_world_is_told():
    from sim.report.comparison_findings import pairing_findings

    rows = [
        ("a", True, 210, "the same 210 worlds"),
        ("b", False, 210, "independent samples: other seeds 1 and 0"),
        ("c", True, 200, "the same 200 worlds; 10 of 210 replications of the baseline left out"),
    ]
    table = pd.DataFrame(rows, columns=["scenario", "paired", "worlds", "reason"])
    assert pairing_findings(SimpleNamespace(pairings=table)) == [
        "b: independent samples: other seeds 1 and 0.",
        "c: the same 200 worlds; 10 of 210 replications of the baseline left out.",
    ]


def test_the_ledger_lists_what_it_counts(tables):
    runs = tables.comparison.runs
    section = ledger_section({label: runs[label] for label in ("base", "larger force")})
    entries = entries_of(runs["base"])
    sourced = [each for each in entries if each.source is not None]
    assert sourced and all(each.path.startswith("contributors.gamma") for each in sourced)
    assert len(sourced) == 1
    counts = f"1 value with a source, {len(entries) - len(sourced)} assumptions"
    values, assumed, numbers, changed = (block for block in section.blocks if isinstance(block, Sheet))
    assert numbers.caption.startswith("base: limits, lengths of time and dates in rules.")
    assert numbers.rows == (
        ("contributors.alpha.withdraws_when", "30 days; 5"),
        ("contributors.gamma.commits_when", "2026-02-01"),
    )
    assert values.caption == f"base, {counts}: values with a source."
    assert values.rows == (
        ("The Paper, UN, 2025-12-03 (grade B)", "; ".join(f"{each.path}: {each.value}" for each in sourced)),
    )
    assert assumed.caption == f"base, {counts}: assumptions."
    listed = [f"{block}.{item}" for block, items in assumed.rows for item in str(items).split("; ")]
    free = [f"{each.path}: {each.value}" for each in entries if each.source is None]
    assert all(any(item.endswith(each.split(".")[-1]) for item in listed) for each in free)
    assert any(each == "facts.clear.probability: 0.6" for each in listed)
    assert changed.caption.endswith("assumptions that stand nowhere above.")
    assert changed.rows == (("contributors.beta", "contingents.battalion.troops: 930"),)


def test_the_csv_says_what_the_terminal_says(tables, tmp_path):
    """Every number of the printed tables of differences is that of `comparison.csv`, read back as text."""
    write_comparison(tables.comparison, tmp_path)
    rows = list(csv.DictReader(io.StringIO((tmp_path / "comparison.csv").read_text(encoding="utf-8"))))
    known = {}
    for row in rows:
        if row["verdict"] != "baseline" and row["difference"]:
            scale = 100 if row["unit"] in ("probability", "share") else 1
            numbers = [
                scale * float(row[name])
                for name in ("baseline", "value", "difference", "diff_low", "diff_high")
            ]
            known.setdefault(row["scenario"], []).append(numbers)
    shown = 0
    for part, title in itertools.product(comparison_parts(tables), ("Baseline",)):
        for sheet in (block for block in part.blocks if isinstance(block, Sheet)):
            heads = [column.heading for column in sheet.columns]
            if title not in heads or "Difference" not in heads:
                continue
            for cells in rows_in(part):
                values = [number(cell) for cell in cells[2:5]]
                ends = [number(end) for end in cells[5].split(" to ")]
                want = [*values, ends[0], ends[-1]]
                near = [
                    numbers
                    for numbers in known[cells[0]]
                    if all(abs(a - b) <= 1.01 for a, b in zip(numbers, want, strict=True))
                ]
                assert near, cells
                shown += 1
    assert shown > 30
    written = csv.DictReader(io.StringIO(csv_of(tables.comparison.interactions)))
    assert {row["scenario"] for row in written} == {"both"}
    assert short(DATE) == "10 Apr 2026"


def test_the_ledger_says_how_far_a_number_in_a_rule_could_be_off():
    from sim.report.answers.ledger import _numbers
    from sim.scenario.ledger import ledger
    from sim.scenario.loading import resolve_text

    resolved = resolve_text(
        "scenario: x\nstart: 2026-01-01\nend: 2026-12-31\n"
        "facts: {calm: {kind: switch, initially: true}, fund: {kind: progress, duration: 90 days}}\n"
        "contributors: {a: {commits_when: calm for 30 days and fund >= 50%, "
        "withdraws_when: {one_of: [not calm, not calm for 9 days]}, "
        "contingents: {u: {troops: 1, role: r, commits_when: after 2026-03-01}}}}\n"
        "plausible:\n"
        "  contributors.a.commits_when.30 days: {low: 20 days, high: 60 days}\n"
        "  contributors.a.commits_when.50%: certain\n",
        "x.yaml",
    )
    entries = ledger(resolved.tree)
    (sheet,) = _numbers("x", resolved.scenario, entries)
    assert sheet.rows == (
        ("contributors.a.commits_when", "30 days (20 days to 60 days); 50% (certain)"),
        ("contributors.a.contingents.u.commits_when", "2026-03-01"),
    )
    assert _numbers("x", resolved.scenario, [entry for entry in entries if "when" not in entry.path]) == []


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        (
            "higher",
            "“a” and “b” together change the mean force on 1 May 2026 by 40 more than the sum of the two (30 to 50).",
        ),
        (
            "unclear",
            "What “a” and “b” together change in the mean force on 1 May 2026 beyond the sum of the two is unclear (between "
            "0 less than the sum of the two and 50 more than the sum of the two).",
        ),
        (
            "same",
            "“a” and “b” together change the mean force on 1 May 2026 by exactly the sum of the two, in every world.",
        ),
        ("", "“a” and “b” together are not comparable."),
    ],
)
def test_what_two_do_together_is_a_sentence(verdict, said):
    from sim.report.comparison_findings import _interaction_sentence

    row = SimpleNamespace(
        first_scenario="a",
        second_scenario="b",
        interaction=40.0,
        interaction_low=30.0,
        interaction_high=50.0,
        verdict=verdict,
    )
    tables = SimpleNamespace(name=str, date=dt.date(2026, 5, 1))
    assert _interaction_sentence(tables, row) == said


@pytest.mark.parametrize(
    ("known", "sizes", "said"),
    [
        ((None, None), (100, 100), "100 replications each"),
        (
            (dt.date(2026, 2, 1), None),
            (100, 1_200),
            "as of 1 Feb 2026, one without · 100 to 1,200 replications each",
        ),
        (
            (None, dt.date(2026, 2, 1), None),
            (100, 100, 100),
            "as of 1 Feb 2026, 2 without · 100 replications each",
        ),
        (
            (None, dt.date(2026, 2, 1)),
            (250, 100),
            "as of 1 Feb 2026, one without · 100 to 250 replications each",
        ),
        (
            (dt.date(2026, 3, 1), dt.date(2026, 2, 1)),
            (250, 250),
            "as of 1 Feb 2026 and 1 Mar 2026 · 250 replications each",
        ),
    ],
)
def test_the_subtitle_says_what_was_known_and_how_many_were_played(known, sizes, said):
    runs = {
        label: SimpleNamespace(as_of=day, replications=size)
        for label, day, size in zip("abc", known, sizes, strict=False)
    }
    tables = SimpleNamespace(
        labels=tuple(runs),
        of=runs.get,
        start=dt.date(2026, 1, 1),
        end=dt.date(2026, 12, 31),
        left_out=["2 of 250 replications failed"],
    )
    expected = f"1 Jan 2026 to 31 Dec 2026 · {said} · 2 of 250 replications failed"
    assert comparison_subtitle(tables) == expected


@pytest.mark.parametrize(("labels", "told"), [(["base", "slow", "both"], True), (["base", "slow"], False)])
def test_which_of_several_matter_is_said_from_two_on(tables, labels, told):
    some = ComparisonTables(compare({label: tables.of(label).run for label in labels}))
    assert ("Which of them matter" in {point.head for point in _points(some)}) == told


def test_the_causes_told_are_the_four_that_gain_and_the_four_that_lose_most():
    """Nine that change clearly either way, one unclear and the deployed, who are no loss."""
    rows = [
        SimpleNamespace(
            item=f"{sign}{size}",
            difference=float(f"{sign}{size}"),
            verdict="higher" if sign == "+" else "lower",
        )
        for size in range(1, 7)
        for sign in "+-"
    ]
    rows += [
        SimpleNamespace(item=DEPLOYED, difference=90.0, verdict="higher"),
        SimpleNamespace(item="unclear", difference=80.0, verdict="unclear"),
    ]
    told = [row.difference for row in _most_changed(rows)]
    assert told == [6.0, 5.0, 4.0, 3.0, -3.0, -4.0, -5.0, -6.0]


def test_what_stands_beside_the_numbers_is_as_read(tables):
    parts = (comparison_page_one(tables), *comparison_parts(tables))
    assert_as_read("changes", [comparison_subtitle(tables), *lines_of_parts(parts)])


def test_a_target_says_its_date_as_people_do():
    from sim.report.comparison_findings import target_words

    assert (
        target_words("first_wave (3,000 police by 2026-12-31)") == "first wave (3,000 police by 31 Dec 2026)"
    )
    assert target_words("first_wave") == "first wave"


def test_a_cause_is_called_by_the_name_that_either_scenario_gives():
    from sim.report.comparison_findings import cause_in_words
    from sim.report.comparison_tables import ComparisonTables

    tables = SimpleNamespace(
        baseline=SimpleNamespace(titles={"clear": "Mandate clear", "host": "The host"}),
        of=lambda label: SimpleNamespace(titles={"host": "Hosts"}),
    )
    tables.titles = lambda label: ComparisonTables.titles(tables, label)
    assert cause_in_words(tables, "other", "rule: clear") == "until “Mandate clear” holds"
    assert tables.titles("other")["host"] == "Hosts"


def test_who_only_arrives_more_often_has_a_row_that_says_so():
    from sim.report.answers.changed_levels import _single

    def row(measure, verdict, unit, *numbers):
        names = ("baseline", "value", "difference", "diff_low", "diff_high")
        return SimpleNamespace(
            item="a",
            scenario="x",
            verdict=verdict,
            unit=unit,
            differing=50,
            **dict(zip(names, numbers, strict=True)),
        )

    found = {
        "arrival": [row("arrival", "lower", "probability", 0.8, 0.6, -0.2, -0.3, -0.1)],
        "contributor_level": [row("contributor_level", "same", "troops", 0, 0, 0, 0, 0)],
    }
    tables = SimpleNamespace(
        date=DATE,
        name=lambda label: label,
        effects=lambda measure, date=None: found[measure],
        of=lambda label: SimpleNamespace(contributor_name=lambda name: "Alpha"),
    )
    (only,) = _single(tables, "x")
    assert only[:2] == ("x", "Alpha, arriving at all (points)") and only[4] == "−20" and only[7] is None
    found["contributor_level"] = [row("contributor_level", "lower", "troops", 90, 60, -30, -40, -20)]
    (both,) = _single(tables, "x")
    assert both[1] == "Alpha" and both[4] == "−30" and both[7].startswith("−20 (")
