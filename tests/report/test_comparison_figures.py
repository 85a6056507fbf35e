from __future__ import annotations

from functools import cache, partial

import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from sim.report import keeping
from sim.report.compared import Compared
from sim.report.comparison_findings import (
    head_finding,
    interaction_findings,
    level_finding,
    scenario_findings,
)
from sim.report.comparison_tables import BASELINE_SHADE, ComparisonTables
from sim.report.figures.binding_stack import draw_binding_stack
from sim.report.figures.comparison_binding import draw_comparison_binding
from sim.report.figures.tornado import draw_tornado
from sim.report.keeping import write_comparison_outputs
from sim.report.sensitivity_findings import percents, sensitivity_findings, setting_words
from sim.report.style import COLUMN_WIDTH, FULL_WIDTH, drawing
from sim.studies.comparison import compare
from sim.words.assumptions import assumption_words
from tests.report.layout import comparison_figures, layout_faults, shown_texts
from tests.studies.played import MANY, played

LONG = "the scenario_that-a committee wrote, which met often and never agreed on any shorter name"
VARIANTS = [
    {},
    {"facts.mandate.probability": "1"},
    {"contributors.south.contingents.brigade.troops": "900"},
    {"facts.mandate.probability": "1", "contributors.south.contingents.brigade.troops": "900"},
    {"facts.mandate.probability": "0"},
    {"theatre.reception": "10 per day"},
    {"parties.host.consent.probability": "0.1"},
    {"contributors.west": "null"},
    {"facts.quiet.stays_on": "{mean: 5 days}"},
    {"targets.half.troops": "100"},
    {"contributors.south.approvals.0.probability": "1"},
    {"facts.mandate.after": "3 days"},
]


@pytest.fixture(scope="module")
def variants(tmp_path_factory):
    folder = tmp_path_factory.mktemp("variants")
    return [
        played(folder / str(number), MANY, settings, count=30) for number, settings in enumerate(VARIANTS)
    ]


@pytest.fixture(scope="module")
def tables_of_first(variants):
    """How the first few compare, worked out once: nothing that is drawn changes it."""

    @cache
    def compared(count, name="scenario-{}"):
        return ComparisonTables(compare({name.format(n): run for n, run in enumerate(variants[:count])}))

    return compared


@pytest.mark.long
@pytest.mark.parametrize(
    ("count", "width"),
    [(2, COLUMN_WIDTH), (12, COLUMN_WIDTH), pytest.param(12, FULL_WIDTH, marks=pytest.mark.slow)],
    ids=["2-column", "12-column", "12-page"],
)
def test_no_text_is_clipped_or_overlaps(tables_of_first, count, width):
    tables = tables_of_first(count)
    for name, draw in comparison_figures(tables):
        if name.startswith(("target", "contributors")) and "-1-" not in name:
            continue  # one of each kind is enough
        figure = draw(tables, width=width)
        assert layout_faults(figure) == [], name
        assert float(figure.get_size_inches()[0]) == pytest.approx(width), name


@pytest.mark.long
def test_very_long_labels_fit(tables_of_first):
    tables = tables_of_first(5, name=f"{{}} {LONG}")
    for name, draw in comparison_figures(tables):
        assert layout_faults(draw(tables, width=COLUMN_WIDTH)) == [], name


@pytest.mark.long
def test_independent_samples_and_other_lengths_are_drawn(variants, tmp_path):
    shorter = played(tmp_path, MANY, {"end": "2026-06-20"}, count=25, seed=9)
    tables = ComparisonTables(compare({"now": variants[0], "shorter": shorter}))
    for name, draw in comparison_figures(tables):
        figure = draw(tables)
        assert layout_faults(figure) == [], name
        words = " ".join(text.get_text() for text in shown_texts(figure))
        assert "independent samples" in words and "seeds 0, 9" in words, name


@pytest.mark.long
def test_every_figure_can_be_drawn_into_a_panel(tables_of_first):
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    tables = tables_of_first(3)
    for name, draw in comparison_figures(tables):
        with drawing():
            page = Figure(figsize=(14, 9))
            FigureCanvasAgg(page)
            axes = page.add_axes((0.25, 0.2, 0.5, 0.55))
        assert draw(tables, axes) is page, name
        assert axes.get_title(loc="left"), name


@pytest.mark.long
def test_a_scenario_keeps_its_colour(tables_of_first):
    three, twelve = tables_of_first(3), tables_of_first(12)
    assert three.shades["scenario-0"] == BASELINE_SHADE
    assert len(set(twelve.shades.values())) == 12
    assert all(twelve.shades[label] == shade for label, shade in three.shades.items())


@pytest.mark.long
def test_a_cause_keeps_its_colour_on_every_page(tables_of_first):
    tables = tables_of_first(8)
    pages = [draw_binding_stack(tables.of(label)) for label in tables.labels]
    shown = [
        (drawn.get_label(), to_hex(drawn.get_facecolor()[0]))
        for page in pages
        for drawn in page.axes[0].collections
    ]
    bars = draw_comparison_binding(tables).axes[0].containers
    shown += [(bar.get_label(), to_hex(bar.patches[0].get_facecolor())) for bar in bars]
    named = {(words, shade) for words, shade in shown if not words.startswith("other ")}
    assert len({words for words, _ in named}) == len(named) > 6
    coloured = {shade for words, shade in named if words != "deployed"} & {
        *map(str.lower, tables.cause_shades.values())
    }
    assert len(coloured) >= 6


def test_the_bars_show_the_troop_days_of_the_table(tables_of_first):
    tables = tables_of_first(3)
    bars = draw_comparison_binding(tables).axes[0].containers
    rows = tables.effects("troop_days", "deployed")
    days = tables.baseline.run.days
    deployed = [bar.patches[0].get_width() for bar in bars if bar.get_label() == "deployed"]
    assert deployed[1:] == pytest.approx([row.value / days for row in rows], rel=1e-6)
    assert deployed[0] == pytest.approx(rows[0].baseline / days, rel=1e-6)


@pytest.mark.long
def test_the_same_comparison_leaves_the_same_bytes(variants, tmp_path, monkeypatch):
    drawn = keeping.comparison_exhibits

    def some(tables):
        return (exhibit for exhibit in drawn(tables) if exhibit.name in {"fans", "effects"})

    monkeypatch.setattr(keeping, "comparison_exhibits", some)
    two = {f"scenario-{number}": run for number, run in enumerate(variants[:2])}
    for place in ("one", "two"):
        write_comparison_outputs(ComparisonTables(compare(two)), tmp_path / place)
    first = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*.*"))
    assert {path.name for path in first} >= {"comparison.csv", "fans.svg", "effects-column.png"}
    for path in first:
        assert (tmp_path / "one" / path).read_bytes() == (tmp_path / "two" / path).read_bytes(), path


def test_sentences_are_true_of_the_table(tables_of_first):
    tables = tables_of_first(4)
    assert head_finding(tables) == "3 scenarios compared with scenario-0, the same 30 worlds each"
    rows = {row.scenario: row for row in tables.effects("level_mean", "force", tables.date)}
    for label, row in rows.items():
        first = scenario_findings(tables, label)[0]
        assert {
            "higher": " higher (",
            "lower": " lower (",
            "unclear": "is unclear (",
            "same": "the same",
        }[row.verdict] in first
    clear = [row for row in rows.values() if row.verdict == "higher"]
    if clear:
        assert max(clear, key=lambda row: row.difference).scenario in level_finding(tables).lower()
    (sentence,) = interaction_findings(tables)
    assert "“scenario-1” and “scenario-2” together change" in sentence and "by unclear" not in sentence


def test_a_run_against_itself_is_said_to_be_the_same(variants):
    tables = ComparisonTables(compare({"one": variants[0], "other": variants[0]}))
    assert "No scenario changes the mean force" in level_finding(tables)
    assert "is the same in every world" in scenario_findings(tables, "other")[0]


def test_python_users_get_tables_figures_and_html(variants):
    found = Compared(compare({"<b>": variants[0], "c": variants[1]}))
    assert len(found.table) and len(found.inputs) == 1 and found.interactions.empty
    for draw in (
        found.fans,
        found.differences,
        found.distributions,
        found.targets,
        found.effects,
        found.binding,
        partial(found.contributors, "c"),
    ):
        assert isinstance(draw(width=COLUMN_WIDTH), Figure)
    shown = found._repr_html_()
    assert "<b>c</b>" in shown and "facts.mandate.probability" in shown


@pytest.fixture(scope="module")
def study():
    from sim.batch.executors import workers_for
    from sim.scenario.loading import resolve_text
    from sim.studies.sensitivity import sensitivity

    return sensitivity(
        resolve_text(MANY, "many"),
        workers_for(1),
        replications=25,
        only="facts.",
        measures=["level_mean", "target_held:half"],
    )


@pytest.mark.long
@pytest.mark.parametrize("width", [FULL_WIDTH, COLUMN_WIDTH], ids=["page", "column"])
def test_the_tornado_fits(study, width):
    for key in study.measures:
        figure = draw_tornado(study, width=width, key=key)
        assert layout_faults(figure) == [], key
        words = " ".join(text.get_text() for text in shown_texts(figure))
        assert "25 worlds" in words and "Mandate" in words


def test_what_a_conclusion_hangs_on_is_named_in_words(study):
    for key in study.measures:
        sentences = sensitivity_findings(study, key)
        rows = study.rows(key)
        clear = int(rows["clear"].sum())
        verb = "changes" if clear == 1 else "change"
        words = f"Of {len(rows)} assumptions moved alone, {clear} clearly {verb} it"
        assert words in " ".join(sentences)
        if clear:
            top = rows[rows["clear"]].iloc[0]
            assert assumption_words(study.scenario, top["assumption"]) in sentences[1]


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("{median: 4.9 days, p90: 21 days}", "median 4.9 days"),
        ("{low: 1 days, mode: 2 days, high: 3 days, times: tempo}", "mode 2 days"),
        ("{value: 3 days, times: tempo}", "3 days"),
        ("{one_of: {4 days: 3, 16 days: 1}}", "one_of: {4 days: 3, 16 days: 1}"),
        ("{median: 33.75 days, p90: 112.5 days}", "median 33.8 days"),
        ("{p10: 12.1 days, median: 115 days, p90: 480 days, times: tempo}", "median 115 days"),
        ("{p10: 6.05 days, p90: 240 days}", "6.05 days (10 %) to 240 days (90 %)"),
        ("{chance: 0.3536, per: quarter}", "35.4 % per quarter"),
        ("{chance: 10%, per: quarter}", "10 % per quarter"),
        ("0.05617", "0.0562"),
        ("2000", "2,000"),
        ("{low: 500, mode: 1500, high: 12000}", "mode 1,500"),
        ("2026-06-01", "2026-06-01"),
        ("0.375", "0.375"),
        ("12.5 per 40 days", "12.5 per 40 days"),
    ],
)
def test_settings_become_words(setting, words):
    assert setting_words(setting) == words


@pytest.mark.parametrize(
    ("words", "percents_said"),
    [
        ("0.658", "65.8 %"),
        ("mode 0.4", "mode 40 %"),
        ("60%", "60 %"),
        ("median 12.5%", "median 12.5 %"),
        ("0.05 (10 %) to 0.5 (90 %)", "5 % (10 %) to 50 % (90 %)"),
        ("1", "100 %"),
    ],
)
def test_a_probability_is_said_in_percent(words, percents_said):
    assert percents(words) == percents_said


def test_paths_become_words(study):
    scenario = study.scenario
    assert assumption_words(scenario, "facts.mandate.probability") == "Mandate: probability"
    south = "contributors.south"
    assert assumption_words(scenario, f"{south}.approvals.0.takes") == "South: approval (parliament) takes"
    assert assumption_words(scenario, f"{south}.contingents.medics.troops") == "South: medics troops"
    assert assumption_words(scenario, "contributors.west.contingents.unit.troops") == "West: troops"
    assert assumption_words(scenario, f"{south}.consents.host.after") == "South: consent of Host, after"
    assert (
        assumption_words(scenario, "facts.quiet.rate_multiplier.0.ends") == "Quiet: rate multiplier (1) ends"
    )
    assert assumption_words(scenario, "theatre.reception") == "Theatre reception"
