"""A region folder becomes typed, immutable, checked objects; whatever is wrong in it is said."""

import csv
import dataclasses
import json
import math
import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jcsim.errors import InputError
from jcsim.records import Education, MarketKind, Sector, Tenure
from jcsim.region import load_region, region_names
from jcsim.region.allocation import largest_remainder
from jcsim.region.checks import CHECKS
from jcsim.region.geography import arc_km, cosine, emptiest_point, inside, sine
from jcsim.region.loading import BUILT_IN, read_region

CASES = yaml.safe_load((Path(__file__).parent / "bad_regions" / "cases.yaml").read_text(encoding="utf-8"))
CITY = "140502"


@pytest.fixture(scope="module")
def region():
    return load_region("jincheng")


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(BUILT_IN / "jincheng", tmp_path / "region"))


def edit(path: Path, find: str, replace: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert find == "ALL" or find in text, f"{find!r} is no longer in {path.name}: the case tests nothing"
    path.write_text(replace if find == "ALL" else text.replace(find, replace, 1), encoding="utf-8")


def edit_column(path: Path, change) -> None:
    """Rewrite a CSV file; ``change`` gets each row as a dict and alters it."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        rows, columns = list(reader), reader.fieldnames
    for row in rows:
        change(row)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)


# --- what the folder holds


def test_units_are_those_of_the_official_list(region):
    assert (region.n_counties, region.n_towns, region.n_places, region.n_markets) == (6, 77, 88, 77)
    assert [c.code for c in region.counties] == ["140502", "140521", "140522", "140524", "140525", "140581"]
    assert [p.code for p in region.places[:77]] == sorted(p.code for p in region.places[:77])
    assert sum(p.key_town for p in region.places) == 16
    assert [p.index for p in region.places] == list(range(88))
    assert region.places[region.place_index("140521103")].name_en == "Duanshi"
    assert region.county_index("140581") == 5


def test_markets_partition_the_places_and_the_central_city_crosses_the_county_line(region):
    kinds = [market.kind for market in region.markets]
    assert [kinds.count(kind) for kind in MarketKind] == [1, 4, 16, 45, 11]
    central = [region.places[i] for i in region.markets[0].places]
    assert {p.code[:6] for p in central} == {"140502", "140525"} and len(central) == 10
    assert all(p.market == 0 and p.seat for p in central)
    gaoping = next(m for m in region.markets if m.name_en == "Gaoping seat")
    assert [region.places[i].code for i in gaoping.places] == ["140581001", "140581002", "140581003"]
    assert not any(m.kind == MarketKind.SEAT and m.county == region.county_index("140525") for m in region.markets)


def test_outside_destinations_are_neighbours_and_one_coast(region):
    outside = region.places[region.n_towns :]
    assert len(outside) == 11 and outside[-1].code == "EXT_COAST" and all(p.county == -1 for p in outside)
    assert outside[-1].components[0] == "EXT_BEIJING" and len(outside[-1].components) == 7
    assert {p.code for p in outside if not p.cross_province} == {
        "EXT_CHANGZHI", "EXT_TAIYUAN", "EXT_LINFEN", "EXT_YUNCHENG",
    }  # fmt: skip
    nodes = {node.id for node in region.nodes}
    assert {"EXT_HOUMA", "EXT_HANCHENG", "STN_JCD"} <= nodes - {p.code for p in region.places}
    zhengzhou = region.places[region.place_index("EXT_ZHENGZHOU")]
    assert zhengzhou.population == 8627089 and zhengzhou.population_at(2020) == 12600574
    assert zhengzhou.population_at(2019) == zhengzhou.population_at(2005) == 8627089
    assert region.outside_population(2012)[0] == 8627089


# --- the censuses, by hand from the published tables


def test_census_totals_are_the_published_ones(region):
    for year, residents, rate in ((2010, 2_279_146, 51.04), (2020, 2_194_545, 62.72)):
        census = region.census(year)
        assert census.residents.sum() == census.population.sum() == residents
        assert round(100.0 * census.urban.sum() / residents, 2) == rate
    assert region.census(2010).prefecture_residents == 2_279_146
    assert region.census(2010).collective_persons.sum() == 2_279_146 - 2_113_115


def test_census_2010_cells_stand_where_their_headings_say(region):
    census = region.census(2010)
    city = region.county_index(CITY)
    assert census.population.shape == (6, 2, 19) and len(census.age_group_bounds) == 19
    assert census.population[city, :, 0].tolist() == [1585, 1527]
    assert census.population[city, 1, 10] == 15374  # women of 45-49, the heading with the odd bracket
    assert census.age_group_bounds[10] == (45, 49)
    assert census.population[city, :, 18].tolist() == [258, 390]
    industry = dict(zip(Sector, census.industry[city], strict=True))
    assert industry == {
        Sector.FARM: 611,
        Sector.MINING: 2945,
        Sector.MANUFACTURING: 3078 + 699,
        Sector.CONSTRUCTION: 1162,
        Sector.SERVICES: 1578 + 198 + 4411 + 1105 + 570 + 316 + 531 + 799,
        Sector.PUBLIC: 72 + 215 + 1141 + 609 + 293 + 2246,
    }
    assert census.education[city, 0, Education.UNIVERSITY] == 14110
    assert census.housing_source[city].tolist() == [3665, 2619, 6724, 0, 0, 735]
    assert census.registered_elsewhere.sum(axis=0).tolist() == [195768, 147900, 76558]
    assert census.nonfarm_hukou_share[city] == pytest.approx(0.597)
    assert dict(zip(census.not_working_names, census.activity_not_working[city], strict=True))["retired"] == 2549


def test_census_2020_counts_pre_school_as_no_education_and_splits_inherited_homes(region):
    census = region.census(2020)
    qinshui = region.county_index("140521")
    assert census.education[qinshui, 0, Education.NONE] == 533 + 204
    assert census.housing_source[qinshui, Tenure.INHERITED] == 305
    assert census.housing_source[:, Tenure.PUBLIC_RENTAL].sum() == 0
    assert census.marital[qinshui].tolist() == [[1713, 8310, 227, 392], [1072, 6544, 102, 894]]
    assert census.hukou_population is None and census.nonfarm_hukou_share is None


def test_every_named_check_passes_and_says_what_it_checks(region):
    results = region.checks()
    assert len(results) == len(CHECKS) >= 15
    assert all(passed and message for _, passed, message in results)


# --- units of 2010 and residents by town


def test_units_of_2010_find_their_place_on_the_later_map(region):
    units = region.key_town_units_2010
    assert units["140502", "矿区街道"][0].code == "140502100"
    assert units["140502", "矿区街道"][0].quality == "assumption"
    assert units["140521", "苏庄乡"][0].code == region.places[region.place_index("140521102")].code
    assert units["140524", "秦家庄乡"][0].code == "140524104"
    assert {share.code for shares in units.values() for share in shares} == {p.code for p in region.places[:77]}


def test_town_weights_2010_keep_every_known_township_and_county_total(region):
    weights, census = region.town_weights(2010), region.census(2010)
    published = {"140502001": 54671, "140502006": 111078, "140502009": 42156, "140502100": 33407 + 47512,
                 "140525106": 51880}  # fmt: skip
    for code, residents in published.items():
        town = region.place_index(code)
        assert weights.residents[town].sum() == weights.known[town] == residents
    for county in region.counties:
        rural, urban = weights.residents[list(county.towns)].sum(axis=0)
        assert urban == census.urban[county.index]
        assert rural + urban == census.residents[county.index]
        assert weights.urban[list(county.towns)].sum() == pytest.approx(1.0)
        assert weights.rural[list(county.towns)].sum() == pytest.approx(1.0)
    assert (weights.residents >= 0).all()


def test_seat_share_of_2010_follows_from_the_scores_alone(region):
    """阳城: seat 20, eleven other towns at 1, three townships at 0.4."""
    seat = region.place_index("140522100")
    share = 20.0 / (20.0 + 11.0 + 3 * 0.4)
    assert region.town_weights(2010).urban[seat] == pytest.approx(share)
    assert region.town_weights(2010).residents[seat, 1] == round(147_978 * share)


def test_seats_of_2020_have_their_published_residents(region):
    weights = region.town_weights(2020)
    gaoping = next(m for m in region.markets if m.name_en == "Gaoping seat")
    assert weights.residents[list(gaoping.places), 1].sum() == 166_283
    assert weights.residents[region.place_index("140521100"), 1] == 60_000
    assert weights.residents[region.place_index("140521105")].sum() == 14_503


def test_town_weights_2010_and_early_travel_read_nothing_later_than_2010(region, folder):
    def later(row):
        row["population_2020"], row["pop_hukou_2018"] = "123", "456"
        row["n_communities"] = str(7 + 3 * int(row["n_communities"]))
        row["is_key_town"] = str(1 - int(row["is_key_town"])) if row["code"] in swapped else row["is_key_town"]

    swapped = ("140521102", "140521101")
    edit_column(folder / "townships.csv", later)
    edit(folder / "region.yaml", 'key_towns: ["140521102"', 'key_towns: ["140521101"')
    edit(folder / "region.yaml", "persons: 60000", "persons: 30000")
    edit_column(folder / "nodes_external.csv", lambda row: row.update(population_2020_census="1000"))

    def shift(row):
        if row["year"] in ("2018", "2020"):
            row["population"] = str(2 * int(row["population"]))

    edit_column(folder / "township_population_history.csv", shift)
    for name in ("census2020_counties.csv", "observed.csv"):
        edit_column(folder / name, _double_numbers)
    altered = read_region(folder)
    before, after = region.town_weights(2010), altered.town_weights(2010)
    assert np.array_equal(before.residents, after.residents)
    assert np.array_equal(before.urban, after.urban) and np.array_equal(before.rural, after.rural)
    assert np.array_equal(region.outside_population(2019), altered.outside_population(2019))
    assert not np.array_equal(region.town_weights(2020).urban, altered.town_weights(2020).urban)
    assert not np.array_equal(region.census(2020).residents, altered.census(2020).residents)


def _double_numbers(row):
    for column, value in row.items():
        if value.isdigit() and column not in ("code", "area_code", "year"):
            row[column] = str(2 * int(value))


@given(st.lists(st.floats(0.001, 1e6), min_size=1, max_size=30), st.integers(0, 10**7))
def test_largest_remainder_adds_up_and_stays_within_one(amounts, total):
    numbers = largest_remainder(amounts, total)
    assert sum(numbers) == total
    assert all(abs(n - total * a / sum(amounts)) < 1.0 + 1e-6 for n, a in zip(numbers, amounts, strict=True))


def test_largest_remainder_by_hand():
    assert largest_remainder([1.0, 1.0, 1.0], 10) == [4, 3, 3]
    assert largest_remainder([2.6, 1.2, 1.2], 5) == [3, 1, 1]
    assert largest_remainder([5.0, 5.0], 10, [3, 20]) == [3, 7]


# --- placement


def test_places_without_coordinates_are_placed_and_flagged(region):
    by = {how: [p for p in region.places[:77] if p.located_by == how] for how in ("coordinate", "proxy", "rule")}
    assert {how: len(found) for how, found in by.items()} == {"coordinate": 66, "proxy": 6, "rule": 5}
    assert {p.name_zh for p in by["rule"]} == {"演礼镇", "川底镇", "陈区镇", "建宁乡", "石末乡"}
    spots = {(p.lon, p.lat) for p in by["rule"]}
    assert len(spots) == 5
    for p in by["rule"]:
        hub = region.places[region.counties[p.county].hub]
        assert 2.0 < arc_km((p.lon, p.lat), (hub.lon, hub.lat)) < 20.0


def test_emptiest_point_by_hand():
    """Within 0.4 degrees of the hub the grid has five points; towns stand near four of them."""
    square = {"type": "Polygon", "coordinates": [[[-0.1, -1], [1, -1], [1, 0.1], [-0.1, 0.1], [-0.1, -1]]]}
    hub, own = (0.6, -0.6), [(0.6, -0.2)]
    lon, lat = emptiest_point(square, hub, own, [hub, *own, (0.9, -0.55), (0.55, -0.9)], 0.3)
    assert (lon, lat) == (pytest.approx(0.3), pytest.approx(-0.6))


def test_inside_respects_holes_and_edges():
    ring = [[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]]
    hole = [[1, 1], [3, 1], [3, 3], [1, 3], [1, 1]]
    shape = {"type": "Polygon", "coordinates": [ring, hole]}
    assert inside(shape, np.array([0.5, 2.0, 5.0]), np.array([0.5, 2.0, 2.0])).tolist() == [
        True,
        False,
        False,
    ]


@given(st.floats(-180, 180))
def test_sine_and_cosine_agree_with_the_library(degrees):
    assert sine(degrees) == pytest.approx(math.sin(math.radians(degrees)), abs=1e-12)
    assert cosine(degrees) == pytest.approx(math.cos(math.radians(degrees)), abs=1e-12)


@given(st.floats(75, 135), st.floats(18, 53), st.floats(75, 135), st.floats(18, 53))
def test_great_circles_agree_with_the_haversine(lon1, lat1, lon2, lat2):
    a, b = math.radians(lat1), math.radians(lat2)
    half = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    assert arc_km((lon1, lat1), (lon2, lat2)) == pytest.approx(2 * 6371.0088 * math.asin(math.sqrt(half)), abs=1e-3)


# --- series


def test_series_interpolate_inside_and_refuse_outside(region):
    wage = region.series("outside_wage")
    assert wage.at(2021) == 5013 * 12 and wage.at(2013) == 2609 * 12
    assert wage.at(2023) == pytest.approx((wage.at(2021) + wage.at(2025)) / 2)
    assert wage.unit == "yuan/year" and "National Bureau" in wage.source and "expert recollection" in wage.quality
    for year in (2009, 2036):
        with pytest.raises(InputError, match="2010 to 2035"):
            wage.at(year)


def test_prices_chain_the_published_changes(region):
    cpi = region.series("cpi")
    assert cpi.at(2020) == 1.0
    assert cpi.at(2021) / cpi.at(2020) == pytest.approx(1.010)
    assert cpi.at(2020) / cpi.at(2019) == pytest.approx(1.029, abs=1e-5)
    assert cpi.at(2011) / cpi.at(2010) == pytest.approx(1.054, abs=1e-5)


def test_no_series_holds_a_local_observation_after_2010_but_prices(region):
    local = {}
    for name in region.config.series:
        for variant in ("low", "mid", "high"):
            series = region.series(name, variant)
            for year, geography in zip(series.years, series.geographies, strict=True):
                if geography == "local":
                    local.setdefault(name, set()).add(year)
                if year > 2021:
                    assert geography == "assumption", (name, year)
    assert local == {"cpi": {2019, 2020, 2021}}


def test_history_of_the_needed_series_is_there_in_order(region):
    for name in region.config.series:
        low, mid, high = (region.series(name, variant) for variant in ("low", "mid", "high"))
        for year in range(2010, 2036):
            assert 0.0 <= low.at(year) <= mid.at(year) <= high.at(year), (name, year)
    assert len(region.config.series) == 23
    assert region.series("jobs_services").at(2010) == 1.0
    assert region.series("national_urban_income").at(2020) / region.series("national_rural_income").at(
        2020
    ) == pytest.approx(2.56, abs=0.005)


# --- demography


def test_death_rates_and_fertility_come_by_period(region):
    table = region.demography
    assert table.mortality.shape == (9, 2, 22) and table.mortality[0, 0, 0] == 0.02696148
    assert table.period_index(2004) == 0 and table.period_index(2005) == 1 and table.period_index(2020) == 4
    assert table.fertility_share.sum(axis=1) == pytest.approx(1.0, abs=1e-6)
    assert table.total_fertility[table.year_index(2020)] == 1.2805
    with pytest.raises(InputError, match="1999"):
        table.period_index(1999)


# --- loading


def test_a_region_is_frozen_and_survives_pickling(region):
    with pytest.raises(dataclasses.FrozenInstanceError):
        region.code = "1"
    twin = pickle.loads(pickle.dumps(region))
    assert twin.places == region.places and twin.link_rows == region.link_rows
    assert np.array_equal(twin.town_weights(2020).residents, region.town_weights(2020).residents)
    for one in (region, twin):
        with pytest.raises(ValueError, match="read-only"):
            one.census(2010).population[0, 0, 0] = 1


def test_loading_by_name_and_by_folder_is_the_same_and_cached(region, folder):
    assert "jincheng" in region_names()
    assert load_region() is load_region("jincheng") is region
    copy = load_region(folder)
    assert copy.hash == region.hash and copy.places == region.places
    assert load_region(str(folder)) is copy
    edit(folder / "observed.csv", "63.55", "63.56")
    assert load_region(folder).hash != region.hash


def test_unknown_names_get_the_nearest_valid_one(region, tmp_path):
    for call, words in (
        (lambda: load_region("jinchen"), ["'jinchen'", "did you mean 'jincheng'?"]),
        (lambda: load_region(tmp_path), ["no region.yaml"]),
        (lambda: region.series("outside_wages"), ["'outside_wages'", "did you mean 'outside_wage'?"]),
        (lambda: region.series("coal", "middle"), ["'middle'", "low, mid, high"]),
        (lambda: region.census(2015), ["2015", "2010, 2020"]),
        (lambda: region.place_index("140502005"), ["140502005", "did you mean"]),
        (lambda: region.county_index("140523"), ["140523", "140522"]),
    ):
        with pytest.raises(InputError) as error:
            call()
        for word in words:
            assert word in str(error.value)


def test_tables_name_sources_and_show_which_links_are_made_by_rule(region):
    links = region.links
    assert len(links) == len(region.link_rows)
    assert {"from", "to", "mode", "distance_km", "travel_time_min", "year_open", "status", "source"} <= set(links)
    assert set(links.loc[links.generated, "source"]) == {"rule in region.yaml"}
    assert set(region.observed().area_code.str[:4]) == {"1405"}


def test_another_prefecture_is_another_folder(folder):
    """Two of the counties alone, with one census and no optional table, load and allocate by the same code."""
    keep = ("140521", "140522")
    _shrink(folder, keep)
    region = load_region(folder)
    assert (region.n_counties, region.n_towns, region.n_markets) == (2, 27, 28)
    assert region.id == "two_counties" and region.markets[0].name_en == "Centre"
    assert region.town_weights(2010).residents.sum() == 213016 + 388789
    with pytest.raises(InputError, match="2020"):
        region.census(2020)


def _shrink(folder: Path, keep: tuple[str, ...]) -> None:
    config = yaml.safe_load((folder / "region.yaml").read_text(encoding="utf-8"))
    polygons = yaml.safe_load((folder / "counties.geojson").read_text(encoding="utf-8"))
    polygons["features"] = [f for f in polygons["features"] if f["properties"]["code"] in keep]
    (folder / "counties.geojson").write_text(json.dumps(polygons), encoding="utf-8")
    towns = ["140521100", "140522100"]
    _filter(folder / "townships.csv", lambda r: r["county_code"] in keep)
    _filter(folder / "census2010_counties.csv", lambda r: r["区划代码"] in keep)
    edit_column(folder / "townships.csv", lambda r: r.update(is_key_town="0"))
    for row_filter in ("from", "to"):
        _filter(folder / "links.csv", lambda r, end=row_filter: r[end][:3] == "EXT" or r[end][:6] in keep)
    edit_column(
        folder / "links.csv",
        lambda r: r["to"] == "EXT_LINFEN" and r.update({"to": "EXT_ZHENGZHOU", "opened": "", "year_open": ""}),
    )
    config |= {"id": "two_counties", "hubs": dict(zip(keep, towns, strict=True))}
    config["files"] = {k: v for k, v in config["files"].items() if k not in
                       ("observed", "township_units_2010", "township_population", "nodes_facilities")}  # fmt: skip
    config["censuses"] = {2010: config["censuses"][2010]}
    config["town_weights"] = {2010: config["town_weights"][2010]}
    config["markets"] = {
        "central": {"name": {"zh": "中心", "en": "Centre"}, "members": towns[:1], "why": "a test"},
        "seats": [{"name": {"zh": "县城", "en": "Seat"}, "members": towns[1:]}],
    }
    config["destinations"] = {"single": ["EXT_ZHENGZHOU"]}
    config["expects"] = {"counties": 2, "towns": 27, "key_towns": 0, "census_totals": {2010: 601805}}
    (folder / "region.yaml").write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")


def _filter(path: Path, wanted) -> None:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        rows, columns = [row for row in reader if wanted(row)], reader.fieldnames
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)


# --- whatever is wrong is said


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_broken_folder_is_one_error_that_says_where_and_what(folder, case):
    edit(folder / case["file"], case["find"], case["replace"])
    if "then" in case:
        edit(folder / case["file"], case["then"]["find"], case["then"]["replace"])
    with pytest.raises(InputError) as error:
        load_region(folder)
    for word in case["words"]:
        assert word in str(error.value)
    if "line" in case:
        assert error.value.line == case["line"]
    assert error.value.file is not None or error.value.field is not None


FILES = sorted(p.relative_to(BUILT_IN / "jincheng").as_posix() for p in (BUILT_IN / "jincheng").rglob("*.*"))
READ = [name for name in FILES if name != "observed.csv"]
JUNK = ["", "x", "-1", "NaN", "1e400", '"', ",", "\n", "：", "0", "[]", "{", "99999999999", "null", "*"]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(READ), st.floats(0, 1), st.integers(0, 60), st.sampled_from(JUNK))
def test_damage_anywhere_is_an_input_error_or_does_no_harm(tmp_path, name, where, length, junk):
    folder = Path(shutil.copytree(BUILT_IN / "jincheng", tmp_path / "region", dirs_exist_ok=True))
    text = (folder / name).read_text(encoding="utf-8")
    start = int(where * len(text))
    (folder / name).write_text(text[:start] + junk + text[start + length :], encoding="utf-8")
    try:
        region = load_region(folder)
    except InputError as error:
        assert len(str(error)) > 20
    else:
        assert all(passed for _, passed, _ in region.checks())
