"""How much comes back from workers that are reached over a network: counted to the byte where it arrives."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Callable
from typing import Any


class Traffic:
    """The bytes of all results that came back so far; results arrive on threads of their own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.received = 0

    def unpacked(self, result: bytes) -> Any:
        """Return what a worker packed, and count it. It is as trusted as whatever a worker answers."""
        with self._lock:
            self.received += len(result)
        return pickle.loads(result)


def packed(call: Callable[..., Any], *args: Any, **kwargs: Any) -> bytes:
    """On a worker: return what a call returns as the bytes in which it goes over the network."""
    return pickle.dumps(call(*args, **kwargs), protocol=pickle.HIGHEST_PROTOCOL)
