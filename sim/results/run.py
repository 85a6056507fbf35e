"""A stored run: its scenario, its manifest and its logs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from sim.batch.manifest import BlockRecord, read_manifest, record_from_json
from sim.batch.replaying import Replaying
from sim.batch.spans import Span
from sim.durations import DAY
from sim.errors import StoreError
from sim.plain_files import text_of
from sim.results.block import BlockListing, block_table, read_block
from sim.vocabulary import LOGS

if TYPE_CHECKING:
    import datetime as dt

    import numpy as np
    import pandas as pd
    import pyarrow as pa
    from numpy.typing import NDArray

    from sim.batch.summary import BlockSummary
    from sim.scenario.loading import Resolved
    from sim.scenario.scenario import Scenario

_MOST_KEPT = 40
"""Blocks without logs whose files are remembered, once they were played again."""
_MOST_IN_MEMORY = 16
"""Of a run of so many blocks the summaries are kept in memory; those of a longer one are read again."""


@dataclass(frozen=True)
class Run:
    """A finished batch of replications of one scenario, read from `folder`."""

    folder: Path
    scenario: Scenario
    manifest: Mapping[str, Any]
    kept: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)
    """What was read of the blocks and is likely to be asked for again; views of the same worlds share it."""

    @property
    def replications(self) -> int:
        """How many replications finished; failed ones are left out of every statistic."""
        return len(self.numbers)

    @cached_property
    def numbers(self) -> NDArray[np.int64]:
        """The numbers of the finished replications, ascending; every block that is read asks for them."""
        import numpy as np

        spans = self.spans
        finished = np.zeros(max((span.end for span in spans), default=0), dtype=bool)
        for span in spans:
            finished[span.first : span.end] = True
        finished[list(self.manifest["failed"])] = False
        numbers = np.flatnonzero(finished)
        numbers.flags.writeable = False
        return numbers

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """The blocks that are done; an interrupted run may have gaps between them."""
        return tuple(Span(block["first"], block["count"]) for block in self.manifest["blocks"])

    @cached_property
    def dates(self) -> tuple[dt.date, ...]:
        """Every day of the run, from the scenario's start to its end."""
        import datetime as dt

        start = self.scenario.start
        return tuple(start + dt.timedelta(days=day) for day in range(self.days))

    @property
    def stays_in_memory(self) -> bool:
        """Whether every summary is kept once it is read; of a longer run each pass reads all of them again."""
        return len(self.spans) <= _MOST_IN_MEMORY

    @property
    def days(self) -> int:
        """How many days the run covers, both ends counted."""
        return (self.scenario.end - self.scenario.start).days + 1

    @property
    def duration(self) -> int:
        """Seconds from the start of the first day to the end of the last."""
        return self.days * DAY

    def transitions(self, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Return the whole log of stage changes; for very many replications read `blocks` one at a time."""
        return self._table("transitions", columns)

    def signals(self, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Return the whole log of changes of facts, consents and casualty counts."""
        return self._table("signals", columns)

    def waits(self, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Return the whole log of how many troops wait for which cause."""
        return self._table("waits", columns)

    def blocks(
        self, log: str, columns: Sequence[str] | None = None, holding: int | None = None
    ) -> Iterator[pa.Table]:
        """Yield a log block by block, without rows of failed replications.

        With `holding`, only the block of that replication number. A block whose logs are not kept is played again.

        Raises StoreError if a block is missing, damaged, or not the one that the manifest lists, or if it cannot
        be played again as it was.
        """
        counted, listing = self.numbers, BlockListing(self.folder, self.manifest)
        read = None if columns is None else list(dict.fromkeys(("replication", *columns)))
        for span in self.spans:
            if holding is not None and not span.first <= holding < span.end:
                continue
            record = self.records[span.block]
            if record.files:
                table = read_block(listing, log, span.block, read)
            else:
                table = block_table(self._replayed(record, alone=holding is not None)[log], read)
            kept = _finished(table, counted)
            yield kept if columns is None else kept.select(list(columns))

    def summaries(self) -> Iterator[tuple[int, BlockSummary]]:
        """Yield the summary of each block with the place of its first world among those that finished.

        Nothing that answers, tables or figures need is read from the logs themselves.
        """
        from sim.batch.store import Store
        from sim.results.summaries import summary_of

        store = Store(self.folder)
        place, kept = 0, self.kept.setdefault("summaries", {})
        for span in self.spans:
            summary = kept.get(span)
            if summary is None:
                read = partial(self._block, span)
                summary = summary_of(store, self.records[span.block], self.numbers, read)
                if self.stays_in_memory:
                    kept[span] = summary
            yield place, summary
            place += len(summary.numbers)

    def seen(self, summary: BlockSummary) -> BlockSummary:
        """Return what a view of the run sees of a block; the run itself sees all of it."""
        return summary

    @cached_property
    def records(self) -> Mapping[int, BlockRecord]:
        """The blocks that are done, by number."""
        return {block["block"]: record_from_json(block) for block in self.manifest["blocks"]}

    def _replayed(self, record: BlockRecord, alone: bool) -> Mapping[str, bytes]:
        """Return the files of a block whose logs are not kept; those of the last blocks are remembered."""
        replayed: dict[int, Mapping[str, bytes]] = self.kept.setdefault("replayed", {})
        files = replayed.get(record.span.first)
        if files is None:
            worlds = record.span.count if alone else self.replications
            held = int(self.manifest["replications"])
            of_run = (str(self.manifest["digest"]), int(self.manifest["seed"]), self.manifest["versions"])
            playing = self.kept.setdefault(
                ("replaying", alone), Replaying(self.folder, *of_run, held, worlds)
            )
            files = replayed[record.span.first] = playing(record).files
            if len(replayed) > _MOST_KEPT:
                del replayed[next(iter(replayed))]
        return files

    def _block(self, span: Span, log: str) -> pa.Table:
        (table,) = Run.blocks(self, log, holding=span.first)  # the whole of it, whatever a view leaves out
        return table

    def _table(self, log: str, columns: Sequence[str] | None) -> pd.DataFrame:
        import pyarrow as pa

        table = pa.concat_tables(list(self.blocks(log, columns))).unify_dictionaries()
        return cast("pd.DataFrame", table.to_pandas(use_threads=False))


def open_run(folder: Path, known: Resolved | None = None) -> Run:
    """Open a stored run; its scenario is not read again if the folder holds just what is `known`.

    A scenario's folder stands for the run in it, if that is the only one. Raises StoreError, with the remedy, if
    `folder` holds no run or several, if its scenario or its manifest is not the one
    that was written with it, or if none of its replications finished.
    """
    folder = folder_of_run(Path(folder))
    _check_there(folder, ("manifest.json", "scenario.yaml"))
    manifest = _read_manifest(folder / "manifest.json")
    if any(block["files"] for block in manifest["blocks"]):
        _check_there(folder, tuple(LOGS))
    run = Run(folder, _scenario_of(folder / "scenario.yaml", manifest, known), manifest)
    if run.replications == 0:
        raise StoreError(
            f"{folder} holds no finished replication; mend what failed and run the scenario again"
        )
    return run


def folder_of_run(folder: Path) -> Path:
    """Return a run's folder, or that of the only run in a folder; StoreError if it holds several."""
    if (folder / "manifest.json").exists() or not folder.is_dir():
        return folder
    runs = sorted(
        path.parent for path in folder.glob("*/manifest.json") if (path.parent / "scenario.yaml").exists()
    )
    if len(runs) > 1:
        raise StoreError(f"{folder} holds {len(runs)} runs; name one of them, such as {runs[0]}")
    return runs[0] if runs else folder


def _check_there(folder: Path, names: Sequence[str]) -> None:
    missing = [name for name in names if not (folder / name).exists()]
    if missing:
        raise StoreError(
            f"{folder} is not a run: {', '.join(missing)} missing; "
            "name a folder that `isf run` printed, such as outputs/<scenario>/<run id>"
        )


def _scenario_of(path: Path, manifest: Mapping[str, Any], known: Resolved | None) -> Scenario:
    """Return the stored scenario, if it is the one that was played."""
    from sim.scenario.loading import load_resolved

    with suppress(OSError, ValueError):  # then reading it says what is wrong
        if known is not None and text_of(path) == known.text and known.digest == manifest["digest"]:
            return known.stored
    stored = load_resolved(path)
    if stored.digest != manifest["digest"]:
        raise StoreError(
            f"{path} is not the scenario that this run played: it was edited or exchanged since; put the "
            "original back, which the same `isf run` does, or run the edited file as a scenario of its own"
        )
    return stored.scenario


def _read_manifest(path: Path) -> Mapping[str, Any]:
    try:
        text = text_of(path)
        read_manifest(text)  # which finds contradictions; what is returned has the names of the file
        return cast("Mapping[str, Any]", json.loads(text))
    except (OSError, ValueError) as fault:
        raise StoreError(
            f"{path} cannot be read as a run's manifest ({fault}); the same `isf run` makes it again"
        ) from None


def _finished(table: pa.Table, counted: NDArray[np.int64]) -> pa.Table:
    """Leave out failed replications, and those of an extension that the manifest does not count yet."""
    import numpy as np

    numbers = table.column("replication").to_numpy()
    if numbers.size == 0:
        return table
    place = np.minimum(np.searchsorted(counted, numbers), max(0, len(counted) - 1))
    kept = counted[place] == numbers if len(counted) else np.zeros(numbers.size, dtype=bool)
    return table if kept.all() else table.filter(kept)
