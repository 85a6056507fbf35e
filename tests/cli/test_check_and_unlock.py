"""`isf check`, `isf unlock` and what `isf validate` tells of rules: what they print, and how they end."""

from __future__ import annotations

import json
import re

import pytest

from sim.cli.main import main

SCENARIO = """\
scenario: Small
start: 2026-01-01
end: 2026-12-31
facts:
  truce: {kind: switch, stays_on: {mean: 90 days}, stays_off: {mean: 30 days}}
  mandate: {kind: milestone, probability: 0.5}
contributors:
  north:
    commits_when: truce for 14 days and mandate
    contingents: {unit: {troops: 700, role: infantry}}
"""


@pytest.fixture
def isf(capfd):
    """The command in this process: (exit code, stdout, stderr)."""

    def call(*arguments):
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        output = capfd.readouterr()
        return ended.value.code or 0, output.out, output.err

    return call


@pytest.fixture
def write(tmp_path):
    def written(extra=""):
        path = tmp_path / "small.yaml"
        path.write_text(SCENARIO + extra)
        return path

    return written


def check(isf, path, *more):
    return isf("check", path, "-n", "20", "--examples", "60", "--jobs", "1", *more)


def test_statements_that_hold(isf, write):
    code, out, err = check(isf, write("never:\n  - deployed(north) > 0 and not mandate\n"))
    assert (code, err) == (0, "")
    assert "holds in 20 random worlds; no counter-example among 60 worlds hunted through" in out


def test_a_statement_broken_in_random_worlds(isf, write):
    code, out, _ = check(isf, write("never:\n  - deployed(north) > 0 and not truce\n"))
    assert code == 1
    assert "of 20 random worlds, first in replication" in out
    assert "north unit: 700 moving → deployed" in out
    assert "├─ some troops of north are deployed  true since 2026" in out


def test_a_statement_that_only_the_hunt_breaks(isf, write):
    path = write("never:\n  - deployed(north) > 0 and truce for 300 days\n")
    code, out, _ = check(
        isf, path, "--set", "facts.truce.stays_on={mean: 20 days}", "--set", "facts.mandate.probability=1"
    )
    assert code == 1
    assert "holds in 20 random worlds, but the facts may do what breaks it: on 2026-10-28 (day 300)" in out
    assert "2026-01-01  truce = 1" in out


def test_nothing_to_check(isf, write):
    code, out, _ = check(isf, write())
    assert code == 0 and "no `never:` and no `always:` statement" in out


def test_a_violation_makes_a_run_end_with_1_and_is_stored_with_its_facts(isf, write, tmp_path, monkeypatch):
    monkeypatch.setattr("sim.report.keeping.write_run_outputs", lambda *arguments, **options: None)
    path = write("always:\n  - deployed(north) == 0 or truce\n")
    code, _, err = isf(
        "run", path, "-n", "20", "-q", "--figures", "none", "--jobs", "1", "--out", tmp_path / "out"
    )
    assert code == 1
    assert "“always: deployed(north) == 0 or truce” was broken in" in err
    assert "with deployed(north) = 700, truce = 0" in err
    (manifest,) = (tmp_path / "out").rglob("manifest.json")
    (violation,) = json.loads(manifest.read_text())["violations"]
    assert violation["facts"] == "deployed(north) = 700, truce = 0"
    assert violation["replications"] >= 1 and violation["day"] > 14


def test_unlock(isf, write):
    code, out, err = isf("unlock", write(), "--target", "500", "-n", "50", "--jobs", "1")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "500 troops by 31 Dec 2026: as things stand 0 are reachable in a steady world."
    assert re.fullmatch(r"In played worlds it is reached by then in \d+ % \(\d+–\d+\)\.", lines[1])
    assert lines[3:5] == [
        "  1. “Mandate” holds and “Truce” holds",
        "     frees 700 troops (700 in all): North +700",
    ]
    assert re.fullmatch(r" +holds, all together, at some time in \d+ % \(\d+–\d+\)", lines[5])


def test_unlock_without_playing(isf, write):
    code, out, _ = isf("unlock", write(), "--target", "500", "-n", "0", "--by", "2026-03-01")
    assert code == 0 and "by 1 Mar 2026" in out
    assert "played worlds" not in out and "%" not in out


def test_unlock_tells_what_is_wrong(isf, write):
    code, _, err = isf("unlock", write(), "--target", "many")
    assert code == 2 and "there is no target 'many'" in err
    code, _, err = isf("unlock", write(), "--target", "5", "--contributor", "nroth")
    assert code == 2 and "did you mean north?" in err


def test_validate_warns_and_strictly_refuses(isf, write):
    path = write(
        "  south:\n    commits_when: mandate and not once mandate\n"
        "    contingents: {unit: {troops: 5, role: infantry}}\n"
    )
    code, out, err = isf("validate", path)
    assert code == 0 and "right" in out
    assert "warning: contributors.south.commits_when: can never hold" in err
    code, out, err = isf("validate", path, "--strict")
    assert code == 2 and "can never hold" in err and out == ""


def test_a_missing_hypothesis_is_told(isf, write, monkeypatch):
    import builtins

    original = builtins.__import__

    def importing(name, *arguments, **options):
        if name == "sim.testing.statements":
            raise ModuleNotFoundError("No module named 'hypothesis'", name="hypothesis")
        return original(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", importing)
    code, _, err = isf("check", write())
    assert code == 2 and "pip install '.[test]'" in err
