"""The command `isf`: its verbs, and how it ends.

Exit codes: 0 done; 1 done, but replications failed or a `never:`/`always:` statement was broken; 2 a mistake
in the command, a scenario or the output folder; 130 interrupted; 141 nobody reads the output any more.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from sim.cli.check import check
from sim.cli.compare import compare
from sim.cli.explain import explain
from sim.cli.export import export
from sim.cli.levels import levels
from sim.cli.new import new
from sim.cli.report import report
from sim.cli.run import run
from sim.cli.runs import runs
from sim.cli.schema import schema
from sim.cli.sensitivity import sensitivity
from sim.cli.show import show
from sim.cli.signposts import signposts
from sim.cli.trace import trace
from sim.cli.unlock import unlock
from sim.cli.validate import validate
from sim.cli.worlds import worlds
from sim.errors import IsfError, ReplicationError

_INTERRUPTED = 130
_NOBODY_READS = 141


class Verbs(TyperGroup):
    """The verbs; what a user can mend ends them with one message and an exit code, never a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run the verb that was asked for."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except IsfError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(1 if isinstance(error, ReplicationError) else 2) from None
        except KeyboardInterrupt:
            typer.echo("isf: interrupted; give the same command again to go on where it stopped", err=True)
            raise typer.Exit(_INTERRUPTED) from None
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(_NOBODY_READS) from None
        except OSError as error:
            if error.filename is None and error.errno is None:
                raise
            place = f"{error.filename}: " if error.filename else ""
            typer.echo(f"isf: {place}{error.strerror}; mend that and give the same command again", err=True)
            raise typer.Exit(2) from None
        return result


app = typer.Typer(
    cls=Verbs,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # plain help: importing rich would double the start-up time
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from sim.version import __version__

        typer.echo(f"isf {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Simulate a force built from conditional pledges: how large, when, how surely, what holds it back.

    A scenario file says who might send troops, under which conditions, and how the world may move; isf plays
    it thousands of times and answers.

    \b
      isf new my-force                               a commented file to start from
      isf validate scenarios/isf-2025-11-19.yaml     is the file right?
      isf explain scenarios/isf-2025-11-19.yaml      what does it say, in plain language?
      isf run scenarios/isf-2025-11-19.yaml          1,000 replications, table and figures
      isf run --help                                 more about one command
    """  # noqa: D301 - \b keeps the lines of a help text


for verb in (
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
    worlds,
    signposts,
):
    app.command()(verb)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line (the process's own, unless given) and end with SystemExit, its exit code."""
    app(args=arguments, prog_name="isf")
