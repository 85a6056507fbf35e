"""The command where things are not as at home: each environment is a row of the table below.

=====================  ========================================================================================
environment            how it is made here
=====================  ========================================================================================
no home                HOME is missing, and so is every XDG folder
a home that is no one  HOME leads to what may not be written
plain C                LC_ALL=C without UTF-8 mode, output in ASCII
odd path               scenario and outputs in folders with spaces, umlauts and a quotation mark
no terminal            standard input closed, output to a file
no temporary folder    TMPDIR leads nowhere
few files              at most 64 open files
read-only              a whole run is shown again from a folder that may not be written
=====================  ========================================================================================

Two rows run always, all of them in the slow suite. What cannot be tried here holds by construction: file names
are letters, digits, `-`, `_` and `.` (Windows), nothing is locked by a file that could be left, every file is
replaced atomically (`os.replace`), and workers are spawned, not forked, wherever they run.
"""

from __future__ import annotations

import os
import resource
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from sim.cli.main import main
from tests.batch.fake import contents
from tests.cli.test_ending import SMALL

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(os.name != "posix", reason="made with POSIX means")


def command(place, figures="page"):
    return ["run", place / "small.yaml", "-n", "40", "--figures", figures, "--out", place / "out"]


def run(place, *options, drop=(), limit=None, **environment):
    """Run a small scenario in a folder, and return how it ended."""
    place.mkdir(parents=True, exist_ok=True)
    (place / "small.yaml").write_text(SMALL)
    kept = {name: value for name, value in os.environ.items() if name not in drop}

    def limited():
        if limit:
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))

    return subprocess.run(
        [sys.executable, "-m", "sim", *command(place), *options],
        cwd=place,
        env=kept | {"PYTHONPATH": str(ROOT)} | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        preexec_fn=limited,
    )


@pytest.fixture(scope="module")
def at_home(tmp_path_factory):
    """What the same command leaves in this process."""
    return left_at_home(tmp_path_factory.mktemp("home"), "page")


@pytest.fixture(scope="module")
def at_home_without_figures(tmp_path_factory):
    """What it leaves where no figure is asked for."""
    return left_at_home(tmp_path_factory.mktemp("home"), "none")


def left_at_home(place, figures):
    (place / "small.yaml").write_text(SMALL)
    with pytest.raises(SystemExit) as ended:
        main([*map(str, command(place, figures)), "--jobs", "1", "--quiet"])
    assert not ended.value.code
    return contents(place / "out")


XDG = ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "MPLCONFIGDIR", "USERPROFILE")
ENVIRONMENTS = {
    "no home": {"drop": XDG},
    "a home that is no one's": {"drop": XDG, "HOME": "/proc/nowhere"},
    "plain C": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"},
    "no temporary folder": {"TMPDIR": "/nowhere/at/all"},
    "few files": {"limit": 64},
}


@pytest.mark.slow
@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_the_same_bytes_in_each_environment(tmp_path, at_home, name, jobs):
    ended = run(tmp_path, "--jobs", jobs, **ENVIRONMENTS[name])
    assert ended.returncode == 0, ended.stderr
    assert b"Traceback" not in ended.stderr
    assert contents(tmp_path / "out") == at_home


@pytest.mark.long
def test_the_same_bytes_in_a_plain_locale_without_a_home(tmp_path, at_home_without_figures):
    """Figures, too, in the slow suite."""
    plain = ENVIRONMENTS["plain C"] | ENVIRONMENTS["no home"]
    ended = run(tmp_path, "--jobs", "1", "--figures", "none", **plain)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.isascii() and b"Force level" in ended.stdout
    assert contents(tmp_path / "out") == at_home_without_figures


@pytest.mark.long
def test_the_same_bytes_in_an_odd_place_with_workers(tmp_path, at_home_without_figures):
    place = tmp_path / "Übung für 'alle' \u00a0und mehr"
    ended = run(place, "--jobs", "2", "--figures", "none")
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert contents(place / "out") == at_home_without_figures


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_whole_run_is_shown_again_from_a_folder_that_may_not_be_written(tmp_path, at_home):
    run(tmp_path, "--jobs", "1")
    before = contents(tmp_path / "out")
    for path in (tmp_path / "out").rglob("*"):
        path.chmod(stat.S_IREAD | (stat.S_IEXEC if path.is_dir() else 0))
    ended = run(tmp_path, "--jobs", "1")
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert contents(tmp_path / "out") == before == at_home
