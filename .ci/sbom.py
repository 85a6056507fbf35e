"""Write a software bill of materials of what is installed with the simulator: CycloneDX, as JSON, to stdout.

    python .ci/sbom.py > sbom.json

Components are the distributions that the simulator needs at run time, with its extras `report`, `cluster` and
`fast` where those are installed, and what they need in turn. No clock and no path stands in it: the same environment
gives the same file.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from importlib import metadata

ROOT = "isf-simulator"
EXTRAS = ("report", "cluster", "fast")

_NAME = re.compile(r"[A-Za-z0-9_.-]+")
_EXTRA = re.compile(r"extra\s*==\s*['\"]([^'\"]+)['\"]")


def canonical(name: str) -> str:
    """Return a distribution's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def closure(root: str = ROOT, extras: tuple[str, ...] = EXTRAS) -> dict[str, metadata.Distribution]:
    """Return what is installed of a distribution and all that it needs, by canonical name, the root left out."""
    found: dict[str, metadata.Distribution] = {}
    todo = list(_needed(metadata.distribution(root), extras))
    while todo:
        name = canonical(todo.pop())
        if name in found or name == root:
            continue
        try:
            found[name] = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue  # of an extra that is not installed, or for another system
        todo.extend(_needed(found[name], ()))
    return dict(sorted(found.items()))


def _needed(distribution: metadata.Distribution, extras: tuple[str, ...]) -> Iterator[str]:
    for requirement in distribution.requires or ():
        extra = _EXTRA.search(requirement)
        named = _NAME.match(requirement)
        if named and (extra is None or extra[1] in extras):
            yield named[0]


def licences(distribution: metadata.Distribution) -> tuple[str, ...]:
    """Return what a distribution says of its licence: an expression, else classifiers, else a short text."""
    told = distribution.metadata
    if expression := told.get("License-Expression"):
        return (expression,)
    classified = [
        each.rpartition("::")[2].strip()
        for each in told.get_all("Classifier") or ()
        if each.startswith("License")
    ]
    text = (told.get("License") or "").strip()
    return tuple(classified) or ((text.splitlines()[0].strip(),) if text else ())


def bill() -> dict[str, object]:
    """Return the bill of materials."""
    components = [
        {
            "type": "library",
            "name": each.metadata["Name"],
            "version": each.version,
            "purl": f"pkg:pypi/{name}@{each.version}",
            "licenses": [{"license": {"name": licence}} for licence in licences(each)],
        }
        for name, each in closure().items()
    ]
    root = metadata.distribution(ROOT)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": ROOT, "version": root.version}},
        "components": components,
    }


if __name__ == "__main__":
    json.dump(bill(), sys.stdout, indent=1, ensure_ascii=False)
    print()
