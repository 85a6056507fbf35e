"""`python -m sim` is the command `isf`."""

from __future__ import annotations


def main() -> None:
    """Run the command line, quiet about an interrupt from its first instant to its last."""
    import os
    import signal

    def end(number: int, frame: object) -> None:
        os._exit(128 + number)

    signal.signal(signal.SIGINT, end)
    from sim.cli.main import main as command

    try:
        command()
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # nothing is left to end but the interpreter


if __name__ == "__main__":
    main()
