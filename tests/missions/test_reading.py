import datetime as dt
import shutil

import pytest

from sim.errors import MissionsError
from sim.missions.build_up import HORIZONS, BuildUp, Pledge, Strength
from sim.missions.freezing import FILES, digest_of, frozen_digest
from sim.missions.reading import CELLS, DATA, read_missions

OWN = read_missions()


def folder_with(tmp_path, **files):
    for name, text in files.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path


def test_the_tables_are_the_frozen_ones():
    assert digest_of() == frozen_digest()


@pytest.mark.parametrize("name", FILES)
def test_any_change_of_a_table_changes_the_digest(tmp_path, name):
    copy = tmp_path / "copy"
    shutil.copytree(DATA, copy)
    assert digest_of(copy) == frozen_digest()
    (copy / name).write_text((copy / name).read_text(encoding="utf-8").replace("2", "3", 1), encoding="utf-8")
    assert digest_of(copy) != frozen_digest()


def test_every_cell_has_a_source_and_was_known_by_day_0():
    said = {(each.name, cell) for each in OWN.build_ups for cell in CELLS if getattr(each, cell) is not None}
    assert said == set(OWN.cells)
    for (name, _), cell in OWN.cells.items():
        day_0 = next(each.day_0 for each in OWN.build_ups if each.name == name)
        assert cell.source and cell.known_on <= day_0


def test_what_is_in_place_is_not_read_from_a_count_after_day_0():
    surge = next(each for each in OWN.build_ups if each.name == "UNMISS surge")
    assert (
        surge.in_place == 6715
    )  # of 30 November 2013; the 6,796 of 31 December came a week after the mandate


def test_a_cell_known_after_day_0_is_refused(tmp_path):
    missions = "mission,day_0,ceiling,in_place\nA,2001-01-01,1000,200\n"
    cells = "mission,cell,known_on,source\nA,in_place,2001-01-02,a report\n"
    with pytest.raises(MissionsError, match=r"cells\.csv:2: known_on '2001-01-02' lies after day 0 of A"):
        read_missions(folder_with(tmp_path, missions=missions, cells=cells))


@pytest.mark.parametrize("column", ["known_on", *(f"{cell}_known_on" for cell in CELLS)])
def test_so_is_one_that_the_row_itself_dates(tmp_path, column):
    text = f"mission,day_0,ceiling,{column}\nA,2001-01-01,1000,2001-01-01\nB,2001-01-01,1000,2001-01-02\n"
    with pytest.raises(MissionsError) as caught:
        read_missions(folder_with(tmp_path, missions=text))
    assert str(caught.value).count("\n") == 0
    assert f"missions.csv:3: {column}" in str(caught.value)


def test_every_fault_is_told_at_once(tmp_path):
    missions = "mission,day_0,ceiling\nA,yesterday,1000\nB,2001-01-01,many\nB,2001-01-01,5\n"
    strength = "mission,day,troops\nC,3,4\n"
    with pytest.raises(MissionsError) as caught:
        read_missions(folder_with(tmp_path, missions=missions, strength=strength))
    for part in ("'yesterday' is not a date", "'many' is not a number", "mission 'C' is in no row"):
        assert part in str(caught.value)


def test_only_the_missions_table_must_be_there_and_few_of_its_columns(tmp_path):
    with pytest.raises(MissionsError, match=r"missions\.csv is missing"):
        read_missions(tmp_path)
    text = 'extra,ceiling,mission,day_0,funding\nx,"5,000",A,2001-03,lottery\n'
    found = read_missions(folder_with(tmp_path, missions=text))
    assert found.build_ups == (BuildUp("A", "A", dt.date(2001, 3, 15), 5000),)
    assert "lottery" in found.remarks[0]


def test_counts_may_be_dated(tmp_path):
    missions = "mission,day_0,ceiling\nA,2001-01-01,1000\n"
    strength = "mission,date,troops\nA,2001-01-31,150\n"
    found = read_missions(folder_with(tmp_path, missions=missions, strength=strength))
    assert found.build_ups[0].strengths == (Strength(30, 150),)


def test_unfinished_missions_and_pledges_are_kept():
    by_name = {each.name: each for each in OWN.build_ups}
    assert max(each.troops for each in by_name["AMISOM"].strengths) < 0.6 * by_name["AMISOM"].ceiling
    assert by_name["UNMISS-RPF"].share_on(180) == 0.0
    never = [each for each in OWN.pledges if each.first is None and each.full is None]
    assert len(never) >= 8


def test_the_own_tables_hold_twenty_build_ups_in_fifteen_clusters():
    assert len(OWN.build_ups) == 20
    assert len(OWN.clusters) == 15
    assert [each.cluster for each in OWN.build_ups].count("Sierra Leone") == 3
    assert {each.name for each in OWN.build_ups if each.cluster == "East Timor"} == {"INTERFET", "UNTAET"}


BUILD_UP = BuildUp(
    "A",
    "A",
    dt.date(2001, 1, 1),
    1000,
    100,
    strengths=(Strength(20, 100), Strength(60, 500), Strength(200, 900), Strength(380, 910)),
    pledges=(
        Pledge(
            "A",
            "x",
            500,
            dt.date(2001, 1, 11),
            None,
            (dt.date(2001, 2, 1), dt.date(2001, 2, 10)),
            (dt.date(2001, 3, 1), dt.date(2001, 3, 31)),
            450,
            dt.date(2001, 4, 30),
        ),
    ),
)


def test_shares_are_read_between_counts_near_enough_or_not_at_all():
    assert BUILD_UP.share_on(20) == 0.1
    assert BUILD_UP.share_on(30) == pytest.approx(0.2)  # a quarter of the way from 100 to 500
    assert BUILD_UP.share_on(90) is None  # 140 days lie between the counts, none is near
    assert BUILD_UP.share_on(195) == pytest.approx(0.9)  # 5 days from a count
    assert BUILD_UP.share_on(290) == pytest.approx(0.905)  # 180 days apart, and yet the same
    assert BUILD_UP.share_on(730) is None


def test_nothing_known_later_is_left_in_what_was_known():
    for date, pledges, strengths in (("2001-01-05", 0, 0), ("2001-02-05", 1, 1), ("2001-03-15", 1, 2)):
        known = BUILD_UP.known_by(dt.date.fromisoformat(date))
        assert (len(known.pledges), len(known.strengths)) == (pledges, strengths)
        for pledge in known.pledges:
            said = [day for moment in (pledge.first, pledge.full) if moment for day in moment if day]
            assert all(day <= known.on for day in [*said, pledge.observed_until])
            assert pledge.arrived is None
    assert BUILD_UP.known_by(dt.date(2000, 1, 1)).on == BUILD_UP.day_0
    assert BUILD_UP.known_by(dt.date(2001, 5, 1)).pledges == BUILD_UP.pledges


def test_what_is_known_does_not_change_with_what_came_later():
    later = BuildUp(
        **{
            **{name: getattr(BUILD_UP, name) for name in BUILD_UP.__dataclass_fields__},
            "strengths": (*BUILD_UP.strengths[:2], Strength(200, 5)),
            "ceiling_changed": dt.date(2001, 6, 1),
        }
    )
    date = dt.date(2001, 3, 15)
    assert later.known_by(date) == BUILD_UP.known_by(date)


def test_scoring_stops_where_the_ceiling_changes():
    one = next(each for each in OWN.build_ups if each.name == "UNAMSIL 1999")
    assert one.ceiling_changed == dt.date(2000, 2, 7)
    assert [one.share_on(day) is not None for day in HORIZONS] == [True] * 3 + [False] * 5


def test_first_boots_by_counts_and_by_pledges():
    assert BUILD_UP.first_boots() == (31, 40)
    by_name = {each.name: each.first_boots() for each in OWN.build_ups}
    assert by_name["AMISOM"] == (46, 46)  # 6 March 2007, from Uganda's pledge
    assert by_name["UNMISS-RPF"] == (250, 276)


def test_leaving_a_cluster_out_takes_its_pledges_too():
    left = OWN.without("Lebanon")
    assert len(left.build_ups) == 19
    assert not [each for each in left.pledges if each.mission == "UNIFIL II"]
    assert [each for each in left.pledges if each.mission == "ISAF 2010"]


def test_before_a_date_only_what_had_begun_and_happened():
    early = OWN.begun_before(dt.date(2000, 9, 15))
    assert {each.name for each in early.build_ups} == {
        "UNTAC", "KFOR", "INTERFET", "UNAMSIL 1999", "UNTAET", "UNAMSIL 2000",
    }  # fmt: skip
    sierra = next(each for each in early.build_ups if each.name == "UNAMSIL 2000")
    assert max(each.day for each in sierra.strengths) <= 119
    assert all(each.observed_until <= dt.date(2000, 9, 15) for each in early.pledges)
