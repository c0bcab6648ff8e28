"""The network: links act from their year, times are a metric, and policies can change links."""

import shutil

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jcsim.errors import InputError
from jcsim.network import LinkChange, Network, build_graph, travel_minutes
from jcsim.region import load_region
from jcsim.region.links import _opening
from jcsim.region.loading import read_region
from jcsim.region.reading import Row

REGION = load_region("jincheng")
NETWORK = Network(REGION)


def between(matrix, a, b):
    return matrix[REGION.place_index(a), REGION.place_index(b)]


@pytest.fixture(scope="module")
def network():
    return Network(REGION)


def test_high_speed_rail_shortens_the_way_to_zhengzhou_in_2021_and_not_in_2020(network):
    """It opened on 12 December 2020: after 30 June, so it acts from the next year."""
    before, opened = network.minutes(2020), network.minutes(2021)
    assert between(opened, "140502001", "EXT_ZHENGZHOU") < between(before, "140502001", "EXT_ZHENGZHOU") - 5
    assert between(opened, "140502001", "EXT_TAIYUAN") < between(before, "140502001", "EXT_TAIYUAN") - 60
    assert between(before, "140502001", "EXT_TAIYUAN") == between(network.minutes(2019), "140502001", "EXT_TAIYUAN")
    graph = build_graph(REGION, 2021)
    assert graph.edges["STN_JCD", "EXT_ZHENGZHOU"]["mode"] == "hsr"
    assert not build_graph(REGION, 2020).has_edge("STN_JCD", "EXT_ZHENGZHOU")


def test_expressway_of_august_2017_acts_from_2018(network):
    gaoping_qinshui = [between(network.minutes(y), "140581001", "140521100") for y in (2017, 2018)]
    # 68.78 km at 75 km/h and ten minutes of access
    assert gaoping_qinshui[1] == pytest.approx(68.78 / 75 * 60 + 10, abs=1 / 60)
    assert gaoping_qinshui[1] < gaoping_qinshui[0] - 10


@pytest.mark.parametrize(
    ("opened", "year_open", "status", "acts"),
    [
        ("2015-06-26", "2015", "existing", 2015),
        ("2016-06-30", "2016", "existing", 2016),
        ("2016-07-01", "2016", "existing", 2017),
        ("", "2013", "existing", 2014),
        ("", "", "existing", None),
        ("", "by2025", "planned", None),
    ],
)
def test_a_link_acts_in_its_year_if_opened_by_the_end_of_june(opened, year_open, status, acts):
    row = Row("links.csv", 2, {"opened": opened, "year_open": year_open, "status": status})
    assert _opening(row)[1] == acts


@pytest.mark.parametrize("year", [2010, 2013, 2018, 2021])
def test_times_are_a_metric(year):
    minutes = NETWORK.minutes(year)
    assert minutes.shape == (88, 88) and minutes.dtype == np.float64
    assert np.array_equal(minutes, minutes.T)
    assert (np.diag(minutes) == REGION.config.network.intra_place_min).all() and (minutes > 0).all()
    detour = (minutes[:, :, None] + minutes[None, :, :]).min(axis=1)
    one_second = 1 / 60 + 1e-9  # the time to the composite is a mean rounded to whole seconds
    assert (minutes <= detour + one_second).all()
    towns = slice(0, REGION.n_towns)
    within = (minutes[towns, towns, None] + minutes[None, towns, towns]).min(axis=1)
    assert (minutes[towns, towns] <= within + 1e-9).all()
    assert np.abs(minutes * 60 - np.round(minutes * 60)).max() < 1e-9


@settings(max_examples=10)
@given(st.lists(st.integers(2010, 2035), min_size=2, max_size=6))
def test_the_order_of_years_does_not_matter(years):
    forward, backward = Network(REGION), Network(REGION)
    there = {year: forward.minutes(year) for year in years}
    back = {year: backward.minutes(year) for year in reversed(years)}
    for year in years:
        assert np.array_equal(there[year], back[year])
        assert np.array_equal(there[year], travel_minutes(REGION, year))


def test_matrices_are_computed_only_when_links_change_and_cannot_be_written(network):
    assert network.minutes(2018) is network.minutes(2020)
    assert network.minutes(2021) is network.minutes(2035) is network.minutes(2021, ())
    assert network.minutes(2020) is not network.minutes(2021)
    with pytest.raises(ValueError, match="read-only"):
        network.minutes(2018)[0, 0] = 0.0


def test_every_township_is_joined_to_its_seat_and_to_neighbours():
    graph = build_graph(REGION, 2010)
    for place in REGION.places[: REGION.n_towns]:
        hub = REGION.places[REGION.counties[place.county].hub].code
        assert place.code == hub or graph.has_edge(place.code, hub)
        assert graph.degree(place.code) >= REGION.config.network.neighbours
    # 嘉峰 and 郑村 are 4 km apart and not joined through the seat 33 km away
    assert between(travel_minutes(REGION, 2010), "140521104", "140521105") < 10


def test_road_times_follow_the_stated_rule():
    """崇文 to 平城: 7.2 km of great circle, detour 1.4, 45 km/h."""
    graph = build_graph(REGION, 2010)
    assert graph.edges["140524100", "140524104"]["seconds"] == round(7.2 * 1.4 / 45 * 3600)
    # Changzhi: 93.045 km of expressway as published at 75 km/h and ten minutes of access
    assert graph.edges["140502001", "EXT_CHANGZHI"]["seconds"] == round(93.045 / 75 * 3600 + 600)


def test_the_coast_lies_at_the_mean_of_its_cities_weighted_by_their_population_of_2010(network):
    graph = build_graph(REGION, 2021)
    seconds = nx.single_source_dijkstra_path_length(graph, "140502001", weight="seconds")
    coast = REGION.places[REGION.place_index("EXT_COAST")]
    weights = dict(coast.component_weights)
    assert weights["EXT_SHANGHAI"] == 23_019_196
    mean = sum(w * seconds[city] for city, w in weights.items()) / sum(weights.values())
    assert between(network.minutes(2021), "140502001", "EXT_COAST") == pytest.approx(mean / 60, abs=1 / 60)


def test_planned_links_act_only_when_a_policy_opens_them(network):
    plain = network.minutes(2030)
    opened = network.minutes(2030, [("140522", "EXT_YUNCHENG", "expressway")])
    assert between(opened, "140522100", "EXT_YUNCHENG") < between(plain, "140522100", "EXT_YUNCHENG")
    assert (opened <= plain).all()
    assert network.minutes(2030) is plain


def test_changes_set_times_and_lengths_and_scale_what_is_there(network):
    plain = network.minutes(2022)
    timed = network.minutes(2022, [LinkChange("140524", "140502", "expressway", minutes=31.0)])
    assert between(timed, "140524100", "140502001") == 31.0
    by_length = network.minutes(2022, [LinkChange("140524", "140502", "expressway", km=50.0)])
    assert between(by_length, "140524100", "140502001") == pytest.approx(50 / 75 * 60 + 10)
    slower = network.minutes(2022, [("140502", "140521", "road", 200.0)])
    assert between(slower, "140502001", "140521100") > between(plain, "140502001", "140521100")
    better = network.minutes(2022, [LinkChange("*", "*", "road", factor=0.9)])
    assert (better <= plain).all() and (better[:77, :77] < plain[:77, :77]).sum() > 5000
    same = network.minutes(2022, [LinkChange("*", "*", "road", factor=1.0)])
    assert np.array_equal(same, plain)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("140502", "140527", "road", 10.0), ["'140527'", "unknown place", "did you mean"]),
        (("140502", "140521", "boat", 10.0), ["'boat'", "road, expressway"]),
        (("140502", "140521", "road", -1.0), ["minutes", "-1.0", "above 0"]),
        (("140502", "140521", "road", float("nan")), ["minutes", "above 0"]),
        (("140502", "*", "road", 10.0), ["'*'", "with a factor"]),
        (("140502", "140502001", "road", 10.0), ["to itself"]),
        (("140502", "AIR_JINCHENG", "air"), ["no length", "minutes or km"]),
        (LinkChange("*", "*", "road", factor=0.0), ["factor", "above 0"]),
    ],
)
def test_a_wrong_change_is_one_error(change, words):
    with pytest.raises(InputError) as error:
        build_graph(REGION, 2022, [change])
    for word in words:
        assert word in str(error.value)


def test_coal_lines_carry_nobody_and_loops_join_nothing():
    graph = build_graph(REGION, 2035)
    assert not graph.has_edge("140521104", "140581001")  # 嘉南铁路
    assert all(start != end for start, end in graph.edges)


def test_late_city_populations_move_no_travel_time(tmp_path):
    folder = shutil.copytree(REGION.folder, tmp_path / "region")
    table = folder / "nodes_external.csv"
    text = table.read_text(encoding="utf-8")
    assert ",24870895," in text
    table.write_text(text.replace(",24870895,", ",4870895,"), encoding="utf-8")
    altered = read_region(folder)
    assert altered.places[-1].population_at(2020) != REGION.places[-1].population_at(2020)
    for year in (2010, 2021):
        assert np.array_equal(travel_minutes(altered, year), NETWORK.minutes(year))
