"""Markets give the answers worked out by hand on worlds of a few people."""

import copy
from types import SimpleNamespace

import numpy as np
import pytest

from jcsim.engine import Engine
from jcsim.markets import accounts, border, hiring, housing, marriage, services, territory
from jcsim.markets.births import MOST, birth_chances
from jcsim.markets.households import dissolve_households, found_households
from jcsim.markets.labour import demand_labour, start_labour
from jcsim.markets.priority import priorities
from jcsim.markets.quarters import leave_quarters
from jcsim.markets.schools import anchor_schools
from jcsim.markets.survey import survey
from jcsim.markets.weighing import admitted, in_order
from jcsim.numeric import exp, log
from jcsim.parameters import load_parameters
from jcsim.records import (
    HOUSEHOLD,
    HUKOU_OTHER_PROVINCE,
    LEVERS,
    MARKET,
    PERSON,
    TOWN,
    WEIGHT_ONE,
    YEAR,
    Activity,
    Education,
    HouseholdKind,
    LandUse,
    LifeEvent,
    Marital,
    MarketKind,
    Quarters,
    Role,
    Sector,
    Sex,
    Table,
    Tenure,
    Urban,
)
from jcsim.world import N_SECTORS, Geography, Labour, World

P = load_parameters("prior").central()
MINE, SHOP = int(Sector.MINING), int(Sector.SERVICES)
COLLECTIVE, URBAN, RURAL = int(HouseholdKind.COLLECTIVE), int(HouseholdKind.URBAN), int(HouseholdKind.RURAL)


def rows(dtype, *records, **common):
    """Records with the values given; other fields are 0, or -1 for what points nowhere."""
    table = np.zeros(len(records), dtype)
    nowhere = ("spouse", "mother", "workplace", "target", "was_at", "sector", "intent", "applied", "town_home",
               "origin", "kin", "leader_target")  # fmt: skip
    for field in nowhere:
        if field in dtype.names:
            table[field] = -1
    table["key"], table["weight"], table["alive"] = np.arange(len(records)) * 7919 + 11, WEIGHT_ONE, 1
    for i, record in enumerate(records):
        for field, value in (common | record).items():
            table[field][i] = value
    return table


def year(**values):
    t = np.zeros(1, YEAR)
    for field, value in ({"seed": 1, "year": 2021, "feedback": 1, "prices": 1.0} | values).items():
        t[field] = value
    return t


def make(people, homes, places=2, counties=None, reach=()):
    """A world in which every place is a market of its own; ``reach``: pairs of places with daily travel."""
    towns, markets = np.zeros(places, TOWN), np.zeros(places, MARKET)
    towns["market"] = markets["address"] = np.arange(places)
    towns["county"] = markets["county"] = np.arange(places) if counties is None else counties
    markets["kind"] = MarketKind.TOWNSHIP
    commute = np.full((places, places), -1, np.int64)
    for place in range(places):
        near = [place, *(b for a, b in reach if a == place)]
        commute[place, : len(near)] = near
    nothing = np.zeros(0, np.int64)
    geography = Geography(
        minutes=np.zeros((places, places)), commute=commute, destinations=nothing, school_place=nothing,
        seat_of=np.arange(places), college_weight=nothing, address_place=nothing, address_share=nothing,
    )  # fmt: skip
    return World(
        persons=Table.of(people), households=Table.of(homes), towns=towns, markets=markets, geography=geography,
        village_urban=np.zeros((places, 5), np.int8), scale=1.0, n_towns=places, levers=np.zeros(places, LEVERS),
        network=nothing, constants=nothing, staying=nothing, collective_land=np.zeros(places, np.int64),
        relabel_debt=np.zeros(int(towns["county"].max()) + 1, np.int64), programme=np.zeros(places, np.int64),
        moved_total=np.zeros(places, np.int64),
    )  # fmt: skip


def with_jobs(world, jobs, chance=0.5, male_share=0.5):
    """Give the world jobs, {(market, sector): persons}."""
    shape = (len(world.markets), N_SECTORS)
    table = np.zeros(shape, np.int64)
    for cell, persons in jobs.items():
        table[cell] = int(persons * WEIGHT_ONE)
    world.labour = Labour(
        jobs=table, jobs_start=np.full(shape, WEIGHT_ONE), wage=np.ones(shape), wage_start=np.ones(shape),
        male_share=np.full(N_SECTORS, male_share), unemployment_start=np.zeros(shape[0]),
        residents_start=np.ones(shape[0], np.int64), employed_start=np.ones(shape[0], np.int64),
        chance=np.full(shape[0], chance),
    )  # fmt: skip
    return world


HOME = {"base": 0, "kind": RURAL, "members": 1}
WORKS = {"activity": Activity.LOCAL_WORK, "intent": Activity.LOCAL_WORK, "workplace": 0, "sector": MINE}
LOOKS = {"activity": Activity.UNEMPLOYED, "intent": Activity.LOCAL_WORK, "target": 0, "applied": MINE}


def hired(world, t=None):
    hiring.hire(world, (year() if t is None else t)[0], P)
    return world.persons.rows["hired"].tolist()


# hiring
def test_who_holds_a_job_keeps_it_and_newcomers_get_what_is_left():
    world = with_jobs(make(rows(PERSON, WORKS, WORKS, LOOKS, LOOKS, LOOKS), rows(HOUSEHOLD, HOME)), {(0, MINE): 3})
    after = hired(world)
    assert after[:2] == [1, 1] and sum(after[2:]) == 1
    first = 2 + int(np.argmin(priorities(world.persons.rows["key"][2:], 1, hiring.HIRE, 2021)))
    assert after[first] == 1
    assert world.flows["hires"].tolist() == [WEIGHT_ONE, 0]
    assert world.flows["filled"][0, MINE] == 3 * WEIGHT_ONE


def test_when_jobs_go_those_last_in_order_lose_theirs_and_nobody_is_hired():
    world = with_jobs(make(rows(PERSON, WORKS, WORKS, WORKS, LOOKS), rows(HOUSEHOLD, HOME)), {(0, MINE): 2})
    after = hired(world)
    assert sum(after[:3]) == 2 and after[3] == 0
    assert after[int(np.argmax(priorities(world.persons.rows["key"][:3], 1, hiring.KEEP, 2021)))] == 0


def test_a_search_on_the_job_that_fails_leaves_the_job():
    seeks = {**WORKS, "intent": Activity.AWAY_WORK, "target": 1, "applied": SHOP, "mode": 1}
    for openings, place in ((0, -1), (1, 1)):
        world = with_jobs(make(rows(PERSON, seeks), rows(HOUSEHOLD, HOME)), {(0, MINE): 1, (1, SHOP): openings})
        assert hired(world) == [1]
        somebody = world.persons.rows[0]
        assert somebody["target"] == place
        assert somebody["intent"] == (Activity.AWAY_WORK if openings else Activity.LOCAL_WORK)
        assert world.flows["filled"][1 if openings else 0].sum() == WEIGHT_ONE


def test_those_turned_away_take_an_open_job_within_daily_reach_and_movers_only_where_they_go():
    people = rows(PERSON, LOOKS, LOOKS | {"intent": Activity.AWAY_WORK})
    jobs = {(1, SHOP): 2}
    apart = with_jobs(make(people.copy(), rows(HOUSEHOLD, HOME)), jobs)
    assert hired(apart) == [0, 0]
    near = with_jobs(make(people.copy(), rows(HOUSEHOLD, HOME), reach=[(0, 1)]), jobs)
    assert hired(near) == [1, 0]
    somebody = near.persons.rows[0]
    assert (somebody["target"], somebody["applied"]) == (1, SHOP)


@pytest.mark.parametrize(("male_share", "after"), [(1.0, [1, 0]), (0.0, [0, 1])])
def test_open_jobs_of_the_second_round_go_to_the_sex_that_holds_such_jobs(male_share, after):
    people = rows(PERSON, LOOKS | {"sex": Sex.MALE}, LOOKS | {"sex": Sex.FEMALE})
    world = with_jobs(make(people, rows(HOUSEHOLD, HOME)), {(0, SHOP): 2}, male_share=male_share)
    assert hired(world) == after


def test_farmers_turned_away_go_on_farming_and_others_are_without_work():
    farmer = LOOKS | {"activity": Activity.FARM}
    world = with_jobs(make(rows(PERSON, farmer, LOOKS), rows(HOUSEHOLD, HOME)), {})
    assert hired(world) == [0, 0]
    assert world.persons.rows["intent"].tolist() == [Activity.FARM, Activity.LOCAL_WORK]


def test_the_chance_of_a_job_is_openings_over_seekers_half_of_it_memory():
    seekers = rows(PERSON, *[LOOKS] * 4)
    world = with_jobs(make(seekers, rows(HOUSEHOLD, HOME)), {(0, MINE): 1}, chance=0.8)
    hired(world)
    assert world.labour.chance.tolist() == [0.5 * 0.8 + 0.5 * 0.25, 0.8]  # nobody looks in the other market
    people = world.persons.rows
    people["activity"], people["applied"], people["target"] = Activity.UNEMPLOYED, MINE, 0
    people["intent"] = Activity.LOCAL_WORK
    world.labour.jobs[0, MINE] = 8 * WEIGHT_ONE
    hired(world)
    openings, sought = 0.5 * (0.525 * 4) + 0.5 * 8, 4.0
    assert world.labour.chance[0] == pytest.approx(min(openings / sought, 1.0), abs=1e-15)


def test_without_feedback_jobs_are_not_rationed_and_each_seeker_meets_the_start_s_chance():
    people = rows(PERSON, *[WORKS] * 3, *[LOOKS] * 400)
    world = with_jobs(make(people, rows(HOUSEHOLD, HOME)), {(0, MINE): 1}, chance=0.25)
    after = hired(world, year(feedback=0))
    assert after[:3] == [1, 1, 1]
    assert sum(after[3:]) == (priorities(people["key"][3:], 1, hiring.HIRE, 2021) < 2**61).sum()
    assert world.labour.chance[0] == 0.25


def test_admission_goes_by_priority_and_half_a_weight_is_room_enough():
    cells, keys = np.zeros(4, np.int64), np.arange(4)
    order, weights = np.array([3, 1, 2, 0]), np.full(4, 10)
    for room, admits in ((0, []), (4, []), (5, [3]), (14, [3]), (15, [1, 3]), (40, [0, 1, 2, 3])):
        chosen = admitted(cells, order.__getitem__, keys, weights, np.array([room]))
        assert np.flatnonzero(chosen).tolist() == admits


def test_order_by_one_joined_number_is_that_of_cell_rank_and_key():
    rng = np.random.default_rng(3)
    cells, keys = rng.integers(0, 500, 4000), rng.permutation(4000)
    for ranks in (rng.integers(0, 2**63 - 1, 4000), rng.integers(0, 50, 4000)):  # without and with ties
        assert np.array_equal(in_order(cells, ranks, keys), np.lexsort((keys, ranks, cells)))
    assert len(in_order(cells[:0], cells[:0], keys[:0])) == 0


# labour demand
def test_jobs_and_wages_at_the_start_stand_where_nothing_changes_and_grow_with_the_sector():
    people = rows(PERSON, *[WORKS] * 40, *[WORKS | {"workplace": 1, "residence": 1, "sector": SHOP}] * 20)
    world = make(people, rows(HOUSEHOLD, HOME))
    counts, t = survey(world), year(wage_drift=1.0)[0]
    start_labour(world, counts, P)
    filled = world.labour.jobs_start[0, MINE] / (1.0 + P["opening_rate"])
    assert filled == pytest.approx(40 * WEIGHT_ONE, abs=1)
    same = dict.fromkeys(
        ("jobs_mining", "jobs_manufacturing", "jobs_construction", "jobs_services", "jobs_public", "coal"), 1.0
    )
    demand_labour(world, counts, same, t, P)
    assert (world.labour.jobs == world.labour.jobs_start).all()
    demand_labour(world, counts, same | {"jobs_mining": 2.0}, t, P)
    assert world.labour.jobs[0, MINE] == 2 * world.labour.jobs_start[0, MINE]
    world.levers["programme_jobs"][1] = 10
    demand_labour(world, counts, same, t, P)
    added = world.labour.jobs - world.labour.jobs_start
    assert added[1].sum() == 10 * WEIGHT_ONE and added[0].sum() == 0


def test_unemployment_lowers_wages_by_the_wage_curve():
    people = rows(PERSON, *[WORKS] * 90, *[WORKS] * 10)
    world = make(people, rows(HOUSEHOLD, HOME))
    start_labour(world, survey(world), P)
    gone = world.persons.rows[90:]
    gone["activity"], gone["workplace"], gone["sector"] = Activity.UNEMPLOYED, -1, -1
    same = dict.fromkeys(
        ("jobs_mining", "jobs_manufacturing", "jobs_construction", "jobs_services", "jobs_public", "coal"), 1.0
    )
    demand_labour(world, survey(world), same, year(wage_drift=1.0)[0], P)
    expected = exp(P["agglomeration"] * log(0.9) - P["wage_tightness"] * 0.1)
    assert world.labour.wage[0, MINE] / world.labour.wage_start[0, MINE] == pytest.approx(expected, rel=1e-12)


# families
def test_pairs_form_by_rank_within_county_and_age_then_across_and_never_far_apart_in_age():
    #            man A  man B  man C  man D  woman a  woman b  woman c (other county)  woman d (old)
    counties = np.array([0, 0, 0, 0, 0, 0, 1, 0])
    ages = np.array([24, 25, 26, 27, 24, 25, 26, 60])
    rank = np.array([4, 1, 3, 2, 9, 8, 1, 1])
    male = np.array([True] * 4 + [False] * 4)
    grooms, brides = marriage._match_in_rounds(counties, ages, rank, male, np.arange(8))
    assert list(zip(grooms.tolist(), brides.tolist(), strict=True)) == [(1, 5), (3, 4), (2, 6)]


def test_a_couple_founds_a_household_with_its_share_and_her_children_come_along():
    people = rows(
        PERSON,
        {"household": 0, "sex": 0, "born": 1994, "role": Role.CHILD, "marital": Marital.SINGLE},
        {"household": 0, "sex": 1, "born": 1970, "role": Role.HEAD},
        {"household": 1, "sex": 1, "born": 1996, "role": Role.HEAD, "marital": Marital.DIVORCED},
        {"household": 1, "sex": 0, "born": 2018, "role": Role.CHILD, "mother": 2},
        {"household": 1, "sex": 0, "born": 2000, "role": Role.OTHER},
    )
    homes = rows(HOUSEHOLD, HOME | {"members": 2, "land": 401, "land_use": LandUse.FARMED, "savings": 1001},
                 HOME | {"members": 3})  # fmt: skip
    world = make(people, homes)
    assert marriage._pair(world, np.array([0, 2]), 1.0, year()[0]) == WEIGHT_ONE
    after, families = world.persons.rows, world.households.rows
    assert after["household"].tolist() == [2, 0, 2, 2, 1]
    assert after["spouse"][[0, 2]].tolist() == [2, 0]
    assert after["role"][[0, 2]].tolist() == [Role.HEAD, Role.SPOUSE]
    assert families["savings"].tolist() == [501, 0, 500] and families["land"].tolist() == [201, 0, 200]


def test_what_a_household_leaves_goes_to_its_kin_or_to_the_estates():
    homes = rows(
        HOUSEHOLD,
        HOME | {"members": 2, "savings": 10, "debt": 1},
        HOME | {"members": 0, "savings": 100, "debt": 30, "kin": 0, "town_home": 1},
        HOME | {"members": 0, "savings": 7, "debt": 9, "land": 300, "origin": 1},
    )
    world = make(rows(PERSON), homes)
    accounts.open_year(world)
    dissolve_households(world)
    after = world.households.rows
    assert after["savings"].tolist() == [110, 0, 0] and after["debt"].tolist() == [31, 0, 0]
    assert after["alive"].tolist() == [1, 0, 0] and after["town_home"][0] == 1
    assert world.estates == -2 * WEIGHT_ONE
    assert world.collective_land.tolist() == [0, 300 * WEIGHT_ONE]
    assert accounts.unbooked_money(world) == 0


def test_shares_of_several_founders_add_up_to_the_yuan():
    people = rows(PERSON, *[{"household": 0}] * 3)
    world = make(people, rows(HOUSEHOLD, HOME | {"members": 3, "savings": 100, "land": 10, "land_use": LandUse.FARMED}))
    found_households(world, np.array([0, 1]), marriage.NEW_HOME, 2021, share=True)
    assert world.households.rows["savings"].sum() == 100 and world.households.rows["land"].sum() == 10
    assert sorted(world.households.rows["savings"].tolist()) == [33, 33, 34]


def test_births_meet_the_total_fertility_of_residents_whatever_share_is_married():
    women = [{"sex": 1, "born": 2021 - age, "marital": Marital.MARRIED if age >= first else Marital.SINGLE}
             for age in range(15, 50) for first in (22, 30)]  # fmt: skip
    away = [{"sex": 1, "born": 1995, "residence": 2, "marital": Marital.SINGLE}] * 50
    world = make(rows(PERSON, *women, *away), rows(HOUSEHOLD, HOME), places=3)
    world.n_towns = 2
    pattern = np.zeros(50)
    pattern[20:40] = 1 / 20
    chance = birth_chances(world, 1.3, pattern, 2021)
    share = np.zeros(50)
    share[22:30], share[30:] = 0.5, 1.0
    assert sum((chance * share).tolist()) == pytest.approx(1.3, abs=1e-6)
    assert chance[25] == pytest.approx(2 * chance[35], rel=1e-9)
    assert birth_chances(world, 40.0, pattern, 2021).max() == MOST


# schools
def test_the_start_says_who_boards_and_where_students_are():
    place = {
        "minutes": np.array([[0.0, 9.0, 9.0], [12.0, 0.0, 9.0], [30.0, 9.0, 0.0]]),
        "school_place": np.zeros(3, int),
    }
    geography = SimpleNamespace(**place, college_weight=np.zeros((2, 4)), school_commute=0.0)
    junior, senior = {"born": 2006}, {"born": 2004, "activity": Activity.PUPIL}
    boarder, student = senior | {"quarters": Quarters.COLLECTIVE}, {"activity": Activity.STUDENT_AWAY, "residence": 1}
    juniors = [junior | {"residence": town} for town in (0, 0, 1, 2)]
    people = rows(PERSON, *juniors, senior, senior, senior, boarder, student, student, student | {"residence": 3})
    anchor_schools(geography, people, 2020, 3)
    assert geography.school_commute == 12.0  # a quarter board: the children of town 2
    assert geography.college_weight[0].tolist() == [0.0, 1.0, 1.0, 1.0]


# people registered outside
MIGRANT = {"hukou_place": HUKOU_OTHER_PROVINCE, "urban": 1, "residence": 0}


def migrants(families=6, singles=5):
    people, homes = [], []
    for k in range(families):
        first = len(people)
        people += [MIGRANT | {"household": k, "born": 1985, "sex": 0, "spouse": first + 1, "marital": 1, **WORKS},
                   MIGRANT | {"household": k, "born": 1987, "sex": 1, "spouse": first, "marital": 1},
                   MIGRANT | {"household": k, "born": 2015, "mother": first + 1}]  # fmt: skip
        homes.append(HOME | {"kind": URBAN, "members": 3, "savings": 1000, "tenure": Tenure.RENTED})
    for k in range(singles):
        people.append(MIGRANT | {"household": families + k, "born": 1990, **WORKS})
        homes.append(HOME | {"kind": URBAN, "members": 1, "savings": 10})
    return make(rows(PERSON, *people), rows(HOUSEHOLD, *homes))


def turnover(world, **values):
    p = P.record.copy()
    for name, value in values.items():
        p[name] = value
    accounts.open_year(world)
    border.turn_over(world, p, year())


def test_where_all_leave_as_many_come_families_as_families():
    world = migrants()
    turnover(world, turnover_family=1.0, turnover_single=1.0, inflow_ratio=1.0)
    people, homes = world.persons.rows, world.households.rows
    assert people["alive"][:23].tolist() == [0] * 23
    new = people[23:]
    assert len(new) == 23 and (new["alive"] == 1).all() and (new["hukou_place"] == HUKOU_OTHER_PROVINCE).all()
    sizes = np.bincount(new["household"], minlength=len(homes))
    assert sorted(sizes[sizes > 0].tolist()) == [1] * 5 + [3] * 6
    wives = new[new["spouse"] >= 0]
    assert (people["household"][wives["spouse"]] == wives["household"]).all()
    children = new[new["born"] == 2015]
    assert (people["household"][children["mother"]] == children["household"]).all()
    assert len(np.unique(people["key"])) == len(people)


def test_a_student_comes_for_each_whose_study_here_ends_whatever_he_does_then():
    pupil = MIGRANT | {"household": 0, "activity": Activity.PUPIL, "quarters": Quarters.COLLECTIVE, "was_at": 0}
    left = pupil | {"activity": Activity.UNEMPLOYED, "event": LifeEvent.LEFT_SCHOOL, "born": 2002}
    hired = left | WORKS | {"sector": SHOP}
    outside = pupil | {"activity": Activity.STUDENT_AWAY, "residence": 2, "born": 2002}  # to study elsewhere
    student = pupil | {"activity": Activity.STUDENT_AWAY, "education": Education.UNIVERSITY, "born": 2000}
    people = rows(PERSON, left, hired, outside, *[pupil | {"born": 2004, "schooling": 1}] * 2, student)
    world = make(people, rows(HOUSEHOLD, HOME | {"kind": COLLECTIVE, "members": 6}), places=3)
    world.n_towns = 2
    turnover(world, turnover_family=0.0, turnover_single=0.0, inflow_ratio=1.0)
    after = world.persons.rows
    assert after["alive"][:6].tolist() == [0, 1, 0, 1, 1, 1]  # the jobless and who studies elsewhere have left
    new = after[6:]
    assert sorted(zip(new["born"].tolist(), new["schooling"].tolist(), strict=True)) == [
        (2002, 4),
        (2005, 3),
        (2005, 3),
    ]
    assert (new["household"] == 0).all() and (new["residence"] == 0).all() and (new["hukou_place"] < 0).all()
    assert len(np.unique(after["key"])) == 9


def test_singles_who_went_outside_to_work_leave_and_are_followed_like_others():
    world = migrants(families=0, singles=4)
    world.n_towns = 1
    world.persons.rows["was_at"] = 0
    world.persons.rows["residence"][:2] = 1
    turnover(world, turnover_single=0.0, inflow_ratio=1.0)
    assert world.persons.rows["alive"][:4].tolist() == [0, 0, 1, 1]
    assert len(world.flows["arrived"]) == 2  # one like each of those who stay


def test_nobody_leaves_a_family_with_members_registered_here():
    world = migrants(families=2, singles=1)
    world.persons.rows["hukou_place"][0] = 1  # the husband of the first family
    turnover(world, turnover_family=1.0, turnover_single=1.0, inflow_ratio=1.0)
    people = world.persons.rows
    assert people["alive"][:7].tolist() == [1, 1, 1, 0, 0, 0, 0]
    assert people["spouse"][:2].tolist() == [1, 0] and len(world.flows["arrived"]) == 4


def test_families_who_leave_take_their_savings_and_the_newcomers_bring_none():
    world = migrants()
    turnover(world, turnover_family=1.0, turnover_single=0.0, inflow_ratio=1.0)
    homes = world.households.rows
    assert world.money["taken_away"] == 6 * 1000 * WEIGHT_ONE
    assert homes["savings"].sum() == 5 * 10 and homes["alive"][:6].tolist() == [0] * 6
    assert accounts.unbooked_money(world) == 0


def test_nobody_moves_across_the_border_at_zero_turnover_or_who_is_registered_here():
    still = migrants()
    turnover(still, turnover_family=0.0, turnover_single=0.0)
    assert still.persons.n == 23 and (still.persons.rows["alive"] == 1).all()
    locals_ = migrants()
    locals_.persons.rows["hukou_place"] = 0
    turnover(locals_, turnover_family=1.0, turnover_single=1.0)
    assert locals_.persons.n == 23 and (locals_.persons.rows["alive"] == 1).all()


# quarters and territory
def test_who_leaves_a_dormitory_founds_a_household_or_goes_home_to_a_family_of_the_county():
    lodger = {"household": 0, "quarters": Quarters.COLLECTIVE, "urban": 1, "hukou_place": 0}
    people = rows(
        PERSON,
        lodger | {"born": 1980, "activity": Activity.UNEMPLOYED},
        lodger | {"born": 1980, "activity": Activity.LOCAL_WORK, "sector": MINE},
        lodger | {"born": 2002, "activity": Activity.UNEMPLOYED},
        {"household": 1, "residence": 1, "born": 1975, "sex": 1, "marital": Marital.MARRIED, "village": 2},
    )
    homes = rows(HOUSEHOLD, HOME | {"kind": COLLECTIVE, "base_urban": 1}, HOME | {"base": 1, "village": 2})
    world = make(people, homes, counties=[0, 0])
    leave_quarters(world, year())
    after, families = world.persons.rows, world.households.rows
    assert after["household"].tolist() == [2, 0, 1, 1]
    assert (families["kind"][2], families["tenure"][2], families["base"][2]) == (URBAN, Tenure.RENTED, 0)
    assert after["quarters"].tolist() == [Quarters.FAMILY, Quarters.COLLECTIVE, Quarters.FAMILY, Quarters.FAMILY]
    assert (after["residence"][2], after["village"][2], after["mother"][2]) == (1, 2, 3)


def test_villages_turn_whole_county_by_county_and_what_is_left_is_carried_on():
    people = [{"residence": place, "village": village, "household": 0}
              for place in (0, 1) for village in (1, 2, 3) for _ in range(10)]  # fmt: skip
    world = make(rows(PERSON, *people), rows(HOUSEHOLD, HOME | {"village": 1}))
    yearly = np.array([7, 4]) * WEIGHT_ONE
    turned = []
    for _ in range(4):
        territory.relabel(world, yearly)
        urban = world.persons.rows["urban"].reshape(2, 3, 10)
        assert (urban == urban[:, :, :1]).all()
        turned.append((urban[:, :, 0] == Urban.RELABELLED).sum(axis=1).tolist())
    # a village of 10 turns once more than 5 are due: 7 (turns), 4 due, 11 (turns), 8 (turns); 4, 8 (turns), 2, 6
    assert turned == [[1, 0], [1, 1], [2, 1], [3, 2]]
    assert world.relabel_debt.tolist() == [-2 * WEIGHT_ONE, -4 * WEIGHT_ONE]
    assert ((world.village_urban == Urban.RELABELLED).sum(axis=1) == [3, 2]).all()


# housing and services
def test_the_price_moves_by_the_shift_of_demand_over_both_elasticities():
    homes = rows(HOUSEHOLD, *[HOME | {"kind": URBAN}] * 200)
    world = make(rows(PERSON), homes, places=1)
    housing.start_housing(world, 8_000.0, P)
    start, stock = world.markets["price"][0], int(world.housing["stock"][0])
    assert start == 8_000.0 * P["town_price"]
    world.households.append(rows(HOUSEHOLD, *[HOME | {"kind": URBAN}] * 10))
    spread = P["housing_supply_elasticity"] - P["price_purchase_elasticity"]
    steady = copy.deepcopy(world)
    housing.clear_housing(world, 8_000.0, 1, P)
    change = (log(210 / 200) - P["housing_supply_trend"]) / spread
    assert world.markets["price"][0] == pytest.approx(start * exp(change), rel=1e-12)
    assert world.markets["rent"][0] == world.markets["price"][0] * P["rent_yield"]
    wanted = 210 * WEIGHT_ONE + int(210 * WEIGHT_ONE * P["vacancy_target"])
    assert int(world.housing["stock"][0]) == max(stock, wanted)
    housing.clear_housing(steady, 9_000.0, 0, P)
    assert steady.markets["price"][0] == pytest.approx(start * 9 / 8, rel=1e-12)


def test_a_price_never_moves_more_than_a_tenth_a_year():
    world = make(rows(PERSON), rows(HOUSEHOLD, *[HOME | {"kind": URBAN}] * 10), places=1)
    housing.start_housing(world, 8_000.0, P)
    world.households.append(rows(HOUSEHOLD, *[HOME | {"kind": URBAN}] * 90))
    housing.clear_housing(world, 8_000.0, 1, P)
    assert world.housing["level"][0] == 0.1


def test_public_dwellings_go_to_who_has_waited_longest_then_by_rank_and_tenants_stay():
    homes = rows(HOUSEHOLD, *[HOME | {"kind": URBAN, "tenure": Tenure.RENTED}] * 6,
                 HOME | {"kind": URBAN, "tenure": Tenure.PUBLIC_RENTAL})  # fmt: skip
    order = np.argsort(priorities(homes["key"][:6], 0, housing.QUEUE, 0) >> 16).tolist()
    homes["queue_year"][order] = [2019, 2019, 2019, 0, 2017, 2018]  # the last in rank have waited longest
    world = make(rows(PERSON), homes, places=1)
    housing.start_housing(world, 8_000.0, P)
    world.housing["public"][:] = 4 * WEIGHT_ONE
    housing.clear_housing(world, 8_000.0, 1, P)
    after = world.households.rows
    housed = [order[4], order[5], order[0]]
    assert np.flatnonzero(after["tenure"] == Tenure.PUBLIC_RENTAL).tolist() == sorted([*housed, 6])
    assert after["queue_year"][housed].tolist() == [0, 0, 0]
    assert world.markets["public_occupied"][0] == 4
    housing._let_public(world)
    assert (after["tenure"] == Tenure.PUBLIC_RENTAL).sum() == 4


def test_school_places_grow_towards_need_and_services_are_the_share_served():
    pupils = [{"activity": Activity.PUPIL, "urban": 1}] * 1000
    world = make(rows(PERSON, *pupils[:500]), rows(HOUSEHOLD, HOME), places=1)
    services.provide_services(world, survey(world), 1, P, start=True)
    places = 500 + int(500 * P["school_spare"])
    assert world.markets["school_places"][0] == places and world.markets["services"][0] == 1.0
    world.persons.append(rows(PERSON, *pupils[:500]))
    still = copy.deepcopy(world)
    services.provide_services(world, survey(world), 1, P)
    gap = 1000 + int(1000 * P["school_spare"]) - places
    assert world.markets["school_places"][0] == places + int(gap * P["school_building"])
    assert world.markets["services"][0] == world.markets["school_places"][0] / 1000
    services.provide_services(still, survey(still), 0, P)
    assert (still.markets["school_places"][0], still.markets["services"][0]) == (places, 1.0)


def test_divorce_splits_the_household_and_both_are_free():
    people = rows(PERSON, {"sex": 0, "spouse": 1, "marital": 1, "born": 1980}, {"sex": 1, "spouse": 0, "marital": 1,
                  "role": Role.SPOUSE, "born": 1980}, household=0)  # fmt: skip
    world = make(people, rows(HOUSEHOLD, HOME | {"members": 2, "savings": 101}))
    t, p = year(divorce_rate=1.0), P.record.copy()
    p["remarriage_rate"] = 0.0
    marriage.marry_and_part(world, Engine(), p, t)
    after = world.persons.rows
    assert after["marital"].tolist() == [Marital.DIVORCED] * 2 and after["spouse"].tolist() == [-1, -1]
    assert after["household"].tolist() == [1, 0] and after["role"].tolist() == [Role.HEAD] * 2
    assert world.households.rows["savings"].tolist() == [51, 50]
    assert world.flows["divorces"] == WEIGHT_ONE
