"""The library of scoring rules is read without compiling, and left as it is for others."""

from __future__ import annotations

import sys
from types import ModuleType

from sim.studies.backtest.scoring_library import scoring_rules


def test_nothing_is_compiled_and_nobody_else_has_this_copy(monkeypatch):
    theirs, numba = ModuleType("scoringrules"), ModuleType("numba")
    monkeypatch.setitem(sys.modules, "scoringrules", theirs)
    monkeypatch.setitem(sys.modules, "numba", numba)
    scoring_rules.cache_clear()
    ours = scoring_rules()
    assert ours.core.crps.estimator_gufuncs is None, "functions of numba, compiled while they are imported"
    assert sys.modules["scoringrules"] is theirs is not ours and sys.modules["numba"] is numba
    assert [name for name in sys.modules if name.startswith("scoringrules.")] == []
    assert scoring_rules() is ours
    assert ours.crps_ensemble(2.0, [1.0, 3.0], estimator="qd", backend="numpy") == 0.5
    assert ours.brier_score(1.0, 0.25, backend="numpy") == 0.5625


def test_where_nobody_has_imported_them_they_stay_unknown(monkeypatch):
    for name in [name for name in sys.modules if name.split(".")[0] in ("scoringrules", "numba")]:
        monkeypatch.delitem(sys.modules, name)
    scoring_rules.cache_clear()
    assert scoring_rules().crps_ensemble
    assert "numba" not in sys.modules and "scoringrules" not in sys.modules
