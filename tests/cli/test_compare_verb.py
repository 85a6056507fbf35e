"""`isf compare` and `isf sensitivity`: what they print, keep, and say when something is wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sim.cli.comparing import entries_of
from sim.cli.main import main
from sim.errors import UsageError
from tests.studies.played import MANY


@pytest.fixture
def files(tmp_path):
    now, sure = tmp_path / "now.yaml", tmp_path / "sure.yaml"
    now.write_text(MANY)
    sure.write_text("extends: now.yaml\nscenario: Sure\nfacts: {mandate: {probability: 1}}\n")
    return now, sure


def touched(figure, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


@pytest.fixture
def isf(capfd, monkeypatch):
    """The command in this process; figures have tests of their own."""
    monkeypatch.setattr("sim.report.keeping.comparison_exhibits", lambda tables: iter(()))
    monkeypatch.setattr("sim.report.style.write_figure", touched)
    monkeypatch.setenv("COLUMNS", "120")

    def command(*arguments):
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        out, err = capfd.readouterr()
        assert "Traceback" not in err
        return ended.value.code or 0, out, err

    return command


def test_a_sweep_and_a_folder_of_runs_are_compared_by_what_varies(isf, files, tmp_path, monkeypatch):
    monkeypatch.setattr("sim.report.keeping.write_figures", lambda *exhibits: [])
    out, now = tmp_path / "out", files[0]
    lists = "facts.mandate.probability=0.2,0.5,0.9"
    play = ["-n", 10, "--executor", "serial", "--out", out]
    assert isf("run", now, "--set", lists, "--figures", "none", *play)[0] == 0
    (sweep,) = out.glob("sweeps/*/sweep.csv")
    code, text, err = isf("compare", sweep, "--out", out, "--executor", "serial")
    assert (code, err) == (0, "")
    assert text.startswith("2 scenarios compared with probability=0.2, the same 10 worlds each")
    assert "probability=0.9" in text
    code, again, _ = isf("compare", out / "now", "--baseline", "probability=0.2", "--out", out)
    assert code == 0 and again.startswith("2 scenarios compared with probability=0.2")
    for bad, words in (
        (("mine=" + str(out / "now"),), "one label cannot name"),
        ((out / "nowhere",), "nowhere"),
    ):
        code, text, err = isf("compare", *bad, now, *play)
        assert (code, text) == (2, "") and words in err
    from sim.report.comparison_tables import ComparisonTables
    from sim.report.figures.registry import comparison_exhibits
    from sim.report.reporting import labelled_runs
    from sim.studies.comparison import compare

    runs = labelled_runs([str(sweep)])
    assert list(runs) == ["probability=0.2", "probability=0.5", "probability=0.9"]
    assert "response" in {each.name for each in comparison_exhibits(ComparisonTables(compare(runs)))}


def test_a_scenarios_folder_that_holds_one_run_may_be_named(isf, files, tmp_path, monkeypatch):
    monkeypatch.setattr("sim.report.keeping.write_figures", lambda *exhibits: [])
    out = tmp_path / "out"
    assert isf("run", *files, "-n", 10, "--jobs", 1, "--figures", "none", "--out", out)[0] == 0
    code, text, err = isf("compare", out / "now", out / "sure", "--out", out, "-q")
    assert (code, err) == (0, "")
    assert Path(text.strip()).parent == out / "comparisons"


def test_files_are_run_and_compared_inputs_first(isf, files, tmp_path):
    out = tmp_path / "out"
    code, text, err = isf("compare", *files, "-n", 20, "--jobs", 1, "--out", out)
    assert (code, err) == (0, "")
    assert text.startswith("1 scenario compared with now, the same 20 worlds each")
    order = [
        text.index(f"\n{title}\n")
        for title in ("What differs in the inputs", "Force level", "Targets", "What holds the force back")
    ]
    assert order == sorted(order)
    assert "facts.mandate.probability" in text
    assert re.search(r"sure +world by world +20 +\d+\.\d times +the same 20 worlds", text)
    folder = Path(text.splitlines()[-1])
    assert folder.parent == out / "comparisons"
    assert {"comparison.csv", "inputs.csv", "comparison.json"} <= {path.name for path in folder.iterdir()}
    assert len(list((out / "now").iterdir())) == len(list((out / "sure").iterdir())) == 1


def test_long_names_are_not_broken_at_eighty_columns(isf, files, tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    now, sure = files
    entries = (f"now={now}", f"demilitarisation-skipped={sure}")
    _, text, _ = isf("compare", *entries, "-n", 20, "--jobs", 1, "--out", tmp_path / "out")
    table = text[text.index("\nFirst boots\n") : text.index("\nWhat holds the force back\n")]
    assert "demilitarisation-skipped" in table


def test_run_folders_are_compared_as_they_are(isf, files, tmp_path):
    out = tmp_path / "out"
    isf("compare", *files, "-n", 10, "--jobs", 1, "--out", out, "--quiet")
    (now,), (sure,) = (list((out / name).iterdir()) for name in ("now", "sure"))
    code, text, err = isf("compare", f"before={now}", f"after={sure}", "--baseline", "after", "--out", out)
    assert (code, err) == (0, "")
    assert "1 scenario compared with after, the same 10 worlds each" in text


def test_quiet_prints_only_the_folder_and_the_same_again_is_the_same(isf, files, tmp_path):
    arguments = ("compare", *files, "-n", 10, "--jobs", 1, "--out", tmp_path / "out", "-q")
    code, first, err = isf(*arguments)
    assert (code, err) == (0, "") and first.count("\n") == 1
    before = (Path(first.strip()) / "comparison.csv").read_bytes()
    assert isf(*arguments)[1] == first
    assert (Path(first.strip()) / "comparison.csv").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("{now}",), "a comparison needs two runs or more"),
        (("a={now}", "a={sure}"), "the label 'a' is given twice"),
        (("{now}", "{sure}", "--baseline", "then"), "--baseline then: is none of the labels: now, sure"),
        (("{now}", "nothing.yaml"), "nothing.yaml"),
        (("{now}", "{folder}"), "is not a run"),
        (("{now}", "{sure}", "--interaction", "a,b"), "--interaction a,b: name three"),
        (("{now}", "{sure}", "-n", "0"), "replications: 0 is not between 1 and"),
    ],
)
def test_mistakes_end_with_two_and_one_message(isf, files, tmp_path, arguments, message):
    places = {"now": files[0], "sure": files[1], "folder": tmp_path}
    count = () if "-n" in arguments else ("-n", 5)
    filled = [argument.format(**places) for argument in arguments]
    code, out, err = isf("compare", *filled, *count, "--jobs", 1, "--out", tmp_path / "out")
    assert (code, out) == (2, "")
    assert message in err


def test_labels_are_read_or_made_up(tmp_path):
    (tmp_path / "a=b.yaml").touch()
    names = [
        entry.label
        for entry in entries_of(["x=one.yaml", "two.yaml", "deep/two.yaml", str(tmp_path / "a=b.yaml")])
    ]
    assert names == ["x", "two", "two (2)", "a=b"]
    with pytest.raises(UsageError, match="is not LABEL=RUN"):
        entries_of(["=one.yaml", "two.yaml"])


def test_sensitivity_says_what_it_takes_and_what_matters(isf, files, tmp_path):
    arguments = (
        "sensitivity",
        files[0],
        "-n",
        15,
        "--jobs",
        1,
        "--only",
        "mandate",
        "--out",
        tmp_path / "out",
    )
    code, text, err = isf(*arguments, "--top", 1)
    assert code == 0, err
    assert err.startswith("2 assumptions: 4 runs of 15 replications, about ")
    assert "The mean force on 15 June 2026 is " in text and "Mandate: " in text
    assert "The other one reaches less far (sensitivity.csv)." in text
    folder = Path(text.splitlines()[-1])
    assert folder.parent == tmp_path / "out" / "sensitivity" / "now"
    assert {"sensitivity.csv", "unmoved.csv", "answers", "figures"} <= {
        path.name for path in folder.iterdir()
    }
    assert isf(*arguments, "-q")[1:] == (f"{folder}\n", "")


def test_an_unknown_measure_lists_those_that_there_are(isf, files, tmp_path):
    code, out, err = isf(
        "sensitivity", files[0], "-n", 3, "--measure", "speed", "--jobs", 1, "--out", tmp_path / "o"
    )
    assert (code, out) == (2, "")
    assert "--measure speed" in err and "level_mean:force@2026-06-15" in err


@pytest.mark.parametrize("verb", ["compare", "sensitivity"])
def test_help_has_an_example(isf, verb):
    code, out, _ = isf(verb, "--help")
    assert code == 0 and f"isf {verb} scenarios/" in out
