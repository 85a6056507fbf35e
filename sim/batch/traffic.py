"""How much comes back from workers that are reached over a network, counted where it arrives.

What is counted is content: bytes, words and numbers, without the envelope in which the cluster sends them.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

_NUMBER = 8


class Traffic:
    """The bytes of all results that came back so far; results arrive on threads of their own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.received = 0

    def count(self, result: Any) -> None:
        """Add what has come back."""
        size = size_of(result)
        with self._lock:
            self.received += size


def size_of(thing: Any) -> int:
    """Return the bytes of a result's content: arrays, bytes and words as long as they are, eight for a number."""
    if isinstance(thing, bytes):
        return len(thing)
    if isinstance(thing, str):
        return len(thing.encode("utf-8", "surrogatepass"))
    if isinstance(thing, Mapping):
        return sum(size_of(key) + size_of(value) for key, value in thing.items())
    if isinstance(thing, Sequence | set | frozenset):
        return sum(map(size_of, thing))
    if is_dataclass(thing):
        return sum(size_of(getattr(thing, field.name)) for field in fields(thing))
    return int(getattr(thing, "nbytes", _NUMBER))
