from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.batch.columns import LOGS
from sim.batch.manifest import (
    BlockRecord,
    Manifest,
    OtherFormatError,
    present_versions,
    read_manifest,
    sealed,
)
from sim.batch.simulation import Violation
from sim.batch.spans import blocks_of

CHECKSUMS = st.text("0123456789abcdef", min_size=64, max_size=64)


@st.composite
def manifests(draw):
    blocks = {}
    for span in blocks_of(draw(st.integers(1, 1_000))):
        inside = st.integers(span.first, span.end - 1)
        blocks[span.block] = BlockRecord(
            span,
            {log: draw(CHECKSUMS) for log in LOGS} if (has_logs := draw(st.booleans())) else {},
            tuple(sorted(draw(st.sets(inside, max_size=3)))),
            tuple(Violation(text, 1, draw(inside), 0.5) for text in draw(st.sets(st.text(), max_size=2))),
            "" if has_logs else draw(CHECKSUMS),
        )
    chosen = draw(st.sets(st.sampled_from(sorted(blocks))))
    kept = {number: blocks[number] for number in chosen}
    return Manifest(draw(st.text()), draw(CHECKSUMS), draw(st.integers(0, 2**64)), {"numpy": "2"}, kept)


@given(manifests())
def test_a_manifest_is_read_back_equal_and_written_the_same(manifest):
    assert read_manifest(manifest.text()) == manifest
    assert read_manifest(manifest.text()).text() == manifest.text()
    bare = sum(block.span.count for block in manifest.blocks.values() if not block.files)
    assert manifest.with_logs == manifest.replications - bare
    assert json.loads(manifest.text())["format"] == (3 if bare else 2), "with logs it is what it always was"


@given(manifests())
def test_the_order_in_which_blocks_were_done_does_not_show(manifest):
    backwards = dict(reversed(list(manifest.blocks.items())))
    again = Manifest(manifest.scenario, manifest.digest, manifest.seed, manifest.versions, backwards)
    assert again.text() == manifest.text()


@given(manifests())
def test_the_totals_are_those_of_the_blocks(manifest):
    content = json.loads(manifest.text())
    assert content["replications"] == sum(block["count"] for block in content["blocks"])
    assert content["failed"] == sorted(number for block in content["blocks"] for number in block["failed"])
    assert content["seed"] == manifest.seed


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", "null", '{"format": 99}', '{"format": 2}', '{"format": 2, "blocks": 3}', "{" * 100_000],
)
def test_what_is_no_manifest_is_a_value_error(text):
    with pytest.raises(ValueError, match=r"."):
        read_manifest(text)


def _edited(edit):
    blocks = {
        span.block: BlockRecord(span, dict.fromkeys(LOGS, "0"), (3,)[span.block :]) for span in blocks_of(300)
    }
    content = json.loads(Manifest("name", "digest", 0, {}, blocks).text())
    edit(content)
    return sealed(content)


def test_the_example_is_a_manifest_as_it_is():
    assert read_manifest(_edited(lambda content: None)).replications == 300


@pytest.mark.parametrize(
    "edit",
    [
        lambda content: content.update(replications=10),
        lambda content: content.update(failed=[]),
        lambda content: content.update(failed=["x"]),
        lambda content: content["blocks"].pop(0),
        lambda content: content["blocks"].append(content["blocks"][0]),
        lambda content: content["blocks"][0].update(count=10**9),
        lambda content: content["blocks"][0].update(count=-5),
        lambda content: content["blocks"][0].update(first=100),
        lambda content: content["blocks"][1].update(first=250 * 10**7, block=10**7),
        lambda content: content["blocks"][1].update(block=7),
        lambda content: content["blocks"][0].update(failed=[3000]),
        lambda content: content["blocks"][0].pop("files"),
        lambda content: content["blocks"][0].update(count="250"),
        lambda content: content["blocks"][0].update(first=False),
        lambda content: content["blocks"][0].update(files=dict.fromkeys(LOGS, 0)),
        lambda content: content["blocks"][0].update(failed=[3, 3]),
        lambda content: content["blocks"][0].update(failed=[3.0]),
        lambda content: content["blocks"][0].update(violations=[{"statement": "x"}]),
        lambda content: content.update(seed="0"),
        lambda content: content.update(seed=-1),
        lambda content: content.update(scenario=None),
        lambda content: content.update(versions={"numpy": 2}),
        lambda content: content.update(format=2.0),
    ],
)
def test_a_manifest_that_contradicts_itself_is_none(edit):
    with pytest.raises(ValueError, match=r"totals|no block|not hold|not a manifest|below 0"):
        read_manifest(_edited(edit))


@pytest.mark.parametrize(
    "edit",
    [
        lambda content: content.update(seed=1),
        lambda content: content.update(digest="another"),
        lambda content: content.update(scenario="another"),
        lambda content: content.update(versions={"model": "another"}),
        lambda content: (content["blocks"][0].update(count=200), content.update(replications=250)),
        lambda content: (content["blocks"][0].update(failed=[]), content.update(failed=[250])),
        lambda content: content.update(remark="mine"),
    ],
)
def test_a_manifest_that_was_edited_after_it_was_written_is_none(edit):
    content = json.loads(_edited(lambda content: None))
    edit(content)
    with pytest.raises(ValueError, match="changed after it was written"):
        read_manifest(json.dumps(content))


def test_a_manifest_of_another_format_is_known_as_one():
    with pytest.raises(OtherFormatError, match="format 1, while this simulator reads formats 2 and 3"):
        read_manifest(_edited(lambda content: content.update(format=1)))


def test_versions_name_what_decides_the_bytes():
    versions = present_versions()
    assert {"isf-simulator", "python", "numpy", "simpy", "pyarrow", "model"} <= set(versions)
    assert versions == present_versions()
