"""The command `isf`: its verbs, and how it ends.

Exit codes: 0 done; 1 done, but replications failed or a `never:`/`always:` statement was broken; 2 a mistake
in the command, a scenario or the output folder; 3 a defect of the simulator, or no memory left; 4 the time given with
`--at-most` was up before all was done; 129, 130 and 143 ended by a hang-up, an interrupt or SIGTERM; 141 nobody reads
the output any more.
"""

from __future__ import annotations

import os
import re
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from sim.cli.at_most import TIME_UP
from sim.cli.backtest import backtest
from sim.cli.calibrate import calibrate
from sim.cli.check import check
from sim.cli.compare import compare
from sim.cli.discover import discover
from sim.cli.explain import explain
from sim.cli.export import export
from sim.cli.forecast import forecast
from sim.cli.levels import levels
from sim.cli.nearest import nearest
from sim.cli.new import new
from sim.cli.outlets import NobodyReads, own_outlets
from sim.cli.page import page
from sim.cli.plan import plan
from sim.cli.questions import ByQuestion
from sim.cli.report import report
from sim.cli.run import run
from sim.cli.runs import runs
from sim.cli.schema import schema
from sim.cli.sensitivity import sensitivity
from sim.cli.show import show
from sim.cli.signals import Ended, ending_signals
from sim.cli.signposts import signposts
from sim.cli.trace import trace
from sim.cli.unlock import unlock
from sim.cli.validate import validate
from sim.cli.whatif import whatif
from sim.cli.why import why
from sim.cli.worlds import worlds
from sim.errors import IsfError, ReplicationError, StoreError, TimeUpError

_NOT_ALL_WELL = 1
_MISTAKE = 2
_DEFECT = 3
_INTERRUPTED = 130
_NOBODY_READS = 141
_LEAST_MEMORY = 768 << 20
"""Libraries take 520 MB of addresses when all of them are loaded."""
_UNLOADED = re.compile("failed to map segment|Cannot allocate memory")
"""What the loader of libraries says where there is no memory for one."""


def _print_version(wanted: bool) -> None:
    if wanted:
        from sim.version import __version__

        typer.echo(f"isf {__version__}")
        raise typer.Exit


def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Simulate a force built from conditional pledges: how large, when, how surely, what holds it back.

    A scenario file says who might send troops, under which conditions, and how the world may move; isf plays
    it thousands of times and answers.

    \b
      isf run scenarios/isf-2025-11-19.yaml    1,000 replications, table and figures
      isf run --help                           more about one command, with examples
    """  # noqa: D301 - \b keeps the lines of a help text


_VERBS = (
    new,
    schema,
    validate,
    check,
    show,
    explain,
    run,
    runs,
    compare,
    sensitivity,
    levels,
    trace,
    report,
    export,
    unlock,
    calibrate,
    backtest,
    worlds,
    signposts,
    whatif,
    discover,
    why,
    plan,
    nearest,
    page,
)


def _app(*verbs: Callable[..., None]) -> typer.Typer:
    """Return the command with these verbs, and its options."""
    command = typer.Typer(
        no_args_is_help=True,
        cls=ByQuestion,
        rich_markup_mode=None,  # plain help: importing rich would double the start-up time
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    command.callback()(options)
    for verb in verbs:
        command.command()(verb)
    return command


app = _app(*_VERBS)
app.add_typer(forecast, name="forecast")


def _app_for(arguments: Sequence[str]) -> typer.Typer:
    """Return the command with the verb that is asked for alone: to build all of them takes a tenth of a second."""
    asked = next(iter(arguments), "")
    return next((_app(verb) for verb in _VERBS if verb.__name__ == asked), app)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line (the process's own, unless given) and end with SystemExit, its exit code."""
    os.environ["MPLBACKEND"] = "agg"  # figures are drawn to files, whatever the user has chosen for windows
    # Each of its threads takes 33 MB while it is loaded; nothing here needs more than one.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        with own_outlets():
            code = _code_of(arguments) if _has_room() else _MISTAKE
    except StoreError as error:
        print(error, file=sys.stderr)  # noqa: T201 - there is no standard output at all
        code = _MISTAKE
    raise SystemExit(code)


def _has_room() -> bool:
    """Tell whether a limit on memory leaves room for the libraries, and say so if not.

    OpenBLAS, without memory for its first buffer, tries for ever to get some while it is loaded.
    """
    try:
        import resource
    except ImportError:  # Windows
        return True
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit == resource.RLIM_INFINITY or limit >= _LEAST_MEMORY:
        return True
    allowed, least = (each >> 20 for each in (limit, _LEAST_MEMORY))
    message = f"isf: `ulimit -v` allows a command {allowed:,} MiB; it takes at least {least}: raise it"
    print(message, file=sys.stderr)  # noqa: T201 - before anything else is loaded
    return False


def _code_of(arguments: list[str] | None) -> int:
    """Run the command; what a user can mend ends it with one message and an exit code, never a traceback."""
    try:
        try:
            with ending_signals():
                command = _app_for(sys.argv[1:] if arguments is None else arguments)
                result = command(args=arguments, prog_name="isf", standalone_mode=False)
                sys.stdout.flush()
                sys.stderr.flush()
            return result if isinstance(result, int) else 0
        except BaseException as error:  # noqa: BLE001 - how each way of ending is told
            code = _told(error)
            sys.stderr.flush()
            return code
    except NobodyReads:
        return _NOBODY_READS
    except StoreError:  # of the message itself: nothing can be said any more
        return _MISTAKE


def _told(error: BaseException) -> int:  # noqa: PLR0911 - one way of ending after the other
    """Say how the command ended, on stderr, and return its exit code; raises NobodyReads again."""
    match error:
        case NobodyReads():
            raise error
        case Ended():
            word = "interrupted" if error.code == _INTERRUPTED else "told to end"
            return _said(f"isf: {word}; give the same command again to go on where it stopped", error.code)
        case KeyboardInterrupt() | typer.Abort():
            return _said(
                "isf: interrupted; give the same command again to go on where it stopped", _INTERRUPTED
            )
        case SystemExit():
            return error.code if isinstance(error.code, int) else 0
        case ReplicationError():
            return _said(str(error), _NOT_ALL_WELL)
        case TimeUpError():
            return _said(str(error), TIME_UP)
        case IsfError():
            return _said(str(error), _MISTAKE)
        case _ if _is_want_of_memory(error):
            return _said(
                "isf: memory ran out; try fewer --jobs, fewer replications (-n), or a smaller scenario: what is "
                "finished is kept",
                _DEFECT,
            )
        case OSError() if error.filename is not None or error.errno is not None:
            return _said(f"isf: {_refusal(error)}; mend that and give the same command again", _MISTAKE)
        case RuntimeError() if "Symlink loop" in str(error):
            return _said(f"isf: {error}; mend that and give the same command again", _MISTAKE)
        case _ if isinstance(error, _bad_command()):
            error.show()
            return int(error.exit_code)
    traceback.print_exception(error)
    return _said(
        "isf: this is a defect of the simulator, not a mistake of yours; please report it with the lines above",
        _DEFECT,
    )


def _said(message: str, code: int) -> int:
    typer.echo(message, err=True)
    return code


def _is_want_of_memory(error: BaseException) -> bool:
    """Tell whether memory ran out, of Python or of a library that is being loaded."""
    unloaded = isinstance(error, ImportError) and _UNLOADED.search(str(error)) is not None
    return isinstance(error, MemoryError) or unloaded


def _refusal(error: OSError) -> str:
    """Return what the operating system refuses."""
    try:
        Path.cwd()
    except OSError:
        return "the working folder does not exist any more: change to one that does"
    return f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror)


def _bad_command() -> Any:
    """Return the class of errors of a command line that cannot be read, wherever typer keeps it."""
    return next(base for base in typer.BadParameter.__mro__ if base.__name__ == "ClickException")
