"""`isf run --logs`: the answers are the same, and what reads a log has it all the same."""

from __future__ import annotations

import pytest

from sim.cli.main import main
from tests.cli.test_ending import SMALL


@pytest.fixture
def isf(capfd):
    def command(*words):
        with pytest.raises(SystemExit) as ended:
            main([str(word) for word in words])
        out, err = capfd.readouterr()
        return ended.value.code or 0, out, err

    return command


def only_run(out):
    (folder,) = (out / "small").iterdir()
    return folder


def test_answers_are_the_same_with_and_without_logs_and_a_log_is_had_again(isf, tmp_path):
    (tmp_path / "small.yaml").write_text(SMALL)
    said, summaries, folders = {}, {}, {}
    for logs in ("all", "none"):
        out = tmp_path / logs
        common = ("run", tmp_path / "small.yaml", "-n", 300, "--jobs", 1, "--figures", "none", "--out", out)
        code, printed, err = isf(*common, "--logs", logs)
        assert (code, err) == (0, "")
        folders[logs] = only_run(out)
        said[logs] = printed.replace(str(folders[logs]), "RUN")
        summaries[logs] = (folders[logs] / "summary.csv").read_bytes()
    assert said["none"] == said["all"]
    assert summaries["none"] == summaries["all"]
    traces = [isf("trace", folder, "-r", 299)[1] for folder in folders.values()]
    assert traces[0] == traces[1] != ""
    listed = [isf("runs", folder)[1].splitlines()[1].split()[6] for folder in folders.values()]
    assert listed == ["all", "none"]
    assert isf("runs", folders["none"], "--verify")[0] == 0
    (summary,) = (folders["none"] / "summaries").glob("block-00001-*")
    summary.write_bytes(b"x")
    code, _, err = isf("runs", folders["none"], "--verify")
    assert (code, err) == (1, f"{summary}: is damaged or foreign (its checksum is not the manifest's)\n")


def test_what_no_logs_would_take_is_less(isf, tmp_path):
    (tmp_path / "small.yaml").write_text(SMALL)

    def disk(*options):
        out = isf(
            "run", tmp_path / "small.yaml", "-n", 100_000, "--dry-run", "--out", tmp_path / "o", *options
        )[1]
        number, unit = out.splitlines()[1].split()[-2:]
        return float(number) * {"kB": 1, "MB": 1_000, "GB": 1_000_000}[unit]

    assert disk("--logs", "none") < disk("--logs", "sample=50000") < disk()


def test_what_is_no_choice_of_logs(isf, tmp_path):
    (tmp_path / "small.yaml").write_text(SMALL)
    code, _, err = isf("run", tmp_path / "small.yaml", "--logs", "few")
    assert code == 2 and "--logs 'few': choose all, none, or sample=K" in err


@pytest.mark.parametrize(
    ("received", "said"), [(None, ""), (0, ""), (12345, "isf: 12,345 bytes of results came")]
)
def test_what_came_over_a_network_is_said_in_bytes_once(isf, tmp_path, monkeypatch, received, said):
    monkeypatch.setattr("sim.batch.executors.received_from", lambda workers: received)
    monkeypatch.setattr("sim.cli.running._report", lambda *given, **options: None)
    (tmp_path / "small.yaml").write_text(SMALL)
    words = ("run", tmp_path / "small.yaml", "-n", 1, "--jobs", 1, "--out", tmp_path / "out")
    code, _, err = isf(*words)
    assert code == 0 and err.startswith(said) and err.count("bytes") == bool(said)
    assert isf(*words, "--quiet")[2] == ""
