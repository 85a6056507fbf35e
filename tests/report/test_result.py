"""What Python users get: tables and figures on the run itself."""

import pytest

import sim
from sim.cli.main import main
from sim.errors import RuleError, UsageError


@pytest.fixture(scope="module")
def result():
    return sim.run("scenarios/tutorial.yaml", replications=20, seed=0)


def test_the_tables_are_those_of_the_results_room(result):
    from sim.results.targets import target_table

    assert result.targets().equals(target_table(result))
    assert next(iter(result.levels()["date"])).date() == result.scenario.start
    assert set(result.flow_in()["contributor"]) == {"northland", "southland"}


def test_every_figure_can_be_drawn_and_put_into_axes_of_ones_own(result):
    from matplotlib.figure import Figure

    assert "fan" in result.figure_names
    own = Figure()
    axes = own.subplots()
    assert result.figure("fan", axes) is own
    assert axes.collections or axes.lines


def test_an_unknown_figure_is_refused_with_those_there_are(result):
    with pytest.raises(UsageError, match="no figure 'pie'; choose one of fan"):
        result.figure("pie")


def test_a_notebook_shows_targets_and_arrivals_with_names_escaped(result):
    shown = result._repr_html_()
    assert "initial" in shown
    assert "northland" in shown


def test_a_stored_run_opens_as_the_same_result(result):
    assert sim.open_run(result.folder).targets().equals(result.targets())


def test_levels_are_split_and_what_is_sure_is_counted(result):
    split = result.levels(by="contributor", every=100)
    assert set(split["contributor"]) == {"northland", "southland"}
    end = result.scenario.end
    level = sorted(result.tables.levels.on(end).tolist(), reverse=True)
    assert result.count_on(0.8, str(end)).troops == level[15]
    assert result.count_on(1.0, end).troops == level[-1]


def test_the_chance_of_any_rule(result):
    end = result.scenario.end
    there = int((result.tables.levels.on(end) >= 500).sum())
    assert result.chance("deployed >= 500", str(end)).value == there / 20
    with pytest.raises(RuleError, match="nothing follows"):
        result.chance("deployed >=", end)
    with pytest.raises(UsageError, match="not a day of the run"):
        result.chance("deployed >= 5", "2031-01-01")


def test_it_says_itself_in_a_line_and_shows_a_picture(result):
    assert len(repr(result)) < 200 and "20 replications" in repr(result)
    shown = result._repr_html_()
    assert "data:image/png;base64," in shown and 'alt="Median force' in shown
    assert result.figure("fan")._repr_png_().startswith(b"\x89PNG")


@pytest.mark.long
@pytest.mark.usefixtures("no_pictures")
def test_every_verb_has_its_function(result, tmp_path):
    assert "Northland" in sim.explain("scenarios/tutorial.yaml", worlds=0)
    found = sim.unlock("scenarios/tutorial.yaml", "initial")
    assert found.target == 2000
    study = sim.sensitivity(
        "scenarios/tutorial.yaml", replications=10, only="facts.mandate_clear.probability"
    )
    assert study.assumptions == 1
    (written,) = sim.report({"tutorial": result}, html=tmp_path / "r.html")
    assert written.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert set(sim.__all__) <= set(dir(sim))
    checked = sim.check("scenarios/tutorial.yaml", replications=5, examples=0)
    assert checked and all(isinstance(line, str) for line, _ in checked)


@pytest.mark.long
def test_a_page_is_that_of_the_verb(tmp_path):
    run = sim.run("scenarios/tutorial.yaml", replications=250, seed=0)
    sliders = ["facts.mandate_clear.probability"]
    assert run.page(tmp_path / "own.html", run, sliders=sliders) == tmp_path / "own.html"
    sim.page(run.folder, tmp_path / "other.html", run, sliders=sliders)
    said = ["page", str(run.folder), str(run.folder), "--slider", *sliders]
    with pytest.raises(SystemExit) as ended:
        main([*said, "--out", str(tmp_path / "verb.html"), "--jobs", "1"])
    assert not ended.value.code
    own, other, verb = ((tmp_path / f"{name}.html").read_bytes() for name in ("own", "other", "verb"))
    assert own == other == verb
    with pytest.raises(UsageError, match="no number that can be moved"):
        run.page(tmp_path / "no.html", sliders=["facts.nothing"])


def test_why_an_answer_changed_adds_up_to_it(result, tmp_path):
    other = sim.load("scenarios/tutorial.yaml", ["facts.mandate_clear.probability=0.3"])
    later = sim.run(other, replications=20, seed=0, out=tmp_path)
    found = later.why(result, "initial", out=tmp_path)
    rows = dict(zip(found.table()["what"], found.table()["change"], strict=True))
    held = [float(run.targets().set_index("target").loc["initial", "held_on"]) for run in (result, later)]
    assert (float(found.then), float(found.now)) == pytest.approx(held)
    assert rows["another version of the simulator"] == rows["chance"] == 0
    (edit,) = (change for what, change in rows.items() if "mandate_clear" in what)
    assert edit == pytest.approx(held[1] - held[0]) and edit
    assert sim.why(result, later.folder, "initial", replications=20).parts == found.parts
    moved = later.why(result, by="2026-06-30")
    assert moved.now - moved.then == sum(part.change for part in moved.parts)
    with pytest.raises(UsageError, match="no target 'none'; it has: initial"):
        later.why(result, "none")


@pytest.mark.parametrize(
    "rule",
    [
        "deployed(cedr) > 0",
        "nonsense",
        "deployed(role=infntry) > 0",
        "deployed(sector=nrth) >= 10",
        "consent(host)",
        "deployed(self) > 0",
    ],
)
def test_a_rule_that_speaks_of_what_is_not_there_has_no_chance(result, rule):
    with pytest.raises(UsageError, match=r"`.*`: "):
        result.chance(rule, result.scenario.end)


def test_answers_say_themselves_in_a_few_lines(result):
    scenario = sim.load("scenarios/tutorial.yaml")
    assert repr(scenario).startswith("<scenario “Tutorial”: 2026-01-01 to 2026-12-31, digest ")
    for answer in (
        scenario,
        result.signposts("initial"),
        result.discover("initial"),
        result.nearest("initial"),
    ):
        assert len(repr(answer)) < 2_000 and "array(" not in repr(answer)


def test_a_mistake_of_the_caller_is_said_as_one(result):
    with pytest.raises(UsageError, match="'2026-13-31' is no date; write it as in '2026-12-31'"):
        result.count_on(0.8, "2026-13-31")
    with pytest.raises(UsageError, match="compare takes runs by label"):
        sim.compare([result, result])


def test_sheets_are_named_by_whole_words():
    from sim.report.workbook import _shortened

    assert _shortened("Force level at the end of the day") == "Force level at the end"
    assert _shortened("Probability of each target by its date") == "Probability of each target"
    assert _shortened("Who arrives, and when") == "Who arrives, and when"
    assert _shortened("A" * 40) == "A" * 28
