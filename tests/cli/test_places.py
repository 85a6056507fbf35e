"""What a command is told to write replaces no file of a run, and no scenario."""

from __future__ import annotations

import pytest

from sim.cli.main import main

VERBS = [
    ("report", "RUN", "--out"),
    ("report", "RUN", "--pdf"),
    ("export", "RUN", "--xlsx"),
    ("page", "RUN", "--out"),
    ("worlds", "RUN", "--csv"),
    ("worlds", "RUN", "--parquet"),
    ("whatif", "RUN", "--set", "facts.a.probability=50%", "--csv"),
    ("why", "RUN", "RUN", "--csv"),
    ("signposts", "RUN", "--csv"),
    ("forecast", "seal", "RUN", "--out"),
    ("schema", "--out"),
]


@pytest.mark.parametrize(
    "place", ["mine.yaml", "run/summary.csv", "run/scenario.yaml", "run/figures/fan.svg"]
)
@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_it_is_refused_before_anything_is_done(tmp_path, capfd, verb, place):
    (tmp_path / "run" / "figures").mkdir(parents=True)
    for name in ("mine.yaml", "run/manifest.json", "run/scenario.yaml", "run/summary.csv"):
        (tmp_path / name).write_text("mine")
    words = [str(tmp_path / "run") if word == "RUN" else word for word in verb]
    with pytest.raises(SystemExit) as ended:
        main([*words, str(tmp_path / place)])
    assert ended.value.code == 2
    assert "choose another name" in capfd.readouterr().err
    assert (tmp_path / "mine.yaml").read_text() == (tmp_path / "run" / "summary.csv").read_text() == "mine"


def test_a_figure_has_a_kind_that_can_be_drawn(tmp_path, capfd):
    with pytest.raises(SystemExit) as ended:
        main(["why", str(tmp_path), str(tmp_path), "--figure", str(tmp_path / "figure.doc")])
    assert ended.value.code == 2
    assert "end its name in .svg, .png or .pdf" in capfd.readouterr().err
