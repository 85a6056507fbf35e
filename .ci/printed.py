"""Is what the README shows as the first command's output what the command prints? Lines after … are left out."""

from __future__ import annotations

import sys
from pathlib import Path


def main(page: str, printed: str) -> int:
    """Print each line of the page's block that the command does not print; return 1 if there is one."""
    block = Path(page).read_text(encoding="utf-8").split("<!-- output -->\n```\n", 1)[1].split("\n```", 1)[0]
    lines = {line.rstrip() for line in Path(printed).read_text(encoding="utf-8").splitlines()}
    missing = [line for line in block.splitlines() if line.rstrip() not in {*lines, "…"}]
    for line in missing:
        print(f"README.md shows, and the command does not print: {line}")
    return 1 if missing else 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
