"""The library of scoring rules, without what it would compile."""

from __future__ import annotations

import sys
from functools import cache
from importlib import import_module
from typing import Any

NAME = "scoringrules"


@cache
def scoring_rules() -> Any:
    """Return the library, a copy of our own.

    Where numba is installed the library compiles functions for a backend that is not asked for here, each time
    that it is imported: five of the six seconds of scoring a forecast. So it is imported as if numba were
    missing, and the interpreter forgets it again: whoever imports it for himself has it whole.
    """
    standing = {name: module for name, module in sys.modules.items() if _is_of_it(name) or name == "numba"}
    for name in standing:
        del sys.modules[name]
    sys.modules["numba"] = None  # type: ignore[assignment]
    try:
        return import_module(NAME)
    finally:
        for name in [name for name in sys.modules if _is_of_it(name) or name == "numba"]:
            del sys.modules[name]
        sys.modules.update(standing)


def _is_of_it(name: str) -> bool:
    return name.split(".", maxsplit=1)[0] == NAME
