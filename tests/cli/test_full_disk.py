"""A disk that fills up in the middle of a run: one line, nothing half-written, and the rest when there is room."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from sim.cli.main import main
from tests.batch.fake import contents
from tests.cli.test_ending import SMALL

ROOT = Path(__file__).parents[2]


def command(*arguments, limit=None):
    def limited():
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return subprocess.run(
        [sys.executable, "-m", "sim", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limited,
    )


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "small.yaml"
    path.write_text(SMALL)
    return path


@pytest.mark.long
@pytest.mark.parametrize("jobs", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_a_file_size_limit_is_one_line_and_the_run_is_finished_later(tmp_path, small, jobs):
    arguments = ("run", small, "-n", 260, "--jobs", jobs, "--figures", "none", "--quiet", "--out")
    with pytest.raises(SystemExit) as ended:
        main([str(each) for each in (*arguments, tmp_path / "whole")])
    assert not ended.value.code
    biggest = max(len(content) for name, content in contents(tmp_path / "whole").items() if "block" in name)

    broken = command(*arguments, tmp_path / "out", limit=biggest - 1)
    assert broken.returncode == 2
    (line,) = broken.stderr.splitlines()
    assert "cannot be written: File too large; make room" in line and "give the same command again" in line
    left = contents(tmp_path / "out")
    assert not [name for name in left if "unfinished" in name]

    again = command(*arguments, tmp_path / "out")
    assert (again.returncode, again.stderr) == (0, "")
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")
    whole_blocks = contents(tmp_path / "whole")
    assert all(whole_blocks[name] == content for name, content in left.items() if "block" in name)
