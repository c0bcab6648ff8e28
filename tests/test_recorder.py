"""The recorder: counts by hand, every indicator where the catalogue says, sums that hold whatever the order."""

from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jcsim.indicators.catalogue import catalogue
from jcsim.indicators.home_tally import count_homes
from jcsim.indicators.inequality import gini, means_by_fifth
from jcsim.indicators.record import record_year
from jcsim.indicators.tally import BIN, BINS, count_people
from jcsim.model import JinchengModel
from jcsim.records import (
    HOUSEHOLD,
    PERSON,
    TOWN,
    WEIGHT_ONE,
    Activity,
    Homestead,
    HouseholdKind,
    LandUse,
    Mode,
    Quarters,
    Tenure,
    Urban,
)

NOT_ALWAYS = {"emptying_share_0_14", "emptying_share_65plus", "emptying_minutes_to_seat"}  # need an emptying township
YEAR, VILLAGE, TOWN_1, AWAY = 2021, 0, 1, 2


@pytest.fixture(scope="module")
def model():
    return JinchengModel("plan", scale=0.002, rng=1).run_to(2023)


@pytest.fixture(scope="module")
def recorded(model):
    table = model.trajectories()
    return table[table["year"] == 2023]


def person(**fields):
    """One living resident of the village at its household's base."""
    row = np.zeros(1, PERSON)
    base = {"alive": 1, "weight": WEIGHT_ONE, "born": YEAR - 40, "spouse": -1, "mother": -1, "was_at": VILLAGE,
            "activity": Activity.HOME, "sector": -1}  # fmt: skip
    for name, value in (base | fields).items():
        row[name] = value
    return row


def home(**fields):
    """One living rural household of the village."""
    row = np.zeros(1, HOUSEHOLD)
    base = {"alive": 1, "weight": WEIGHT_ONE, "town_home": -1, "origin": -1, "kin": -1, "kind": HouseholdKind.RURAL}
    for name, value in (base | fields).items():
        row[name] = value
    return row


@pytest.fixture
def world():
    """A village and a town of one county, a place outside, and two families.

    Family 0 of the village: father works outside, mother (50,000 yuan, two at the base) and a child at home,
    a grandmother, a daughter and a son who share a dwelling in the town (the son in a school's quarters).
    Family 1, of one man, has settled in the town: land leased out, homestead idle.
    """
    persons = np.concatenate([
        person(activity=Activity.AWAY_WORK, residence=AWAY, urban=Urban.URBAN, earnings=40_000, mode=Mode.ALONE),
        person(sex=1), person(born=YEAR - 10, activity=Activity.PUPIL), person(born=YEAR - 70, sex=1),
        person(born=YEAR - 17, sex=1, residence=TOWN_1, urban=Urban.URBAN, activity=Activity.PUPIL, was_at=VILLAGE),
        person(born=YEAR - 12, residence=TOWN_1, urban=Urban.URBAN, activity=Activity.PUPIL, quarters=Quarters.COLLECTIVE),
        person(born=YEAR - 30, household=1, residence=TOWN_1, urban=Urban.URBAN, activity=Activity.LOCAL_WORK,
               earnings=30_000, was_at=TOWN_1, certificate=1),
    ])  # fmt: skip
    homes = np.concatenate([
        home(members=6, present=3, away=1, wage_income=60_000, land=500, land_use=LandUse.FARMED,
             homestead=Homestead.USED, tenure=Tenure.SELF_BUILT),
        home(members=1, present=1, base=TOWN_1, base_urban=Urban.URBAN, kind=HouseholdKind.URBAN, wage_income=30_000,
             origin=VILLAGE, land=300, land_use=LandUse.LEASED_OUT, homestead=Homestead.IDLE, tenure=Tenure.BOUGHT),
    ])  # fmt: skip
    towns = np.zeros(3, TOWN)
    towns["outside"], towns["county"] = [0, 0, 1], [0, 0, -1]
    tables = {"persons": SimpleNamespace(rows=persons), "households": SimpleNamespace(rows=homes)}
    return SimpleNamespace(**tables, towns=towns, n_towns=2, threads=1)


def tally(world, parameters):
    return count_people(world, YEAR, parameters)


@pytest.fixture(scope="module")
def parameters(model):
    return model._p_rows


# counts by hand


def test_members_apart_are_households_of_their_own_and_dormitories_are_none(world, parameters):
    people, homes = tally(world, parameters), count_homes(world)
    assert (homes.based / WEIGHT_ONE).tolist() == [[1, 0], [1, 1], [0, 0]]
    assert (people.apart / WEIGHT_ONE).tolist() == [[0, 0], [1, 1], [0, 0]]  # the daughter; the son boards
    world.persons.rows["quarters"][5] = Quarters.FAMILY
    assert (tally(world, parameters).apart / WEIGHT_ONE).tolist() == [[0, 0], [1, 0], [0, 0]]  # both in one dwelling
    world.persons.rows["urban"][5] = Urban.RURAL
    assert (tally(world, parameters).apart / WEIGHT_ONE).tolist() == [[0, 0], [2, 2], [0, 0]]


def test_who_is_left_behind_and_who_is_away_is_counted_by_place_and_mode(world, parameters):
    people = tally(world, parameters)
    assert (people.left_behind / WEIGHT_ONE).tolist() == [[1, 1], [0, 0], [0, 0]]
    assert (people.workers_away / WEIGHT_ONE).tolist() == [[0, 0, 1], [0, 0, 0], [0, 0, 0]]
    assert people.away_mode[VILLAGE, 1, Mode.ALONE] == people.away_mode.sum() == WEIGHT_ONE
    assert people.people.sum() == 7 * WEIGHT_ONE
    assert people.moves.sum() == 3 * WEIGHT_ONE  # father, daughter and son; two of them within the county
    assert people.moves[0, 0] == 2 * WEIGHT_ONE and people.moves[0, 1] == WEIGHT_ONE
    assert people.cover[TOWN_1, Urban.URBAN, 3] == WEIGHT_ONE  # one certificate, of one at work


def test_incomes_a_head_are_shared_at_the_base_and_with_those_apart_who_do_not_earn(world, parameters):
    people = tally(world, parameters)
    assert people.income[VILLAGE, Urban.RURAL] == 60_000 * WEIGHT_ONE
    rural, urban = people.spread[0, 0, :, 0] // WEIGHT_ONE, people.spread[0, 1, :, 0] // WEIGHT_ONE
    assert rural.nonzero()[0].tolist() == [20_000 // BIN] and rural.sum() == 3
    assert urban.nonzero()[0].tolist() == [20_000 // BIN, 30_000 // BIN] and urban.sum() == 3
    assert (people.by_sex // WEIGHT_ONE).tolist() == [[3, 70_000], [3, 60_000]]
    assert (people.by_age[:, 0] // WEIGHT_ONE).tolist() == [2, 2, 1, 1]


def test_land_and_homesteads_count_in_the_village_of_the_contract(world):
    homes = count_homes(world)
    assert homes.land[VILLAGE].tolist() == [0, 5 * WEIGHT_ONE, 3 * WEIGHT_ONE, 0, 0]
    assert homes.land[1:].sum() == 0
    assert homes.homestead[VILLAGE, [Homestead.USED, Homestead.IDLE]].tolist() == [WEIGHT_ONE, WEIGHT_ONE]
    assert homes.tenure[TOWN_1, Tenure.BOUGHT] == homes.urban[TOWN_1, 0] == WEIGHT_ONE


def test_the_order_of_rows_changes_no_count(world, parameters):
    before, homes_before = tally(world, parameters), count_homes(world)
    order = np.array([5, 2, 6, 0, 4, 1, 3])
    world.persons.rows = world.persons.rows[order]
    world.persons.rows["household"] = 1 - world.persons.rows["household"]
    world.households.rows = world.households.rows[::-1].copy()
    for old, new in (*zip(before, tally(world, parameters), strict=True),
                     *zip(homes_before, count_homes(world), strict=True)):  # fmt: skip
        assert (old == new).all()


# where the catalogue says


def test_everything_of_the_catalogue_is_recorded_for_the_areas_it_names_and_nothing_else(model, recorded):
    region = model.region
    areas = {
        "prefecture": {region.code},
        "counties": {county.code for county in region.counties},
        "townships": {place.code for place in region.places if not place.outside},
        "outside places": {place.code for place in region.places if place.outside},
    }
    found = {name: set(rows["area"]) for name, rows in recorded.groupby("indicator")}
    known = {entry.id: entry for entry in catalogue()}
    assert set(found) <= set(known)
    assert set(known) - set(found) <= NOT_ALWAYS
    for name, where in found.items():
        named = known[name].areas.split(", ")
        assert where <= set().union(*(areas[kind] for kind in named)), name
        for kind in named:
            assert where & areas[kind], (name, kind)


def test_counts_of_counties_add_to_the_prefecture(model, recorded):
    county = [county.code for county in model.region.counties]
    counts = {e.id for e in catalogue() if e.unit in ("persons", "households", "dwellings", "places", "persons a year")}
    for name, rows in recorded[recorded["indicator"].isin(counts)].groupby("indicator"):
        values = rows.set_index("area")["value"]
        parts = [values[code] for code in county if code in values]
        if model.region.code in values and parts:
            assert sum(parts) == pytest.approx(values[model.region.code], abs=1e-6), name


def test_workers_away_add_up_over_modes_and_over_places(model, recorded):
    values = recorded.set_index(["indicator", "area"])["value"]
    city, outside = model.region.code, [place.code for place in model.region.places if place.outside]
    for where in ("out", "within"):
        modes = sum(values[f"migrants_{where}_{mode}", city] for mode in ("alone", "couple", "with_children"))
        assert modes == pytest.approx(values[f"migrants_{where}", city])
    assert sum(values["migrants_out", place] for place in outside) == pytest.approx(values["migrants_out", city])
    assert values["migrants_living_here", city] == pytest.approx(values["migrants_within", city])


def test_real_amounts_are_nominal_ones_over_consumer_prices(model, recorded):
    values = recorded.set_index(["indicator", "area"])["value"]
    prices = float(model._moment(2023).now["prices"])
    for name in ("urban_income", "income_fifth_1", "income_female", "house_price", "fiscal_cost", "cost_rights_exit"):
        assert values[f"{name}_real", "140500"] == pytest.approx(values[name, "140500"] / prices, rel=1e-12)


def test_costs_of_the_instruments_add_to_the_whole(recorded):
    city = recorded[recorded["area"] == "140500"].set_index("indicator")["value"]
    each = [name for name in city.index if name.startswith("cost_") and not name.endswith("_real")]
    assert city[each].sum() == pytest.approx(city["fiscal_cost"], abs=0.5)
    assert city["fiscal_cost"] > 0


def test_a_township_that_lost_a_fifth_is_emptying(model):
    world, t = model.world, model._moment(2023).now
    now = count_people(world, 2023, model._p_rows).people.sum(axis=(1, 2, 3))
    start = now.copy()
    start[0], start[1] = now[0] * 100 // 80 + 1, now[1] * 100 // 80 - 1  # just over and just under a fifth
    rows, _ = record_year(world, model.region, t, model._p_rows, start)
    values = {(name, area): value for area, name, value in rows}
    assert values["emptying_townships", "140500"] == 1
    assert values["emptying_residents", "140500"] == now[0] / WEIGHT_ONE
    assert values["emptying_share_65plus", "140500"] == values["age_share_65plus", model.region.places[0].code]


# inequality


def bins(incomes):
    persons, yuan = np.zeros(BINS, np.int64), np.zeros(BINS, np.int64)
    for income in incomes:
        persons[income // BIN] += WEIGHT_ONE
        yuan[income // BIN] += income * WEIGHT_ONE
    return persons, yuan


def test_the_gini_coefficient_of_known_cases():
    assert gini(*bins([10_000] * 4)) == 0.0
    assert gini(*bins([0, 0, 0, 40_000])) == pytest.approx(0.75)
    assert gini(*bins([])) is None
    assert gini(*bins([0, 0])) is None


@given(st.lists(st.integers(0, 300_000), min_size=2, max_size=30))
def test_the_gini_coefficient_is_the_mean_difference_over_twice_the_mean(incomes):
    value = gini(*bins(incomes))
    if sum(incomes) == 0:
        assert value is None
        return
    n, total = len(incomes), sum(incomes)
    exact = sum(abs(a - b) for a in incomes for b in incomes) / (2 * n * total)
    assert value == pytest.approx(exact, abs=BIN * n / (2 * total))  # incomes of one bin count as equal
    assert -1e-12 <= value < 1


def test_means_of_fifths_share_the_persons_on_a_border():
    means = means_by_fifth(*bins([1_000, 2_000, 3_000, 4_000, 5_000]))
    assert means == pytest.approx([1_000, 2_000, 3_000, 4_000, 5_000], rel=1e-4)
    means = means_by_fifth(*bins([1_000, 9_000]))
    assert means == pytest.approx([1_000, 1_000, 5_000, 9_000, 9_000], rel=1e-3)
    assert means_by_fifth(*bins([])) == []


@given(st.lists(st.integers(0, 300_000), min_size=5, max_size=40))
def test_fifths_rise_and_their_mean_is_the_mean(incomes):
    means = means_by_fifth(*bins(incomes))
    assert all(one <= other + BIN for one, other in pairwise(means))
    assert sum(means) / 5 == pytest.approx(sum(incomes) / len(incomes), rel=1e-3, abs=1.0)
