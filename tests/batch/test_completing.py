"""How often the manifest is written: it must not take longer than the playing, and must be whole at every end."""

from __future__ import annotations

import time

import pytest

from sim.batch.running import run
from sim.batch.store import Store
from tests.batch.fake import FAKE, contents, resolved


def play(folder, replications, progress=lambda *_: None):
    return run(resolved(), replications=replications, seed=3, folder=folder, model=FAKE, progress=progress)


@pytest.fixture
def written(monkeypatch):
    """The blocks in each manifest that was written, by a disk that takes its time."""
    seen = []
    real = Store.save_manifest

    def save(self, manifest):
        seen.append(len(manifest.blocks))
        time.sleep(0.1)
        real(self, manifest)

    monkeypatch.setattr(Store, "save_manifest", save)
    return seen


def test_a_manifest_that_takes_long_is_written_seldom(tmp_path, written):
    play(tmp_path, 2_000)
    assert written[0] == 0 and written[-1] == 8 and written == sorted(written)
    assert len(written) < 8
    play(tmp_path, 2_250)
    assert len(Store(tmp_path).manifest().blocks) == 9


def test_an_end_in_the_middle_lists_all_that_stands(tmp_path, written):
    class StopError(Exception):
        """As an interrupt, which comes between two blocks."""

    def stop(done, wanted, failed):
        if done > 1_300:
            raise StopError

    with pytest.raises(StopError):
        play(tmp_path, 2_000, stop)
    standing = len(Store(tmp_path).manifest().blocks)
    assert written[-1] == standing and 3 <= standing <= 5  # two workers may have begun two more each
    assert not Store(tmp_path).unlisted(Store(tmp_path).manifest())


def test_what_is_replaced_goes_when_the_manifest_lists_it_no_more(tmp_path, written):
    play(tmp_path / "extended", 260)
    play(tmp_path / "extended", 1_000)
    play(tmp_path / "at once", 1_000)
    assert contents(tmp_path / "extended") == contents(tmp_path / "at once")
