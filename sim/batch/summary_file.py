"""A block's summary as a file: moves, bookings and courses each by themselves, so that who asks for one reads one.

A line that names the format, the SHA-256 of the head, the head as JSON, then the sections that it lists, each the
columns of one kind of rows (`sim.batch.summary_columns`) behind each other, compressed.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sim.batch.summary import BlockSummary, Bookings, Courses, Moves
from sim.batch.summary_columns import kept_columns, names_of, rows_of
from sim.errors import StoreError

if TYPE_CHECKING:
    from numpy.typing import NDArray

VERSION = 5
"""Of the summaries' format: one of another version is made anew."""

_MAGIC = b"isf summary\n"
_LARGEST = 1 << 31
_WORDS = ("bodies", "stages", "causes", "waits", "facts", "names")
_WORLDS = "worlds"
"""The section of what there is once a world."""
_DTYPES = ("|i1", "|u1", "<i2", "<i4", "<i8", "<f8")


class StoredSummary(BlockSummary):
    """A summary read from a file; rows of a kind are unpacked when they are first asked for."""

    _head: Mapping[str, Any]
    _content: bytes

    def __init__(self, head: Mapping[str, Any], content: bytes) -> None:
        """Take a head and the sections that it lists, both found whole."""
        kept: dict[str, Any] = self.__dict__
        kept["_head"], kept["_content"] = head, content
        kept["bodies"] = tuple((owner, name) for owner, name in head["bodies"])
        kept["waits"] = tuple(((owner, name), cause) for (owner, name), cause in head["waits"])
        kept.update({words: tuple(head[words]) for words in ("stages", "causes", "facts", "names")})
        kept.update(self._arrays(_WORLDS))

    @cached_property
    def moves(self) -> Moves:
        """Troops that went from one stage to another."""
        return rows_of(Moves, self._arrays("moves"))

    @cached_property
    def bookings(self) -> Bookings:
        """Changes of how many troops wait for a cause."""
        return rows_of(Bookings, self._arrays("bookings"))

    @cached_property
    def courses(self) -> Courses:
        """The values that facts take."""
        return rows_of(Courses, self._arrays("courses"))

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
    return {
        _WORLDS: {"numbers": summary.numbers, "drawn": summary.drawn},
        "moves": kept_columns(summary.moves),
        "bookings": kept_columns(summary.bookings),
        "courses": kept_columns(summary.courses),
    }


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
    expected_of = {
        _WORLDS: ["numbers", "drawn"],
        "moves": names_of(Moves),
        "bookings": names_of(Bookings),
        "courses": names_of(Courses),
    }
    for section, expected in expected_of.items():
        listed = head["sections"][section]
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
