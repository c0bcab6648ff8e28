"""Loops of schooling, land, work, settling, hukou and incomes."""

from jcsim.engine import Kernel
from jcsim.numeric import whole
from jcsim.records import Activity, HouseholdKind
from jcsim.rules.hukou import settle_status
from jcsim.rules.incomes import earn, household_income, own_ability, pay_and_save
from jcsim.rules.land import use_land
from jcsim.rules.moving import set_kind
from jcsim.rules.nests import N_AWAY, N_HOME, N_LOCAL, NESTS, current_nest, nest_weight
from jcsim.rules.placement import new_address, take_up
from jcsim.rules.schooling import attend_school
from jcsim.rules.settling import follow_household, join_queue, relocate, return_home, settle
from jcsim.rules.tenure import choose_tenure, home_income
from jcsim.rules.work import apply_for_job, attention_share, choose_work, decides_work, goes_on

AWAY_WORK, COLLECTIVE = int(Activity.AWAY_WORK), int(HouseholdKind.COLLECTIVE)
PROBABILITY_UNIT = 1_000_000.0


def _attend_all(persons, households, school_place, minutes, school_commute, college_weight, n_towns, levers, p, t):
    for i in range(persons.shape[0]):
        person = persons[i]
        if person.alive and t[0].year - person.born < 30:
            home = households[person.household]
            there = levers[person.residence]
            attend_school(
                person, home, school_place, minutes, school_commute, college_weight, n_towns, there, p[0], t[0]
            )


def _use_land_all(households, levers, p, t):
    for j in range(households.shape[0]):
        home = households[j]
        home.proceeds = 0
        if home.members > 0 and (home.land > 0 or home.homestead > 0):
            use_land(home, levers[home.base], p[0], t[0])


def _choose_all(persons, households, towns, offers, levers, p, t):
    for i in range(persons.shape[0]):
        person = persons[i]
        if person.alive:
            home = households[person.household]
            if not goes_on(person, home, levers[home.base], p[0], t[0]):
                choose_work(person, home, towns, offers[0], p[0], t[0])
                if person.target >= 0:
                    apply_for_job(person, towns, offers[0], t[0])


def _nest_shares(persons, shares, households, every, towns, offers, levers, p, t):
    """Expected nest of one person in ``every`` (by key) after a year of deciding and hiring:
    ``shares`` (n, 7), six nests and the chance to reconsider, in millionths.

    The same weights as ``choose_work``; of those who would enter work inside the prefecture the share
    ``finding_start`` finds it, the others go on as they are or are out of work (counted as home). Used
    to anchor the constants at the start.
    """
    for i in range(persons.shape[0]):
        person = persons[i]
        for nest in range(NESTS + 1):
            shares[i, nest] = 0
        if not person.alive or person.key % every != 0:
            continue
        home = households[person.household]
        if not decides_work(person, home, t[0]):
            continue
        now = current_nest(person, towns)
        attention = attention_share(person, home, levers[home.base], p[0])
        shares[i, NESTS] = whole(PROBABILITY_UNIT * attention)
        refused, total = N_HOME if now < 0 else now, 0.0
        for turn in range(2):
            for nest in range(NESTS):
                weight = nest_weight(nest, now, person, home, towns, offers[0], p[0], t[0])
                if turn == 0:
                    total += weight
                elif total > 0.0 and weight > 0.0:
                    chance = attention * weight / total
                    found = chance
                    if nest != now and (nest == N_LOCAL or nest == N_AWAY):
                        found *= p[0].finding_start
                    shares[i, nest] += whole(PROBABILITY_UNIT * found)
                    shares[i, refused] += whole(PROBABILITY_UNIT * (chance - found))


def _take_up_all(persons, households, towns, address_place, address_share, p, t):
    for i in range(persons.shape[0]):
        person = persons[i]
        if person.alive:
            home = households[person.household]
            address = -1
            if person.intent == AWAY_WORK and person.target >= 0:
                address = new_address(person, towns, address_place, address_share, t[0])
            take_up(person, home, address, p[0], t[0])


def _settle_all(households, spent, markets, towns, levers, seat_place, village_urban, p, t):
    """``spent`` (n,): yuan each household paid for a dwelling."""
    for j in range(households.shape[0]):
        home = households[j]
        target = home.leader_target
        place = target if target >= 0 else home.base
        spent[j] = settle(home, markets[towns[place].market], levers[place], t[0], p[0])
        spent[j] += choose_tenure(home, markets[towns[home.base].market], levers[home.base], t[0], p[0])
        return_home(home, village_urban, p[0], t[0])
        relocate(home, levers[home.base], seat_place[home.base], p[0], t[0])
        join_queue(home, levers[home.base], t[0])


def _follow_all(persons, households, p, t):
    for i in range(persons.shape[0]):
        person = persons[i]
        if person.alive:
            home = households[person.household]
            if home.moved != 0:
                follow_household(person, home, p[0], t[0])
            set_kind(person, home)


def _settle_status_all(persons, households, levers, n_towns, p, t):
    for i in range(persons.shape[0]):
        person = persons[i]
        if person.alive and person.urban > 0 and person.residence < n_towns:
            settle_status(person, households[person.household], levers[person.residence], p[0], t[0])


def _find_abilities(persons, ability, p, t):
    for i in range(persons.shape[0]):
        ability[i] = own_ability(persons[i].key, p[0], t[0])


def _earn_all(persons, ability, wage, towns, p, t):
    for i in range(persons.shape[0]):
        person = persons[i]
        if person.alive:
            offered = 0.0
            if person.workplace >= 0 and person.sector >= 0:
                offered = wage[towns[person.workplace].market, person.sector]
            earn(person, ability[i], offered, t[0].outside_wage, p[0], t[0])


def _household_incomes(households, towns, p, t):
    for j in range(households.shape[0]):
        home = households[j]
        if home.members > 0 and home.kind != COLLECTIVE:
            household_income(home, towns[home.base], p[0], t[0])


def _pay_and_save(households, paid, towns, markets, levers, p):
    """``paid`` (n, 5): income, rent, interest, interest paid by the treasury, consumption."""
    for j in range(households.shape[0]):
        home = households[j]
        if home.members > 0 and home.kind != COLLECTIVE:
            place = home.town_home if home.town_home >= 0 else home.base
            paid[j, 0] = home_income(home)
            rent = markets[towns[home.base].market].rent
            paid[j, 1], paid[j, 2], paid[j, 3], paid[j, 4] = pay_and_save(home, rent, levers[place], p[0])


ATTEND = Kernel(_attend_all)
USE_LAND = Kernel(_use_land_all)
CHOOSE = Kernel(_choose_all)
NEST_SHARES = Kernel(_nest_shares, by_row=2)
TAKE_UP = Kernel(_take_up_all)
SETTLE = Kernel(_settle_all, by_row=2)
FOLLOW = Kernel(_follow_all)
SETTLE_STATUS = Kernel(_settle_status_all)
FIND_ABILITIES = Kernel(_find_abilities, by_row=2)
EARN = Kernel(_earn_all, by_row=2)
HOUSEHOLD_INCOMES = Kernel(_household_incomes)
PAY_AND_SAVE = Kernel(_pay_and_save, by_row=2)
