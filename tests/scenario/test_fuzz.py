"""Whatever a file holds, it loads or is one ScenarioError: never a traceback, never an endless wait."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import ScenarioError
from sim.scenario.files import decode
from sim.scenario.loading import resolve_text
from sim.scenario.nodes import plain_data
from sim.scenario.reading import read_document
from sim.scenario.remainder import what_is_right

from .samples import COMPLETE
from .test_writing import flow

CONTENT = COMPLETE.encode()
PLAIN = plain_data(read_document(COMPLETE, "f").root)


def load(text: str) -> None:
    try:
        again = resolve_text(resolve_text(text, "f").text, "g")
    except ScenarioError as error:
        assert error.faults
        for fault, line in zip(error.faults, str(error).split("\n"), strict=True):
            assert line == str(fault)
            assert fault.line >= 1
            assert fault.column >= 1
            assert fault.message
    else:
        assert again.digest == resolve_text(text, "f").digest


edits = st.lists(
    st.tuples(
        st.integers(0, len(CONTENT) - 1),
        st.integers(0, 12),
        st.binary(max_size=6)
        | st.sampled_from([b"{", b"}", b": ", b", ", b"\n", b"&a ", b"*a", b"!!x ", b"- ", b'"']),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=40, deadline=None)
@given(edits)
def test_mutated_bytes(changes):
    content = CONTENT
    for start, length, piece in changes:
        content = content[:start] + piece + content[start + length :]
    try:
        text = decode(content, "f")
    except ScenarioError as error:
        assert error.faults
        return
    load(text)


def paths(data, path=()):
    yield path
    if isinstance(data, dict):
        for key, value in data.items():
            yield from paths(value, (*path, key))
    elif isinstance(data, list):
        for place, value in enumerate(data):
            yield from paths(value, (*path, place))


PATHS = [path for path in paths(PLAIN) if path]
values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=10),
    st.sampled_from(
        [[], {}, [1], {"a": 1}, "1e999", "2026-02-30", "9" * 400, "25 per 0 days", "0 per day", "((((", "%"]
    ),
    st.sampled_from(PATHS).map(lambda path: found(PLAIN, path)),
)


def found(data, path):
    for part in path:
        data = data[part]
    return data


def replaced(data, path, value):
    if not path:
        return value
    if isinstance(data, dict) and path[0] in data:
        return {**data, path[0]: replaced(data[path[0]], path[1:], value)}
    if isinstance(data, list) and isinstance(path[0], int) and path[0] < len(data):
        return [*data[: path[0]], replaced(data[path[0]], path[1:], value), *data[path[0] + 1 :]]
    return data


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PATHS), values), min_size=1, max_size=3))
def test_mutated_structure(changes):
    data = PLAIN
    for path, value in changes:
        data = replaced(data, path, value)
    load(flow(data))


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=200))
def test_any_text(text):
    try:
        load(text)
    except ScenarioError as error:
        assert error.faults


def test_a_wrong_value_anywhere_leaves_the_rest_to_look_at():
    """No path lacks a stand-in: a wrong value is put aside whatever key it has."""
    root = read_document(COMPLETE, "f").root
    for path in PATHS:
        what_is_right(root, [path])
