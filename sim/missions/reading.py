"""Tables of build-ups read from a folder: every fault of theirs at once, with file, line, cell and remedy.

`missions.csv` is the only file that must be there; `data/README.md` describes the form. A cell of the
start-time row that was known only after day 0 is refused: nothing that forecasts may see it.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from sim.errors import MissionsError
from sim.missions.build_up import BuildUp, Funding, HostConsent, OfficialPlan, Pledge, Strength
from sim.plain_files import text_of

DATA = Path(__file__).parent / "data"
"""The project's own tables."""

CELLS = ("ceiling", "in_place", "rehat_on", "rehat_troops", "funding", "host_consent", "ends_by")
"""The cells of a start-time row that a forecast may read."""

_FUNDING: Mapping[str, Funding] = {
    **dict.fromkeys(("assessed", "un", "un assessed", "assessed contributions"), "assessed"),
    **dict.fromkeys(("voluntary", "donors", "trust fund", "voluntary contributions"), "voluntary"),
    **dict.fromkeys(("own", "states", "national", "each its own", "lead nation", "nato"), "own"),
    **dict.fromkeys(("", "unknown", "?", "-"), "unknown"),
}
_CONSENT: Mapping[str, HostConsent] = {
    **dict.fromkeys(("yes", "true", "full", "given", "1"), "yes"),
    **dict.fromkeys(("contested", "partial", "conditional", "reluctant"), "contested"),
    **dict.fromkeys(("no", "false", "refused", "none", "0"), "no"),
    **dict.fromkeys(("", "unknown", "?", "-"), "unknown"),
}
_OPEN = ("", "-", "?", "na", "nan", "none")
_YES = ("yes", "true", "1")


@dataclass(frozen=True, slots=True)
class CellSource:
    """When a cell of a start-time row was known, and who says so."""

    known_on: dt.date
    source: str


@dataclass(frozen=True)
class Missions:
    """What a folder holds: build-ups by day 0 and name, pledges to other missions, cells, remarks."""

    build_ups: tuple[BuildUp, ...]
    pledges: tuple[Pledge, ...]
    cells: Mapping[tuple[str, str], CellSource] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()

    @property
    def clusters(self) -> tuple[str, ...]:
        """The stories that the build-ups are part of, by name."""
        return tuple(sorted({each.cluster for each in self.build_ups}))

    def without(self, cluster: str) -> Missions:
        """Return all but one cluster, its pledges included."""
        own = {each.name for each in self.build_ups if each.cluster == cluster} | {cluster}
        return Missions(
            tuple(each for each in self.build_ups if each.cluster != cluster),
            tuple(each for each in self.pledges if each.mission not in own),
        )

    def without_missions(self, names: Collection[str]) -> Missions:
        """Return all but the named missions, their pledges included."""
        return Missions(
            tuple(each for each in self.build_ups if each.name not in names),
            tuple(each for each in self.pledges if each.mission not in names),
        )

    def cluster_of(self, mission: str) -> str:
        """Return the cluster of a mission that pledges were made to; its own name where it has no row."""
        return next((each.cluster for each in self.build_ups if each.name == mission), mission)

    def begun_before(self, date: dt.date) -> Missions:
        """Return what could be learned on a date: earlier build-ups, and of each only what had happened."""
        from dataclasses import replace

        return Missions(
            tuple(
                replace(each, strengths=each.known_by(date).strengths, pledges=each.known_by(date).pledges)
                for each in self.build_ups
                if each.day_0 < date
            ),
            tuple(
                known
                for known in BuildUp("", "", dt.date.min, 1, pledges=self.pledges).known_by(date).pledges
                if known.observed_until <= date
            ),
        )


def read_missions(folder: Path | None = None) -> Missions:
    """Read the tables of a folder, the project's own without one; MissionsError with every fault."""
    reading = _Reading(DATA if folder is None else Path(folder))
    missions = reading.all()
    if reading.faults:
        raise MissionsError("\n".join(reading.faults))
    return missions


class _Reading:
    """Reads one folder and gathers what is wrong with it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.faults: list[str] = []
        self.remarks: list[str] = []

    def all(self) -> Missions:
        rows = self._rows("missions.csv", ("mission", "day_0", "ceiling"), needed=True)
        strengths = self._strengths({row.text("mission"): row for row in rows})
        pledges, plans = self._pledges(), self._plans()
        build_ups: list[BuildUp] = []
        for row in rows:
            name = row.text("mission")
            if any(each.name == name for each in build_ups):
                row.fault("mission", "stands twice; give each build-up a name of its own")
            own = tuple(each for each in pledges if each.mission == name)
            build_up = self._build_up(row, strengths.get(name, ()), own, plans.get(name, ()))
            if build_up is not None:
                build_ups.append(build_up)
        cells = self._cells(rows, {each.name: each for each in build_ups})
        ordered = sorted(build_ups, key=lambda each: (each.day_0, each.name))
        return Missions(tuple(ordered), pledges, cells, tuple(self.remarks))

    def _build_up(
        self,
        row: _Row,
        strengths: tuple[Strength, ...],
        pledges: tuple[Pledge, ...],
        plan: tuple[OfficialPlan, ...],
    ) -> BuildUp | None:
        name, day_0, ceiling = row.text("mission"), row.date("day_0"), row.whole("ceiling")
        if not name:
            row.fault("mission", "is empty; a build-up needs a name")
        if day_0 is None:
            row.fault("day_0", "is empty; write the day of the mandate as YYYY-MM-DD")
        if not ceiling:
            row.fault("ceiling", "must be a number of troops above 0")
        if not name or day_0 is None or not ceiling:
            return None
        for column in ("known_on", *(f"{cell}_known_on" for cell in CELLS)):
            self._not_later(row, column, row.date(column), day_0, name)
        funding = _FUNDING.get(row.text("funding").casefold())
        consent = _CONSENT.get(row.text("host_consent").casefold())
        if funding is None:
            self.remarks.append(f"{row.place('funding')} is no known class of funding; taken as unknown")
        if consent is None:
            self.remarks.append(f"{row.place('host_consent')} is no known consent; taken as unknown")
        return BuildUp(
            name=name,
            cluster=row.text("cluster") or name,
            day_0=day_0,
            ceiling=ceiling,
            in_place=row.whole("in_place") or 0,
            rehat_on=row.date("rehat_on"),
            rehat_troops=row.whole("rehat_troops"),
            funding=funding or "unknown",
            host_consent=consent or "unknown",
            ends_by=row.date("ends_by"),
            ceiling_changed=row.date("ceiling_changed"),
            strengths=strengths,
            pledges=pledges,
            plan=tuple(each for each in plan if each.day_of(day_0) >= 0),
        )

    def _not_later(self, row: _Row, column: str, known: dt.date | None, day_0: dt.date, of: str) -> None:
        if known is not None and known > day_0:
            row.fault(
                column,
                f"lies after day 0 of {of}, {day_0}: nobody could know it when the mission began; "
                "leave the cell empty, or give what was known by then",
            )

    def _strengths(self, missions: Mapping[str, _Row]) -> dict[str, tuple[Strength, ...]]:
        found: dict[str, dict[int, Strength]] = {}
        for row in self._rows("strength.csv", ("mission", "troops")):
            name, troops, day = row.text("mission"), row.whole("troops"), row.whole("day")
            if name not in missions:
                row.fault("mission", "is in no row of missions.csv; mend the name, or add the row")
                continue
            date, day_0 = row.date("date"), missions[name].date("day_0")
            if day is None and date is not None and day_0 is not None:
                day = (date - day_0).days
            if day is None or troops is None:
                row.fault(
                    "troops" if troops is None else "day", "is empty; a count needs a day and its troops"
                )
                continue
            found.setdefault(name, {})[day] = Strength(day, troops)
        return {name: tuple(by_day[day] for day in sorted(by_day)) for name, by_day in found.items()}

    def _pledges(self) -> tuple[Pledge, ...]:
        pledges = []
        for row in self._rows("pledges.csv", ("mission", "contributor")):
            first, full = row.moment("first"), row.moment("full")
            known = [date for moment in (first, full) if moment for date in moment if date is not None]
            pledged_on = row.date("pledged_on")
            until = row.date("observed_until") or max(known, default=pledged_on)
            if until is None:
                continue  # nothing is dated: nothing is known of it
            pledges.append(
                Pledge(
                    mission=row.text("mission"),
                    contributor=row.text("contributor"),
                    pledged=row.whole("pledged"),
                    pledged_on=pledged_on,
                    planned_on=row.date("planned_on"),
                    first=first,
                    full=full,
                    arrived=row.whole("arrived"),
                    observed_until=until,
                    stopped_by_host=row.text("stopped_by_host").casefold() in _YES,
                )
            )
        return tuple(pledges)

    def _plans(self) -> dict[str, tuple[OfficialPlan, ...]]:
        plans: dict[str, tuple[OfficialPlan, ...]] = {}
        for row in self._rows("plans.csv", ("mission", "known_on", "date", "troops")):
            known, date, troops = row.date("known_on"), row.date("date"), row.whole("troops")
            if known is None or date is None or troops is None:
                row.fault("mission", "has a plan without day or number; give known_on, date and troops")
                continue
            name = row.text("mission")
            plans[name] = (*plans.get(name, ()), OfficialPlan(known, date, troops))
        return plans

    def _cells(self, rows: list[_Row], build_ups: Mapping[str, BuildUp]) -> dict[tuple[str, str], CellSource]:
        cells: dict[tuple[str, str], CellSource] = {}
        for row in self._rows("cells.csv", ("mission", "cell", "known_on")):
            name, cell, known = row.text("mission"), row.text("cell"), row.date("known_on")
            if name not in build_ups or known is None:
                row.fault("mission" if known else "known_on", "tells of no cell; mend the name or the date")
                continue
            self._not_later(row, "known_on", known, build_ups[name].day_0, f"{name} ({cell})")
            cells[name, cell] = CellSource(known, row.text("source"))
        return cells

    def _rows(self, file: str, columns: tuple[str, ...], needed: bool = False) -> list[_Row]:
        path = self.folder / file
        try:
            text = text_of(path, "utf-8-sig")
        except FileNotFoundError:
            if needed:
                self.faults.append(
                    f"{path} is missing; `isf backtest --help` names the tables that a folder holds"
                )
            return []
        except (OSError, UnicodeDecodeError) as fault:
            self.faults.append(f"{path} cannot be read ({fault}); save it as a CSV file in UTF-8")
            return []
        reader = csv.DictReader(text.splitlines())
        header = [name.strip() for name in reader.fieldnames or ()]
        reader.fieldnames = header
        missing = [name for name in columns if name not in header]
        if missing:
            self.faults.append(f"{path}:1: no column {', '.join(missing)}; the first line names the columns")
            return []
        return [_Row(path, number, row, self.faults) for number, row in enumerate(reader, start=2)]


@dataclass(frozen=True)
class _Row:
    """One line of a table."""

    path: Path
    number: int
    cells: Mapping[str, Any]
    faults: list[str]

    def place(self, column: str) -> str:
        return f"{self.path}:{self.number}: {column} '{self.text(column)}'"

    def fault(self, column: str, message: str) -> None:
        self.faults.append(f"{self.place(column)} {message}")

    def text(self, column: str) -> str:
        return str(self.cells.get(column) or "").strip()

    def whole(self, column: str) -> int | None:
        text = self.text(column).replace(",", "").replace(" ", "")
        if text.casefold() in _OPEN:
            return None
        try:
            number = round(float(text))
        except (ValueError, OverflowError):
            self.fault(column, "is not a number; write digits, or leave the cell empty")
            return None
        if number < 0:
            self.fault(column, "is below 0")
            return None
        return number

    def date(self, column: str) -> dt.date | None:
        text = self.text(column)
        if text.casefold() in _OPEN:
            return None
        for read in (dt.date.fromisoformat, partial(_month_middle)):
            try:
                return read(text)
            except ValueError:
                continue
        self.fault(column, "is not a date; write YYYY-MM-DD, or YYYY-MM where the day is not known")
        return None

    def moment(self, column: str) -> tuple[dt.date, dt.date | None] | None:
        """Return (after, by); None where neither is said. A lone `by` is after the pledge."""
        after, by = self.date(f"{column}_after"), self.date(f"{column}_by")
        if by is not None and after is not None and by < after:
            self.fault(f"{column}_by", f"lies before {column}_after; exchange them")
        if after is None:
            after = self.date("pledged_on") if by is not None else None
        return None if after is None else (after, by)


def _month_middle(text: str) -> dt.date:
    """Return the middle of YYYY-MM; ValueError for anything else."""
    year, month = text.split("-")
    return dt.date(int(year), int(month), 15)
