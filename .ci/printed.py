"""Is what the README shows as the first command's output what the command prints? `…` stands for the rest.

python .ci/printed.py README.md PRINTED              tells each line that differs
python .ci/printed.py README.md PRINTED --refresh    puts as many lines as stand there anew
"""

from __future__ import annotations

import sys
from pathlib import Path

OPENING, CLOSING = "<!-- output -->\n```\n", "\n```"


def main(page: str, printed: str, refresh: bool = False) -> int:
    """Print each line of the page's block that the command does not print; return 1 if there is one."""
    text = Path(page).read_text(encoding="utf-8")
    before, rest = text.split(OPENING, 1)
    block, after = rest.split(CLOSING, 1)
    lines = [line.rstrip() for line in Path(printed).read_text(encoding="utf-8").splitlines()]
    shown = [line.rstrip() for line in block.splitlines()]
    if refresh:
        anew = "\n".join([*lines[: len(shown) - 1], "…"])
        Path(page).write_text(f"{before}{OPENING}{anew}{CLOSING}{after}", encoding="utf-8")
        return 0
    missing = [line for line in shown if line not in {*lines, "…"}]
    for line in missing:
        print(f"README.md shows, and the command does not print: {line}")
    return 1 if missing else 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:3], refresh="--refresh" in sys.argv))
