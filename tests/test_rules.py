"""Rules give the answers worked out by hand, and the two engines agree on edge-case rows."""

import math
from pathlib import Path

import numpy as np
import pytest

from jcsim.engine import RowView, plain
from jcsim.parameters import load_parameters
from jcsim.records import (
    HOUSEHOLD,
    LEVERS,
    MARKET,
    PERSON,
    TOWN,
    YEAR,
    Activity,
    Education,
    HouseholdKind,
    LandUse,
    LifeEvent,
    Marital,
    Mode,
    Move,
    Role,
    Tenure,
)
from jcsim.rules import fertility, hukou, incomes, land, marriage, schooling, settling, survival, work

P = load_parameters("prior").central()
PACKAGE = Path(work.__file__).parents[1]


@pytest.fixture
def p():
    return P.record[0]


@pytest.fixture
def t():
    year = np.zeros(1, YEAR)
    year["seed"], year["year"], year["feedback"], year["prices"] = 1, 2020, 1, 1.0
    year["tfr"], year["marriage_age_male"], year["marriage_age_female"] = 1.3, 29.0, 28.0
    year["senior_enrolment"], year["tertiary_enrolment"] = 0.9, 0.5
    year["farm_income_per_mu"], year["farm_labour_per_mu"], year["land_rent"] = 800.0, 0.15, 300.0
    year["pension_rural"], year["pension_urban"] = 1200.0, 30000.0
    return year[0]


def row(dtype, **values):
    record = np.zeros(1, dtype)
    for name, value in values.items():
        record[name] = value
    return record[0]


def person(**values):
    base = {"alive": 1, "born": 1980, "target": -1, "spouse": -1, "mother": -1, "applied": -1, "sector": -1}
    return row(PERSON, **(base | values))


def home(**values):
    base = {"alive": 1, "members": 3, "present": 3, "town_home": -1, "origin": -1, "leader_target": -1}
    return row(HOUSEHOLD, **(base | values))


# demography
def test_nobody_dies_at_zero_and_everybody_dies_at_one(t):
    for chance, alive in ((0.0, 1), (1.0, 0)):
        somebody = person(key=5)
        survival.survive(somebody, np.full((2, 106), chance), t)
        assert somebody["alive"] == alive


def test_a_death_widows_the_married_and_spares_the_divorced_status(t):
    widow = person(spouse=3, marital=Marital.MARRIED)
    survival.mourn(widow, 0)
    assert (widow["marital"], widow["spouse"]) == (Marital.WIDOWED, -1)
    assert widow["event"] & LifeEvent.BEREAVED


@pytest.mark.parametrize(("sex", "marital", "born"), [(0, 1, 1990), (1, 0, 1990), (1, 1, 1965), (1, 1, 2006)])
def test_only_married_women_of_15_to_49_bear_children(sex, marital, born, t):
    somebody = person(sex=sex, marital=marital, born=born)
    fertility.bear_child(somebody, np.full(50, 9.0), np.full(50, 0.5), t)
    assert somebody["parity"] == 0


def test_births_meet_the_rate_of_all_women_whatever_the_share_married(t):
    rate, share = np.full(50, 0.1), np.full(50, 0.5)
    t["tfr"] = 1.0
    women = [person(key=k, sex=1, marital=1, born=1990) for k in range(4000)]
    for woman in women:
        fertility.bear_child(woman, rate, share, t)
    births = sum(int(w["parity"]) for w in women)
    assert births / 4000 == pytest.approx(0.2, abs=4 * math.sqrt(0.2 * 0.8 / 4000))


def test_marriage_hazard_is_zero_before_the_legal_age_and_half_its_peak_at_the_mean_age(p, t):
    assert marriage.marriage_hazard(21, 0, Marital.SINGLE, p, t) == 0.0
    assert marriage.marriage_hazard(29, 0, Marital.SINGLE, p, t) == pytest.approx(P["marriage_peak"] / 2)
    assert marriage.marriage_hazard(40, 1, Marital.WIDOWED, p, t) == P["remarriage_rate"]
    assert marriage.marriage_hazard(61, 1, Marital.WIDOWED, p, t) == 0.0


# school
def school_case(t, **values):
    pupil = person(residence=0, hukou_place=0, **values)
    places, minutes = np.array([1, 1, 2]), np.array([[10.0, 90.0, 200.0]] * 3)
    levers = row(LEVERS)
    schooling.attend_school(
        pupil, home(base=0), places, minutes, np.array([0.0, 0.0, 1.0]), levers, P.record[0], t
    )
    return pupil


def test_children_start_school_at_six_and_are_an_event_for_the_family(t):
    pupil = school_case(t, born=2014, activity=Activity.CHILD)
    assert (pupil["activity"], pupil["education"]) == (Activity.PUPIL, Education.PRIMARY)
    assert pupil["event"] & LifeEvent.CHILD_SCHOOL_AGE


def test_far_senior_pupils_board_in_the_seat(t):
    t["senior_enrolment"] = 1.0
    pupil = school_case(t, born=2004, activity=Activity.PUPIL, key=9)
    assert (pupil["education"], pupil["residence"], pupil["quarters"]) == (Education.SENIOR, 1, 1)
    assert pupil["schooling"] == 3


def test_who_does_not_enrol_faces_the_work_decision(t):
    t["senior_enrolment"] = 0.0
    pupil = school_case(t, born=2004, activity=Activity.PUPIL, key=9)
    assert pupil["activity"] == Activity.UNEMPLOYED
    assert pupil["event"] & LifeEvent.LEFT_SCHOOL


def test_graduates_look_for_work_where_they_studied(t):
    student = school_case(t, born=1998, activity=Activity.STUDENT_AWAY, schooling=1)
    assert (student["activity"], student["schooling"]) == (Activity.UNEMPLOYED, 0)


# land
def test_ten_percent_would_sell_at_the_market_price(p, t):
    prices = [land.land_reservation_price(home(key=k), p, t) for k in range(20_000)]
    share = np.mean(np.array(prices) <= land.MARKET_PRICE)
    assert share == pytest.approx(0.10, abs=4 * math.sqrt(0.09 / 20_000))


def test_an_offer_nobody_makes_changes_nothing(p, t):
    levers = row(LEVERS, offer_share=1.0)
    farm = home(key=3, land=500, land_use=LandUse.FARMED, farmers=1, homestead=1, savings=100)
    land.use_land(farm, levers, p, t)
    assert farm["savings"] == 100 and farm["proceeds"] == 0 and farm["land_use"] != LandUse.EXITED


def test_a_huge_offer_is_taken_and_paid_in_full(p, t):
    levers = row(LEVERS, offer_share=1.0, land_offer=1.0e6)
    p["attention"] = 1.0
    farm = home(key=3, land=550, land_use=LandUse.FARMED, farmers=1)
    land.use_land(farm, levers, p, t)
    assert farm["land_use"] == LandUse.EXITED
    assert farm["proceeds"] == farm["savings"] == 5_500_000


# work
def test_education_factor_is_one_at_junior_school_and_compounds(p):
    assert work.education_factor(int(Education.JUNIOR), p) == 1.0
    assert work.education_factor(int(Education.SENIOR), p) == pytest.approx(math.exp(3 * P["schooling_return"]))


def test_farm_utility_falls_when_fewer_hands_are_needed(p, t):
    town, farmer = row(TOWN), person(activity=Activity.FARM)
    farm = home(land=500, land_use=LandUse.FARMED, farmers=2, kind=HouseholdKind.RURAL)
    before = work.farm_utility(farmer, farm, town, p, t)
    t["farm_labour_per_mu"] = 0.15 * 0.5
    assert work.farm_utility(farmer, farm, town, p, t) < before
    farm["land_use"] = LandUse.EXITED
    assert work.farm_utility(farmer, farm, town, p, t) == work.IMPOSSIBLE


def market_world(n=3):
    towns, markets = np.zeros(n, TOWN), np.zeros(n, MARKET)
    towns["market"], markets["address"] = np.arange(n), np.arange(n)
    markets["size"], markets["services"], markets["rent"] = 100_000, 1.0, 100.0
    towns["outside"][n - 1] = towns["cross_province"][n - 1] = 1
    return towns, markets, np.full((n, 2), 30_000.0), np.full((n, n), 60.0), np.zeros(n, LEVERS)


def test_ten_percent_further_is_made_up_by_the_tied_ratio(p):
    towns, markets, wage, minutes, levers = market_world()
    p["room_area"] = 0.0
    near = (person(), home(savings=10**6), 1, markets, towns, wage, minutes, 0.0, levers, p)
    v = work.destination_value(*near)
    factor = 1.1
    far, paid = minutes.copy(), wage.copy()
    far[0, 1] = 60.0 * ((1.0 + 60.0 / 60.0) * factor - 1.0)
    paid[1] *= factor ** (-P["ratio_time_income"])
    w = work.destination_value(person(), home(savings=10**6), 1, markets, towns, paid, far, 0.0, levers, p)
    assert w == pytest.approx(v, abs=1e-12)


def test_relaxation_removes_the_hukou_barrier_and_the_border_deters(p):
    towns, markets, wage, minutes, levers = market_world()
    args = (person(hukou_place=0), home(savings=10**6))
    before = work.destination_value(*args, 1, markets, towns, wage, minutes, 0.0, levers, p)
    levers["hukou_relaxation"][1] = 1.0
    after = work.destination_value(*args, 1, markets, towns, wage, minutes, 0.0, levers, p)
    assert after - before == pytest.approx(P["hukou_barrier"])
    abroad = work.destination_value(*args, 2, markets, towns, wage, minutes, 0.0, levers, p)
    assert abroad - before == pytest.approx(P["border_province"])


def test_who_cannot_pay_the_deposit_cannot_go(p):
    towns, markets, wage, minutes, levers = market_world()
    v = work.destination_value(person(), home(savings=0), 1, markets, towns, wage, minutes, 0.0, levers, p)
    assert v == work.IMPOSSIBLE


@pytest.mark.parametrize(("sex", "born", "formal", "farms", "retires"), [
    (0, 1960, 1, False, True), (0, 1961, 1, False, False), (1, 1965, 1, False, True),
    (0, 1960, 0, True, False), (0, 1945, 0, True, True),
])  # fmt: skip
def test_formal_workers_retire_at_60_or_55_and_farmers_by_75(sex, born, formal, farms, retires, t):
    worker = person(sex=sex, born=born, hukou_type=formal, activity=Activity.FARM if farms else Activity.LOCAL_WORK)
    assert work.reaches_retirement(worker, t) == retires


# settling
def test_annuity_repays_exactly():
    assert settling.annuity(0.0, 20.0) == pytest.approx(0.05)
    payment, debt = settling.annuity(0.05, 10.0), 1.0
    for _ in range(10):
        debt = debt * 1.05 - payment
    assert debt == pytest.approx(0.0, abs=1e-12)


def test_a_grant_that_fills_the_down_payment_makes_the_purchase_possible(p):
    buyer = home(savings=100_000, wage_income=80_000)
    price = 5_000.0
    down = P["down_payment"] * price * P["dwelling_area"]
    assert not settling.can_buy(buyer, price, row(LEVERS), p)
    assert settling.can_buy(buyer, price, row(LEVERS, grant=down - 100_000 + 1), p)
    assert settling.can_buy(buyer, price, row(LEVERS, guarantee=1.0 - 99_000 / down), p)
    poor = home(savings=10**6, wage_income=5_000)
    assert not settling.can_buy(poor, price, row(LEVERS), p)


def test_a_purchase_balances_to_the_yuan(p):
    buyer = home(savings=300_000, leader_target=7)
    market = row(MARKET, price=4_000.0)
    settling.buy_dwelling(buyer, market, row(LEVERS, grant=20_000.0), p)
    cost = round(4_000 * P["dwelling_area"])
    assert 300_000 + 20_000 - buyer["savings"] + buyer["debt"] == cost
    assert buyer["town_home"] == 7


def test_settling_moves_the_base_and_keeps_the_rural_rights():
    family = home(base=3, village=4, leader_target=9, land=500, land_use=LandUse.FARMED, homestead=1)
    settling.move_to_town(family, True)
    assert (family["base"], family["kind"], family["tenure"]) == (9, HouseholdKind.URBAN, Tenure.BOUGHT)
    assert (family["origin"], family["origin_village"], family["land"]) == (3, 4, 500)
    assert family["moved"] == Move.SETTLED


# hukou and incomes
def test_conversion_hazard_starts_at_its_prior_and_falls_with_land_and_age(p, t):
    plain_case = hukou.conversion_hazard(person(), home(), row(LEVERS), p, t)
    assert plain_case == pytest.approx(P["hukou_conversion_hazard"])
    assert hukou.conversion_hazard(person(), home(land=500), row(LEVERS), p, t) < plain_case
    assert hukou.conversion_hazard(person(born=1960), home(), row(LEVERS), p, t) < plain_case
    relaxed = hukou.conversion_hazard(person(), home(), row(LEVERS, hukou_relaxation=1.0), p, t)
    assert relaxed == pytest.approx(plain_case * (1 + P["relaxation_effect"]))


def test_remittances_fall_as_the_family_joins(p):
    family = home(base=0, present=2)
    shares = []
    for mode in (Mode.ALONE, Mode.COUPLE, Mode.WITH_CHILDREN):
        worker = person(activity=Activity.AWAY_WORK, residence=5, urban=1, earnings=40_000, mode=mode)
        shares.append(incomes.remittance(worker, family, p) / 40_000)
    assert shares == pytest.approx([P["remit_alone"], P["remit_alone"] / 2, P["remit_alone"] / 4], abs=1e-4)


def test_pensions_by_scheme(t):
    assert incomes.pension(person(born=1958, hukou_type=1), t) == 30_000
    assert incomes.pension(person(born=1958, hukou_type=0), t) == 1_200
    assert incomes.pension(person(born=1970, hukou_type=0), t) == 0


# both engines and the parameter file
@pytest.mark.parametrize("seed", range(4))
def test_household_rules_agree_between_engines_on_edge_rows(seed, p, t):
    rng = np.random.default_rng(seed)
    rows = np.zeros(50, HOUSEHOLD)
    for name in rows.dtype.names:
        kind = rows.dtype[name]
        top = min(np.iinfo(kind).max, 10**6)
        rows[name] = rng.choice([0, 1, 2, 3, 4, 7, top // 2], len(rows)).astype(kind)
    rows["kind"] %= 3
    rows["key"] = rng.integers(0, 2**62, len(rows))
    other = rows.copy()
    levers = row(LEVERS, land_offer=30_000.0, homestead_offer=60_000.0, offer_share=1.0, grant=5_000.0, permit_access=0.5)
    market = row(MARKET, price=4_000.0, rent=80.0, services=0.7)
    seen = [RowView(np.array([record]), 0) for record in (levers, market, p, t)]
    for i in range(len(rows)):
        land.use_land(rows[i], levers, p, t)
        settling.settle(rows[i], market, levers, t, p)
        settling.return_home(rows[i], p, t)
        view = RowView(other, i)
        plain(land.use_land)(view, seen[0], seen[2], seen[3])
        plain(settling.settle)(view, seen[1], seen[0], seen[3], seen[2])
        plain(settling.return_home)(view, seen[2], seen[3])
    for name in rows.dtype.names:
        np.testing.assert_array_equal(rows[name], other[name], err_msg=name)


def test_every_parameter_is_read_by_some_rule_or_market():
    source = "\n".join(f.read_text() for f in PACKAGE.rglob("*.py") if "parameters" not in f.parts)
    unread = [n for n in P if f".{n}" not in source and f'"{n}"' not in source and not n.endswith(("_2010", "_2020"))]
    assert unread == []


def test_roles_of_records_are_small_enough_for_their_field():
    assert max(Role) < 128
