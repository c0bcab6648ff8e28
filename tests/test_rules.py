"""Rules give the answers worked out by hand, and the two engines agree on edge-case rows."""

import math
import re
from pathlib import Path

import numpy as np
import pytest

from jcsim.codes import EMPLOYEES
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
from jcsim.rules import (
    fertility,
    hukou,
    incomes,
    land,
    marriage,
    nests,
    schooling,
    settling,
    survival,
    tenure,
    utility,
    work,
)

P = load_parameters("prior").central()
PACKAGE = Path(work.__file__).parents[1]


@pytest.fixture
def p():
    return P.record[0]


@pytest.fixture
def t():
    year = np.zeros(1, YEAR)
    year["seed"], year["year"], year["feedback"], year["prices"] = 1, 2020, 1, 1.0
    year["tfr"], year["marriage_onset_male"], year["marriage_onset_female"] = 1.3, 26.0, 25.0
    year["senior_enrolment"], year["tertiary_enrolment"] = 0.9, 0.5
    year["rural_wage"], year["farm_income_per_mu"], year["farm_labour_per_mu"], year["land_rent"] = (
        1.0,
        800.0,
        0.15,
        300.0,
    )
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
    fertility.bear_child(somebody, np.full(50, 1.0), t)
    assert somebody["parity"] == 0


def test_married_women_bear_children_at_the_chance_of_their_age(t):
    women = [person(key=k, sex=1, marital=1, born=1990) for k in range(4000)]
    for woman in women:
        fertility.bear_child(woman, np.full(50, 0.2), t)
    births = sum(int(w["parity"]) for w in women)
    assert births / 4000 == pytest.approx(0.2, abs=4 * math.sqrt(0.2 * 0.8 / 4000))


def test_marriage_hazard_is_zero_before_the_legal_age_and_half_its_peak_at_the_onset(p, t):
    assert marriage.marriage_hazard(21, 0, Marital.SINGLE, p, t) == 0.0
    assert marriage.marriage_hazard(26, 0, Marital.SINGLE, p, t) == pytest.approx(P["marriage_peak"] / 2)
    assert marriage.marriage_hazard(40, 1, Marital.WIDOWED, p, t) == P["remarriage_rate"]
    assert marriage.marriage_hazard(61, 1, Marital.WIDOWED, p, t) == 0.0


@pytest.mark.parametrize(("mean", "first"), [(24.0, 20), (27.95, 20), (29.38, 22)])
def test_the_onset_makes_the_mean_age_at_first_marriage_come_true(mean, first):
    onset = marriage.onset_for_mean(mean, first, 0.3)
    single, ages, marriages = 1.0, 0.0, 0.0
    for age in range(first, 61):
        marries = single * marriage.first_marriage_hazard(age, onset, 0.3)
        single, marriages, ages = single - marries, marriages + marries, ages + marries * (age + 0.5)
    assert ages / marriages == pytest.approx(mean, abs=1e-6)


# school
COLLEGES = np.array([[1.0, 1.0, 1.0], [0.0, 0.0, 1.0]])  # inside at place 0, outside at place 2


def school_case(t, commute=40.0, **values):
    pupil = person(residence=0, hukou_place=0, **values)
    places, minutes = np.array([1, 1, 2]), np.array([[10.0, 90.0, 200.0]] * 3)
    levers = row(LEVERS)
    schooling.attend_school(pupil, home(base=0), places, minutes, commute, COLLEGES, 2, levers, P.record[0], t)
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
    near = school_case(t, commute=90.0, born=2004, activity=Activity.PUPIL, key=9)
    assert (near["education"], near["residence"], near["quarters"]) == (Education.SENIOR, 0, 0)


@pytest.mark.parametrize(("local", "place"), [(1.0, 0), (0.0, 2)])
def test_tertiary_study_inside_is_where_students_are_and_outside_beyond(local, place, p, t):
    t["senior_enrolment"], t["tertiary_enrolment"], p["tertiary_local_share"] = 0.5, 0.6, local
    studies = []
    for key in range(40):
        pupil = person(residence=1, urban=1, born=2001, activity=Activity.PUPIL, schooling=1, key=key)
        places, minutes = np.array([1, 1, 2]), np.zeros((3, 3))
        schooling.attend_school(pupil, home(base=0), places, minutes, 40.0, COLLEGES, 2, row(LEVERS), p, t)
        if pupil["activity"] == Activity.STUDENT_AWAY:
            studies.append(int(pupil["residence"]))
    assert len(studies) > 30 and set(studies) == {place}


def test_who_does_not_enrol_faces_the_work_decision(t):
    t["senior_enrolment"] = 0.0
    pupil = school_case(t, born=2004, activity=Activity.PUPIL, key=9)
    assert pupil["activity"] == Activity.UNEMPLOYED
    assert pupil["event"] & LifeEvent.LEFT_SCHOOL


@pytest.mark.parametrize(("returns", "activity", "residence"), [
    (1.0, Activity.UNEMPLOYED, 0), (0.0, Activity.AWAY_WORK, 2),
])  # fmt: skip
def test_graduates_return_or_work_where_they_studied(returns, activity, residence, p, t):
    p["graduate_return"] = returns
    student = person(residence=2, born=1998, activity=Activity.STUDENT_AWAY, schooling=1, urban=1)
    places, minutes = np.array([1, 1, 2]), np.zeros((3, 3))
    schooling.attend_school(student, home(base=0), places, minutes, 40.0, COLLEGES, 2, row(LEVERS), p, t)
    assert (student["activity"], student["residence"], student["schooling"]) == (activity, residence, 0)


def test_graduates_of_the_prefecture_look_for_work_at_home(p, t):
    student = person(residence=1, born=1998, activity=Activity.STUDENT_AWAY, schooling=1, urban=1, quarters=1)
    places, minutes = np.array([1, 1, 2]), np.zeros((3, 3))
    schooling.attend_school(student, home(base=0), places, minutes, 40.0, COLLEGES, 2, row(LEVERS), p, t)
    assert (student["activity"], student["residence"], student["quarters"]) == (Activity.UNEMPLOYED, 0, 0)


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
    assert utility.education_factor(int(Education.JUNIOR), p) == 1.0
    senior = utility.education_factor(int(Education.SENIOR), p)
    assert senior == pytest.approx(math.exp(3 * P["schooling_return"]))


def test_farming_weighs_less_when_fewer_hands_are_needed(p, t):
    town, farmer = row(TOWN), person(activity=Activity.FARM)
    farm = home(land=500, land_use=LandUse.FARMED, farmers=2, kind=HouseholdKind.RURAL)
    before = nests.farm_weight(farmer, farm, town, p, t)
    t["farm_labour_per_mu"] = 0.15 * 0.5
    assert nests.farm_weight(farmer, farm, town, p, t) < before
    farm["land_use"] = LandUse.EXITED
    assert nests.farm_weight(farmer, farm, town, p, t) == 0.0


def test_ten_percent_further_is_made_up_by_the_tied_ratio(p):
    near = utility.log_expected_income(30_000.0, 0.6, 0.0, 2, p)
    paid = utility.log_expected_income(30_000.0 * 1.1 ** -P["ratio_time_income"], 0.6, 0.0, 2, p)
    v = utility.destination_value(near, math.log(2.0), 0.0, 0.0, 0.0, p)
    w = utility.destination_value(paid, math.log(2.0 * 1.1), 0.0, 0.0, 0.0, p)
    assert w == pytest.approx(v, abs=1e-12)


def test_a_seeker_expects_the_wage_times_the_chance_of_a_job(p):
    sure, half = (utility.log_expected_income(30_000.0, chance, 0.0, 2, p) for chance in (1.0, 0.5))
    assert sure - half == pytest.approx(math.log(2.0), abs=1e-12)


def test_rent_never_takes_more_than_nine_tenths_of_what_is_earned(p):
    value = utility.log_expected_income(1_000.0, 1.0, 5_000.0, 2, p)
    assert value == pytest.approx(math.log(100.0), abs=1e-12)


def test_the_border_deters_and_unemployment_risk_does(p):
    market = row(MARKET, size=100_000)
    inside, beyond = (utility.place_value(market, row(TOWN, cross_province=c), 1.0, p) for c in (0, 1))
    assert beyond - inside == pytest.approx(P["border_province"])
    risky = utility.place_value(market, row(TOWN), 0.5, p)
    assert inside - risky == pytest.approx(P["risk_aversion"] / 8)


def test_a_permit_opens_services_to_families_who_are_not_registered(p):
    without, full = (utility.children_value(0.0, 30_000.0, 1.0, permit, 0, p) for permit in (0.0, 1.0))
    registered = utility.children_value(0.0, 30_000.0, 1.0, 0.0, 1, p)
    assert full == registered
    assert full - without == pytest.approx(P["service_gain"] * (1 - P["service_access_migrant"]))


def test_the_unemployed_always_look_for_work(p):
    levers = row(LEVERS)
    assert work.attention_share(person(activity=Activity.UNEMPLOYED), home(), levers, p) == 1.0
    assert work.attention_share(person(activity=Activity.FARM), home(), levers, p) == P["attention"]
    assert work.attention_share(person(activity=Activity.FARM), home(events=2), levers, p) == P["attention_event"]


@pytest.mark.parametrize(("sex", "born", "formal", "farms", "retires"), [
    (0, 1960, 1, False, True), (0, 1961, 1, False, False), (1, 1965, 1, False, True),
    (0, 1960, 0, True, False), (0, 1945, 0, True, True),
])  # fmt: skip
def test_formal_workers_retire_at_60_or_55_and_farmers_by_75(sex, born, formal, farms, retires, t):
    scheme, activity = EMPLOYEES * formal, Activity.FARM if farms else Activity.LOCAL_WORK
    worker = person(sex=sex, born=born, insurance=scheme, activity=activity)
    assert work.reaches_retirement(worker, t) == retires


# settling
def test_annuity_repays_exactly():
    assert tenure.annuity(0.0, 20.0) == pytest.approx(0.05)
    payment, debt = tenure.annuity(0.05, 10.0), 1.0
    for _ in range(10):
        debt = debt * 1.05 - payment
    assert debt == pytest.approx(0.0, abs=1e-12)


def test_a_grant_that_fills_the_down_payment_makes_the_purchase_possible(p):
    buyer = home(savings=100_000, wage_income=80_000, kind=HouseholdKind.RURAL)
    price = 5_000.0
    down = P["down_payment"] * price * P["dwelling_area"]
    assert not tenure.can_buy(buyer, price, row(LEVERS), p)
    assert tenure.can_buy(buyer, price, row(LEVERS, grant=down - 100_000 + 1), p)
    assert tenure.can_buy(buyer, price, row(LEVERS, guarantee=1.0 - 99_000 / down), p)
    poor = home(savings=10**6, wage_income=5_000)
    assert not tenure.can_buy(poor, price, row(LEVERS), p)


def test_a_purchase_balances_to_the_yuan(p):
    buyer = home(savings=300_000, leader_target=7)
    market = row(MARKET, price=4_000.0)
    tenure.buy_dwelling(buyer, market, row(LEVERS, grant=20_000.0), p)
    cost = round(4_000 * P["dwelling_area"])
    assert 300_000 + 20_000 - buyer["savings"] + buyer["debt"] == cost


def test_subsidies_are_for_rural_families_and_those_who_settled(p):
    levers = row(LEVERS, grant=20_000.0, interest_subsidy=0.01, guarantee=0.3)
    market = row(MARKET, price=4_000.0)
    for kind, origin, grant in ((HouseholdKind.RURAL, -1, 20_000), (HouseholdKind.URBAN, 5, 20_000),
                                (HouseholdKind.URBAN, -1, 0)):  # fmt: skip
        buyer = home(savings=300_000, kind=kind, origin=origin)
        tenure.buy_dwelling(buyer, market, levers, p)
        assert (buyer["grant"], buyer["subsidised"]) == (grant, grant > 0)


def test_tenants_who_can_pay_may_buy_and_owners_stay(p, t):
    p["attention"] = 1.0
    p["owner_preference"] = 50.0
    market, levers = row(MARKET, price=3_000.0, rent=60.0), row(LEVERS)
    rich = {"kind": HouseholdKind.URBAN, "savings": 500_000, "wage_income": 100_000}
    tenant, owner = home(tenure=Tenure.RENTED, **rich), home(tenure=Tenure.BOUGHT, **rich)
    for family in (tenant, owner):
        tenure.choose_tenure(family, market, levers, t, p)
    assert (tenant["tenure"], owner["savings"]) == (Tenure.BOUGHT, 500_000)
    assert tenant["debt"] == 270_000 - (500_000 - tenant["savings"])


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
    assert incomes.pension(person(born=1958, insurance=EMPLOYEES), t) == 30_000
    assert incomes.pension(person(born=1958, hukou_type=1), t) == 1_200  # registering in a town brings none
    assert incomes.pension(person(born=1970), t) == 0


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
    rows["origin"], rows["origin_village"] = rows["origin"] % 6 - 1, rows["origin_village"] % 3
    villages = np.zeros((6, 3), np.int8)
    rows["key"] = rng.integers(0, 2**62, len(rows))
    other = rows.copy()
    levers = row(
        LEVERS, land_offer=30_000.0, homestead_offer=60_000.0, offer_share=1.0, grant=5_000.0, permit_access=0.5
    )
    market = row(MARKET, price=4_000.0, rent=80.0, services=0.7)
    seen = [RowView(np.array([record]), 0) for record in (levers, market, p, t)]
    for i in range(len(rows)):
        land.use_land(rows[i], levers, p, t)
        settling.settle(rows[i], market, levers, t, p)
        settling.return_home(rows[i], villages, p, t)
        tenure.choose_tenure(rows[i], market, levers, t, p)
        view = RowView(other, i)
        plain(land.use_land)(view, seen[0], seen[2], seen[3])
        plain(settling.settle)(view, seen[1], seen[0], seen[3], seen[2])
        plain(settling.return_home)(view, villages, seen[2], seen[3])
        plain(tenure.choose_tenure)(view, seen[1], seen[0], seen[3], seen[2])
    for name in rows.dtype.names:
        np.testing.assert_array_equal(rows[name], other[name], err_msg=name)


def test_every_parameter_is_read_by_some_rule_or_market():
    source = "\n".join(f.read_text() for f in PACKAGE.rglob("*.py") if "parameters" not in f.parts)
    named = {n for n in P if re.search(rf"\.{n}\b|\"{n}\"", source)}
    unread = [n for n in P if n not in named and not n.endswith(("_2010", "_2020"))]
    assert unread == []


def test_roles_of_records_are_small_enough_for_their_field():
    assert max(Role) < 128
