import json

import pytest

from sim.cli.main import main
from tests.studies.forecasts.test_forecasts import HISTORY, SCENARIO


def isf(*words):
    with pytest.raises(SystemExit) as ended:
        main([str(word) for word in words])
    return ended.value.code


@pytest.mark.long
def test_a_run_is_sealed_once_and_scored(tmp_path, capsys):
    (tmp_path / "two.yaml").write_text(SCENARIO, encoding="utf-8")
    (tmp_path / "history.yaml").write_text(HISTORY, encoding="utf-8")
    assert (
        isf("run", tmp_path / "two.yaml", "-n", 40, "--jobs", 1, "--out", tmp_path, "--figures", "none", "-q")
        == 0
    )
    folder = capsys.readouterr().out.strip()
    sealed = tmp_path / "sealed.json"
    assert isf("forecast", "seal", folder, "--out", sealed, "--on", "2026-01-16") == 0
    assert json.loads(sealed.read_text(encoding="utf-8"))["seal"] in capsys.readouterr().out
    assert isf("forecast", "seal", folder, "--out", sealed) == 2
    assert "never replaced" in capsys.readouterr().err
    assert isf("forecast", "score", sealed, folder, "--history", tmp_path / "history.yaml") == 0
    said = capsys.readouterr().out
    assert "nobody stood for it" in said and "Calibration" in said
    curve = tmp_path / "curve.svg"
    words = ("forecast", "score", folder, "--history", tmp_path / "history.yaml", "--figure")
    assert isf(*words, curve) == 0
    assert "given, and" in curve.read_text(encoding="utf-8")
    assert isf(*words, tmp_path / "curve.pdf") == 2
    sealed.write_text(sealed.read_text(encoding="utf-8").replace("0", "1", 1), encoding="utf-8")
    assert isf("forecast", "score", sealed, "--history", tmp_path / "history.yaml") == 2


def test_calibrate_and_backtest_name_what_is_wrong(tmp_path, capsys):
    assert isf("calibrate", "--kind", "odd") == 2
    assert "usual, hard, own" in capsys.readouterr().err
    assert isf("calibrate", "--without", "Atlantis") == 2
    assert "is no cluster" in capsys.readouterr().err
    assert isf("backtest", "--missions", tmp_path) == 2
    assert "missions.csv is missing" in capsys.readouterr().err
