"""What reaches the terminal, and how a command ends when it cannot print."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.cli.main import main
from sim.words.harmless import coloured, harmless
from tests.cli.test_ending import SMALL

ROOT = Path(__file__).parents[2]
EVIL = "\x1b]0;owned\x07 \x1b[2J \u202ereversed \x9b31m \x08\x08 \r hidden \udcff"
HOSTILE = SMALL.replace(
    "scenario: Small", r'scenario: "Small \e]0;owned\a \e[2J \u202ereversed \x9b31m \b\b \r hidden"'
).replace("north: {", r'north: {name: "N\e[2J\u202e", ')


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "small.yaml"
    path.write_text(SMALL)
    return path


@given(st.text())
def test_nothing_harmless_steers_a_terminal(text):
    shown = harmless(text)
    assert all(letter.isprintable() or letter in "\n\t\u200c\u200d" or letter.isspace() for letter in shown)
    assert not set(shown) & set("\x1b\r\x07\x08\x9b\u202e\u2066")
    assert harmless(shown) == shown


@given(st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z"))))
def test_what_is_printable_stays(text):
    assert harmless(text) == text


def test_colours_pass_where_a_table_writes_them_and_nothing_else():
    assert coloured("\x1b[1mbold\x1b[0m\r\x1b[2K\x1b[1A") == "\x1b[1mbold\x1b[0m\r\x1b[2K\x1b[1A"
    assert "\x1b" not in coloured("\x1b]0;owned\x07\x1b[2J\x1b[5;5H\x1bc")


@pytest.mark.parametrize("verb", ["validate", "explain", "trace", "show", "run"])
def test_a_hostile_title_does_not_reach_the_terminal(tmp_path, capfd, monkeypatch, verb):
    monkeypatch.setattr("sim.report.keeping.write_run_outputs", lambda *given: None)
    path = tmp_path / "small.yaml"
    path.write_text(HOSTILE)
    options = {
        "run": ["-n", "5", "--jobs", "1", "--out", str(tmp_path / "out")],
        "explain": ["--worlds", "0"],
    }
    with pytest.raises(SystemExit):
        main([verb, str(path), *options.get(verb, [])])
    out, err = capfd.readouterr()
    assert "Small" in out + err or "name" in err
    assert not set(out + err) & set("\x1b\r\x07\x08\x9b\u202e")


def test_a_hostile_file_name_does_not_reach_the_terminal(tmp_path, capfd):
    with pytest.raises(SystemExit):
        main(["validate", str(tmp_path / EVIL)])
    out, err = capfd.readouterr()
    assert "no such file" in err or "cannot be read" in err
    assert not set(out + err) & set("\x1b\r\x07\x08\x9b\u202e")


def command(*arguments, **options):
    return subprocess.run(
        [sys.executable, "-m", "sim", *map(str, arguments)],
        cwd=options.pop("cwd", ROOT),
        check=False,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("arguments", [("validate", "scenarios/tutorial.yaml"), ("--help",)])
def test_a_full_standard_output_is_one_line(arguments):
    with Path("/dev/full").open("w") as full:
        ended = command(*arguments, stdout=full)
    assert ended.returncode == 2
    assert ended.stderr == (
        "isf: the answer cannot be printed: No space left on device; what was written to files is kept\n"
    )


@pytest.mark.skipif(os.name != "posix", reason="closes descriptors as a shell does")
def test_a_closed_standard_output_is_one_line_and_a_closed_stderr_none():
    closed = command("validate", "scenarios/tutorial.yaml", preexec_fn=lambda: os.close(1))
    assert closed.returncode == 2
    assert closed.stderr == "isf: standard output is closed; leave it open, or send it to a file\n"
    quiet = command(
        "validate", "scenarios/tutorial.yaml", stdout=subprocess.DEVNULL, preexec_fn=lambda: os.close(2)
    )
    assert quiet.returncode == 0


@pytest.mark.long
@pytest.mark.parametrize("verb", ["--help", "explain"])
def test_nobody_reading_ends_with_141_whoever_prints(verb):
    arguments = [verb, "scenarios/tutorial.yaml", "--worlds", "0"] if verb == "explain" else [verb]
    reading, writing = os.pipe()
    os.close(reading)
    ended = command(*arguments, stdout=writing)
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (141, "")


@pytest.mark.long
def test_nobody_reading_a_table_ends_with_141(tmp_path, small):
    reading, writing = os.pipe()
    os.close(reading)
    ended = command("run", small, "-n", 5, "--jobs", 1, "--out", tmp_path / "out", stdout=writing)
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (141, "")


def raising(error):
    def raises(*_, **__):
        raise error

    return raises


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (ZeroDivisionError("x"), 3, "this is a defect of the simulator"),
        (MemoryError(), 3, "isf: memory ran out"),
        (ImportError("libx.so: failed to map segment from shared object"), 3, "isf: memory ran out"),
        (ImportError("libx.so: Cannot allocate memory"), 3, "isf: memory ran out"),
        (ImportError("no module named x"), 3, "this is a defect of the simulator"),
        (RecursionError(), 3, "this is a defect of the simulator"),
        (PermissionError(13, "Permission denied", "here"), 2, "isf: here: Permission denied; mend that"),
        (RuntimeError("Symlink loop from 'a'"), 2, "isf: Symlink loop from 'a'; mend that"),
        (KeyboardInterrupt(), 130, None),
    ],
)
def test_each_way_of_ending_has_its_code(monkeypatch, capfd, small, error, code, message):
    monkeypatch.setattr("sim.cli.loading.load_all", raising(error))
    with pytest.raises(SystemExit) as ended:
        main(["validate", str(small)])
    assert ended.value.code == code
    if message:
        assert message in capfd.readouterr().err


@pytest.mark.long
@pytest.mark.skipif(os.name != "posix", reason="sends signals")
@pytest.mark.parametrize(
    ("name", "code"), [("SIGTERM", 143), ("SIGINT", 130), pytest.param("SIGHUP", 129, marks=pytest.mark.slow)]
)
def test_whatever_ends_a_command_leaves_no_temporary_file(tmp_path, small, name, code):
    inside = tmp_path / "tmp"
    inside.mkdir()

    def heed():
        signal.signal(getattr(signal, name), signal.SIG_DFL)  # under `nohup` tests ignore a hang-up

    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "sim",
            "run",
            str(small),
            "-n",
            "1000000",
            "--jobs",
            "1",
            "--engine",
            "simpy",
            "--out",
            tmp_path / "out",
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"TMPDIR": str(inside)},
        preexec_fn=heed,  # noqa: PLW1509 - this process has no threads
    )
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob("out/small/*/manifest.json")) and time.monotonic() < deadline:
        time.sleep(0.02)
    for _ in range(2):  # an impatient finger does not disturb what the first one began
        process.send_signal(getattr(signal, name))
    try:
        _, err = process.communicate(timeout=90)
    finally:
        process.kill()
        process.communicate()  # what is left open would be told of in another test
    assert process.returncode == code
    assert err.count("\n") == 1 and "give the same command again" in err
    assert not [path for path in tmp_path.rglob("*") if "unfinished" in path.name]
    assert not list(inside.iterdir())


def test_the_chosen_backend_of_matplotlib_is_not_used(monkeypatch, small):
    monkeypatch.setenv("MPLBACKEND", "no such backend")
    with pytest.raises(SystemExit):
        main(["validate", str(small)])
    assert os.environ["MPLBACKEND"] == "agg"


def test_openblas_starts_no_threads_unless_the_user_says_so(monkeypatch, small):
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "2")
    with pytest.raises(SystemExit):
        main(["validate", str(small)])
    assert os.environ["OPENBLAS_NUM_THREADS"] == "2"
    monkeypatch.delenv("OPENBLAS_NUM_THREADS")
    with pytest.raises(SystemExit):
        main(["validate", str(small)])
    assert os.environ["OPENBLAS_NUM_THREADS"] == "1"


def limited(most):
    import resource

    return lambda: resource.setrlimit(resource.RLIMIT_AS, (most << 20, most << 20))


@pytest.mark.skipif(os.name != "posix", reason="limits memory as a shell does")
@pytest.mark.parametrize("most", [250, 350, 767])
def test_too_little_memory_for_the_libraries_is_a_mistake_at_once(small, most):
    """OpenBLAS, loaded without memory for its first buffer, tried for ever to get some."""
    ended = command("validate", small, stdout=subprocess.PIPE, preexec_fn=limited(most), timeout=60)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == f"isf: `ulimit -v` allows a command {most} MiB; it takes at least 768: raise it\n"


@pytest.mark.slow
@pytest.mark.parametrize("most", [768, 800, 900])
def test_with_little_memory_a_command_ends(tmp_path, small, most):
    ended = command(
        "run", small, "-n", 20, "--jobs", 1, "--engine", "simpy", "--out", tmp_path / "out", "-q",
        stdout=subprocess.DEVNULL, preexec_fn=limited(most), timeout=100,
    )  # fmt: skip
    assert ended.returncode in (0, 3)
    assert "defect" not in ended.stderr


@pytest.mark.slow
def test_an_unknown_backend_of_matplotlib_does_not_matter(tmp_path, small):
    ended = command(
        "run", small, "-n", 5, "--jobs", 1, "--out", tmp_path / "out", "-q",
        stdout=subprocess.DEVNULL, env=os.environ | {"MPLBACKEND": "no such backend"},
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_working_folder_that_is_gone_is_named(tmp_path, small):
    gone = tmp_path / "gone"
    gone.mkdir()
    ended = subprocess.run(
        ["sh", "-c", f"rmdir '{gone}' && exec '{sys.executable}' -m sim run nothing.yaml"],
        cwd=gone,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
