"""Tens of thousands of broken scenario files: python tests/benchmarks/mutated_scenarios.py [COUNT] [--seed S]

Takes the scenarios of this project, changes each copy's bytes or its structure, and runs it as `isf run` would.
Each must end with exit code 0; 2, with a message that names the file; or 1, for a broken statement or a
replication that a named limit refused. There must be no traceback, nothing over ten seconds of processor time
(the clock would measure what else the machine does), and no more than 1 GiB of memory in a process.

The files are run in worker processes of this script, which call the command in-process (starting Python 20,000 times
would measure Python); every 200th is also run as a process of its own. Progress and each finding are printed; exit
code 1 if there are findings. The same seed makes the same files: `--only NUMBER` prints one of them.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import contextlib
import io
import multiprocessing
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

SLOW, MOST_MEMORY = 10.0, 1 << 30
SUBPROCESS_EVERY = 200
BYTES = (b"{", b"}", b"[", b"]", b": ", b", ", b"\n", b"\n  ", b"&a ", b"*a", b"!!python/object:os.system ", b"- ", b'"',
         b"'", b"#", b"\t", b"\0", b"\xff", b"|", b">", b"%", b"---\n", b"...", b"<<: ", b"~", b"0", b"9", b"-", b"e9")  # fmt: skip
VALUES = (
    None, True, False, 0, -1, 1, 2, 10**6, 10**12, 10**18, -0.5, 0.5, 1e300, 5e-324, "", " ", "a", "no such name", "always",
    "not", "(" * 200, "not " * 300 + "ceasefire", "a and " * 50 + "a", "0 days", "0.00001 hours", "1e9 years", "5000 years",
    "2026-02-30", "0001-01-01", "9999-12-31", "1 per 0 days", "10000 per day", "1000000 per day", "../../x", "/etc/passwd",
    "{{7*7}}", "<script>", "=1+1", "\u202e", "\U0001f600", [], {}, [[[[]]]], {"a": {"b": {"c": {}}}}, ["x"] * 2000,
    {"low": 3, "mode": 2, "high": 1}, {"median": 1, "p90": 10**9}, {"mean": "0 days"}, {"mean": "0.0001 hours"},
    {"one_of": {1: 0, 2: 0}}, {"one_of": {}}, {"value": 1, "times": "tempo"},
)  # fmt: skip


def sources():
    """The scenarios that are mutated, whole: what they inherit is part of them."""
    from sim.scenario.loading import load_resolved

    names = (
        "tutorial",
        "isf-2025-11-19",
        "police-first",
        "withdrawals/belgium-unamir-1994",
        "calibrated",
    )
    texts = [(ROOT / "scenarios" / f"{name}.yaml").read_bytes() for name in names]
    texts += [load_resolved(ROOT / "scenarios" / f"{name}.yaml").text.encode() for name in names[1:4]]
    return [*texts, (ROOT / "tests" / "scenario" / "complete.yaml").read_bytes()]


def mutated(number, seed, texts):
    """File `number`: the same for the same seed."""
    random = Random(f"{seed} {number}")
    text = random.choice(texts)
    if number % 2:
        return _bytes_changed(random, text)
    return _structure_changed(random, text) or _bytes_changed(random, text)


def _bytes_changed(random, text):
    for _ in range(random.choice((1, 1, 2, 5, 30))):
        place, length = random.randrange(len(text) + 1), random.choice((0, 0, 1, 1, 3, 20, 400))
        match random.randrange(4):
            case 0:
                piece = random.choice(BYTES) * random.choice((1, 1, 1, 2, 50))
            case 1:
                piece = random.randbytes(random.randrange(1, 5))
            case 2:
                begin = random.randrange(len(text) + 1)
                piece = text[begin : begin + random.choice((5, 40, 400))]
            case _:
                piece = b""
        text = text[:place] + piece + text[place + length :]
    return text


def _structure_changed(random, text):
    """Change values at random places of the tree: one of ours, another's, none, a number a little or far off."""
    import yaml

    try:
        data = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError):
        return None
    places = list(_places(data))
    for _ in range(random.choice((1, 1, 1, 2, 4))):
        holder, key = random.choice(places)
        try:
            match random.randrange(6):
                case 0:
                    del holder[key]
                case 1:
                    other, name = random.choice(places)
                    holder[key] = other[name]
                case 2 if isinstance(holder[key], int | float) and not isinstance(holder[key], bool):
                    holder[key] = holder[key] * random.choice((-1, 0, 2, 1000, 10**9))
                case 3 if isinstance(holder, dict):
                    holder[random.choice((str(key) + "x", "definitions", "when", "source"))] = holder.pop(key)
                case _:
                    holder[key] = random.choice(VALUES)
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took that place away
    try:
        return yaml.safe_dump(data, sort_keys=False, allow_unicode=True).encode("utf-8", "surrogatepass")
    except (yaml.YAMLError, RecursionError, ValueError):
        return None


def _places(data):
    if isinstance(data, dict | list):
        keys = list(data) if isinstance(data, dict) else range(len(data))
        for key in keys:
            yield data, key
            yield from _places(data[key])


def outcome(path, out):
    """Exit code, stderr and processor seconds of `isf run` on a file, in this process, without figures."""
    from sim.cli.main import main
    from sim.cli.running import run_all  # noqa: F401 - imported before the clock starts

    errors = io.StringIO()
    began, code = time.process_time(), 0
    with contextlib.redirect_stderr(errors), contextlib.redirect_stdout(io.StringIO()):
        try:
            main(["run", str(path), "-n", "2", "--jobs", "1", "--out", str(out), "--quiet"])
        except SystemExit as ended:
            code = ended.code or 0
    return code, errors.getvalue(), time.process_time() - began


def fault_of(code, errors, seconds, path):
    """What is wrong with how a file ended, or nothing."""
    if "Traceback" in errors:
        return "a traceback"
    if seconds > SLOW:
        return f"{seconds:.1f} s"
    if code == 2 and path.name not in errors:
        return f"exit code 2 without naming the file: {errors[:200]!r}"
    if code == 1 and not ("was broken in" in errors or "replications failed" in errors):
        return f"exit code 1 without a reason: {errors[:200]!r}"
    return "" if code in (0, 1, 2) else f"exit code {code}"


def tried(number, path, out):
    """Run one file; return its exit code, what is wrong with how it ended, and the seconds it took."""
    code, errors, seconds = outcome(path, out)
    fault = fault_of(code, errors, seconds, path)
    if code == 1:
        fault = fault or _unnamed_failure(out)
    if number % SUBPROCESS_EVERY == 0:
        fault = fault or _alone(path, out, code)
    return code, fault, seconds


def try_span(first, count, seed):
    """Run files `first` … and return how many ended with each code, findings, and the most memory used."""
    import sim.report.keeping

    resource.setrlimit(resource.RLIMIT_AS, (8 * MOST_MEMORY, 8 * MOST_MEMORY))
    sim.report.keeping.write_run_outputs = lambda *given: (
        None
    )  # their own tests draw them; here it is the input
    texts, codes, findings = sources(), {}, []
    slowest = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for number in range(first, first + count):
            path, out = Path(folder) / f"mutant-{number}.yaml", Path(folder) / "out"
            path.write_bytes(mutated(number, seed, texts))
            try:
                code, fault, seconds = tried(number, path, out)
            except BaseException as error:  # noqa: BLE001 - that is what is looked for
                code, fault, seconds = -1, f"{type(error).__name__}: {error}"[:300], 0.0
            slowest = max(slowest, seconds)
            codes[code] = codes.get(code, 0) + 1
            if fault:
                findings.append((number, fault))
            shutil.rmtree(out, ignore_errors=True)
            path.unlink()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return codes, findings, slowest, peak


def _unnamed_failure(out):
    """A replication may fail only at a limit that has a name."""
    for path in out.glob("*/*/failures/*.txt"):
        error = path.read_text().splitlines()[1]
        if not error.startswith(("EndlessInstantError", "BusyReplicationError")):
            return f"a replication failed: {error[:200]}"
    return ""


def _alone(path, out, code):
    command = [
        sys.executable,
        "-m",
        "sim",
        "run",
        str(path),
        "-n",
        "2",
        "--jobs",
        "1",
        "--out",
        str(out),
        "--quiet",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)
    if done.returncode != code or "Traceback" in done.stderr:
        return f"as a process it ended with {done.returncode}, in-process with {code}: {done.stderr[-300:]!r}"
    return ""


def search(count, seed, jobs, first=0, tell=print):
    """Try that many files; return codes, findings, slowest and peak memory."""
    codes, findings, slowest, peak = {}, [], 0.0, 0
    size = max(1, min(250, count // jobs))
    spans = [(begin, min(size, first + count - begin), seed) for begin in range(first, first + count, size)]
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(jobs, mp_context=context) as pool:
        done = 0
        for future in concurrent.futures.as_completed([pool.submit(try_span, *span) for span in spans]):
            found, new, slow, memory = future.result()
            for code, times in found.items():
                codes[code] = codes.get(code, 0) + times
            findings += new
            slowest, peak = max(slowest, slow), max(peak, memory)
            done += sum(found.values())
            tell(f"{done:,} of {count:,}: exit codes {dict(sorted(codes.items()))}, slowest {slowest:.1f} s, "
                 f"peak {peak / (1 << 20):.0f} MiB, {len(findings)} findings", flush=True)  # fmt: skip
            for number, fault in new:
                tell(f"  file {number}: {fault}", flush=True)
    if peak > MOST_MEMORY:
        findings.append((-1, f"{peak / (1 << 20):.0f} MiB of memory"))
    return codes, findings, slowest, peak


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", nargs="?", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0, help="number of the first file")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--only", type=int, help="print this file and do nothing else")
    options = parser.parse_args()
    if options.only is not None:
        sys.stdout.buffer.write(mutated(options.only, options.seed, sources()))
        return
    _, findings, _, _ = search(options.count, options.seed, options.jobs, options.first)
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main()
