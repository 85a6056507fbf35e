"""A block's summary as a file: moves, bookings and courses each by themselves, so that who asks for one reads one.

A line that names the format, the SHA-256 of the head, the head as JSON, then the sections that it lists, each the
columns of one kind of rows behind each other, compressed.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from sim.batch.summary import BlockSummary, Bookings, Courses, Moves
from sim.errors import StoreError

if TYPE_CHECKING:
    from numpy.typing import NDArray

VERSION = 4
"""Of the summaries' format: one of another version is made anew."""

_MAGIC = b"isf summary\n"
_LARGEST = 1 << 31
_STEPWISE = {"place": "<i4", "second": "<i8"}
"""Columns kept as steps from row to row, which are small and alike, and what they are added up as."""
_NARROW = {"place": "<i2", "second": "<i4"}
"""As what their steps are kept where all are small enough: half as much is packed, and as much less unpacked."""
_WORDS = ("bodies", "stages", "causes", "facts", "names")
_WORLDS = "worlds"
"""The section of what there is once a world."""
_DTYPES = ("<i2", "<i4", "<i8", "<f8")
_Kind = TypeVar("_Kind")


class StoredSummary(BlockSummary):
    """A summary read from a file; rows of a kind are unpacked when they are first asked for."""

    _head: Mapping[str, Any]
    _content: bytes

    def __init__(self, head: Mapping[str, Any], content: bytes) -> None:
        """Take a head and the sections that it lists, both found whole."""
        kept: dict[str, Any] = self.__dict__
        kept["_head"], kept["_content"] = head, content
        kept["bodies"] = tuple((owner, name) for owner, name in head["bodies"])
        kept.update({words: tuple(head[words]) for words in _WORDS if words != "bodies"})
        kept.update(self._arrays(_WORLDS))

    @cached_property
    def moves(self) -> Moves:
        """Troops that went from one stage to another."""
        return self._rows(Moves, "moves")

    @cached_property
    def bookings(self) -> Bookings:
        """Changes of how many troops wait for a cause."""
        return self._rows(Bookings, "bookings")

    @cached_property
    def courses(self) -> Courses:
        """The values that facts take."""
        return self._rows(Courses, "courses")

    def _rows(self, kind: Callable[..., _Kind], section: str) -> _Kind:
        import numpy as np

        columns = self._arrays(section)
        return kind(
            **{
                name: np.cumsum(values, dtype=_STEPWISE[name]) if name in _STEPWISE else values
                for name, values in columns.items()
            }
        )

    def _arrays(self, section: str) -> dict[str, NDArray[Any]]:
        import numpy as np
        import pyarrow as pa

        listed = self._head["sections"][section]
        begin, stored, size = (int(listed[key]) for key in ("begin", "stored", "size"))
        try:
            raw = (
                b""
                if not size
                else pa.decompress(
                    self._content[begin : begin + stored], decompressed_size=size, codec="zstd", asbytes=True
                )
            )
        except (pa.ArrowException, OSError) as fault:
            raise StoreError(f"a summary holds a section that cannot be unpacked ({fault})") from None
        found: dict[str, NDArray[Any]] = {}
        at = 0
        for name, dtype, shape in listed["columns"]:
            values = np.frombuffer(raw, np.dtype(dtype), math.prod(shape), at)
            at += values.nbytes
            found[name] = values.reshape(shape)
        return found


def encoded_summary(summary: BlockSummary, sources: Mapping[str, str]) -> bytes:
    """Return a summary as a file that names the SHA-256 of the logs it was made of; the same bytes always."""
    import numpy as np
    import pyarrow as pa

    sections: dict[str, Any] = {}
    content = b""
    for section, columns in _sections(summary).items():
        raw = b"".join(np.ascontiguousarray(values).tobytes() for values in columns.values())
        packed = bytes(pa.compress(raw, codec="zstd", asbytes=True)) if raw else b""
        sections[section] = {
            "begin": len(content),
            "stored": len(packed),
            "size": len(raw),
            "columns": [[name, values.dtype.str, list(values.shape)] for name, values in columns.items()],
        }
        content += packed
    head = {
        "version": VERSION,
        "logs": dict(sources),
        "sha256": hashlib.sha256(content).hexdigest(),
        "sections": sections,
        **{words: list(getattr(summary, words)) for words in _WORDS},
    }
    text = json.dumps(head, sort_keys=True).encode()
    return _MAGIC + hashlib.sha256(text).hexdigest().encode() + b"\n" + text + b"\n" + content


def _sections(summary: BlockSummary) -> dict[str, dict[str, NDArray[Any]]]:
    """Return the columns of each section as they are kept."""
    sections = {_WORLDS: {"numbers": summary.numbers, "drawn": summary.drawn}}
    for section in ("moves", "bookings", "courses"):
        rows = getattr(summary, section)
        sections[section] = {
            field.name: _steps(field.name, values) if field.name in _STEPWISE else values
            for field in fields(rows)
            for values in (getattr(rows, field.name),)
        }
    return sections


def _steps(name: str, values: NDArray[Any]) -> NDArray[Any]:
    import numpy as np

    steps = np.diff(values, prepend=values.dtype.type(0))
    least, most = steps.min(initial=0), steps.max(initial=0)
    narrow = np.iinfo(_NARROW[name])
    return steps.astype(_NARROW[name] if narrow.min <= least and most <= narrow.max else _STEPWISE[name])


def decoded_summary(file: bytes, sources: Mapping[str, str] | None) -> BlockSummary | None:
    """Read a summary back; None for one that is damaged, of another version, or not of these logs."""
    try:
        magic, checksum, text, content = file.split(b"\n", 3)
        if magic + b"\n" != _MAGIC or hashlib.sha256(text).hexdigest().encode() != checksum:
            return None
        head = json.loads(text)
        if head["version"] != VERSION or (sources is not None and head["logs"] != dict(sources)):
            return None
        if head["sha256"] != hashlib.sha256(content).hexdigest() or not _is_coherent(head, len(content)):
            return None
        return StoredSummary(head, content)
    except (KeyError, ValueError, TypeError, StoreError):
        return None


def is_of_this_version(file: bytes) -> bool:
    """Tell whether a whole summary can be read by this version of the simulator."""
    try:
        return bool(json.loads(file.split(b"\n", 3)[2])["version"] == VERSION)
    except (IndexError, KeyError, ValueError, TypeError):
        return False


def _is_coherent(head: Mapping[str, Any], length: int) -> bool:
    """Tell whether the sections lie behind each other and hold just the columns that they list."""
    end = 0
    for section, kind in ((_WORLDS, None), ("moves", Moves), ("bookings", Bookings), ("courses", Courses)):
        listed = head["sections"][section]
        expected = ["numbers", "drawn"] if kind is None else [field.name for field in fields(kind)]
        size = 0
        for _, dtype, shape in listed["columns"]:
            if dtype not in _DTYPES or any(type(each) is not int or each < 0 for each in shape):
                return False
            size += int(dtype[-1]) * math.prod(shape)
        if [name for name, _, _ in listed["columns"]] != expected or not size == listed["size"] < _LARGEST:
            return False
        if listed["begin"] != end or listed["stored"] < 0:
            return False
        end += listed["stored"]
    return end == length
