"""Print the lowest declared versions of the direct dependencies, one `name==version` a line, for pip.

What is said below as `python_version < …` is left out: markers are pip's to judge. Arguments name extras.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

_REQUIREMENT = re.compile(r"([A-Za-z0-9_.-]+)(\[[^]]*\])?\s*>=\s*([0-9.]+)\s*(;.*)?")
_OWN = "isf-simulator"


def lowest(project: dict, extras: list[str]) -> Iterator[str]:
    """Yield the lowest version of each dependency, those of extras and of the extras that they name included."""
    declared = list(project["dependencies"])
    for extra in extras:
        declared += project["optional-dependencies"][extra]
    for each in declared:
        if each.startswith(_OWN):
            named = re.search(r"\[(.*)]", each)
            yield from lowest({**project, "dependencies": []}, named[1].split(",") if named else [])
            continue
        found = _REQUIREMENT.fullmatch(each)
        if found is None:
            raise SystemExit(
                f"pyproject.toml: {each}: a direct dependency needs a lower bound, as in name>=1.2"
            )
        yield f"{found[1]}=={found[3]}{found[4] or ''}"


if __name__ == "__main__":
    pyproject = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())
    print("\n".join(dict.fromkeys(lowest(pyproject["project"], sys.argv[1:]))))
