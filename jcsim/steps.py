"""The twelve steps of a year, one function each: each calls rules through kernels, then markets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jcsim.drivers import Drivers
from jcsim.engine import Engine
from jcsim.kernels import decisions, demography, families
from jcsim.markets import border, hiring, housing, labour, services, territory
from jcsim.markets.accounts import book, close_year, open_year
from jcsim.markets.births import add_births, birth_chances
from jcsim.markets.households import dissolve_households
from jcsim.markets.marriage import marry_and_part
from jcsim.markets.offers import make_offers
from jcsim.markets.quarters import leave_quarters
from jcsim.markets.survey import survey
from jcsim.policies import book_costs, put_in_force
from jcsim.world import World, commuting_lists

PAID = ("income", "rent", "interest", "interest_subsidy", "consumption")  # columns of PAY_AND_SAVE


@dataclass
class Moment:
    """What every step is given: the year's record, parameters, engine and data.

    ``t`` and ``p_rows`` are arrays of one row; ``p`` maps names to the same parameters.
    """

    year: int
    t: np.ndarray
    p: object
    p_rows: np.ndarray
    engine: Engine
    drivers: Drivers
    region: object
    case: object
    relabelling: np.ndarray

    @property
    def now(self) -> np.void:
        return self.t[0]


def policies(world: World, m: Moment) -> None:
    """1. Instruments in force put their values on towns and on the year's record."""
    open_year(world)
    put_in_force(world, m.region, m.case, m.now, m.p)


def population(world: World, m: Moment) -> None:
    """2. Deaths, births, partings and marriages; households end and are founded."""
    _begin(world, m)
    engine, t = m.engine, m.t
    persons = world.persons.rows
    alive = persons["alive"].copy()
    engine.run(demography.SURVIVE, (persons, m.drivers.death_probability(m.year), t))
    world.flows["died"] = np.flatnonzero((alive == 1) & (persons["alive"] == 0))
    chances = birth_chances(world, float(m.now["tfr"]), m.drivers.fertility_by_age(m.year), m.year)
    alive = persons["alive"].copy()
    engine.run(demography.MOURN_AND_BEAR, (persons, alive, chances, t))
    add_births(world, m.drivers.boys_per_girl(m.year), m.drivers.infant_death(m.year), m.now)
    families.summarise(world.persons.rows, world.households.rows, t, world.threads)
    dissolve_households(world)
    marry_and_part(world, engine, m.p_rows, t)


def _begin(world: World, m: Moment) -> None:
    m.engine.run(demography.START_YEAR, (world.persons.rows, m.t))


def schooling(world: World, m: Moment) -> None:
    """3. School, boarding, departure to study, parents who come along, and who leaves a dormitory."""
    g = world.geography
    schools = (g.school_place, g.minutes, g.school_commute, g.college_weight, world.n_towns)
    tables = (world.persons.rows, world.households.rows)
    m.engine.run(decisions.ATTEND, (*tables, *schools, world.levers, m.p_rows, m.t))
    families.join_parents(world.persons.rows, world.households.rows, m.p_rows, m.t, world.threads)
    leave_quarters(world, m.t)


def towns(world: World, m: Moment) -> None:
    """4. Jobs, wages, housing and services of towns."""
    counts = survey(world)
    services.measure_towns(world, counts)
    services.measure_networks(world, counts)
    labour.demand_labour(world, counts, m.drivers.growth(m.year), m.now, m.p)
    labour.outside_offers(world, float(m.now["outside_wage"]), m.p)
    housing.clear_housing(world, m.drivers.house_price(m.year), int(m.now["feedback"]), m.p)
    services.provide_services(world, counts, int(m.now["feedback"]), m.p)


def land(world: World, m: Moment) -> None:
    """5. Contracted land and homesteads: farm, lease, leave idle, or take a paid exit."""
    families.summarise(world.persons.rows, world.households.rows, m.t, world.threads)
    m.engine.run(decisions.USE_LAND, (world.households.rows, world.levers, m.p_rows, m.t))
    book(world, "exit_payments", world.households.rows["proceeds"])


def work(world: World, m: Moment) -> None:
    """6. Everybody open to it decides on work and place."""
    arguments = (world.towns, make_offers(world, m.p_rows[0]), world.levers)
    m.engine.run(decisions.CHOOSE, (world.persons.rows, world.households.rows, *arguments, m.p_rows, m.t))


def hiring_and_moving(world: World, m: Moment) -> None:
    """7. Openings are filled; movers move, hired or not; families follow their leader."""
    hiring.hire(world, m.now, m.p)
    g, persons, homes = world.geography, world.persons.rows, world.households.rows
    m.engine.run(decisions.TAKE_UP, (persons, homes, world.towns, g.address_place, g.address_share, m.p_rows, m.t))
    families.lead_families(persons, homes, world.threads)
    families.follow_leaders(persons, homes, m.t, world.threads)


def settling(world: World, m: Moment) -> None:
    """8. Families settle, buy, relocate or return."""
    persons, homes, g = world.persons.rows, world.households.rows, world.geography
    families.summarise(persons, homes, m.t, world.threads)
    families.find_leaders(persons, homes, world.n_towns, g.seat_of, world.threads)
    spent = np.zeros(len(homes), np.int64)
    tables = (world.markets, world.towns, world.levers, g.seat_of, world.village_urban)
    m.engine.run(decisions.SETTLE, (homes, spent, *tables, m.p_rows, m.t))
    book(world, "dwellings", spent)
    book(world, "grants", homes["grant"])
    m.engine.run(decisions.FOLLOW, (persons, homes, m.p_rows, m.t))


def hukou(world: World, m: Moment) -> None:
    """9. Permits, insurance and registration; people from outside the prefecture come and go."""
    persons, homes = world.persons.rows, world.households.rows
    m.engine.run(decisions.SETTLE_STATUS, (persons, homes, world.levers, world.n_towns, m.p_rows, m.t))
    border.turn_over(world, m.p_rows, m.t)


def incomes(world: World, m: Moment) -> None:
    """10. Earnings, household incomes, savings, and what the instruments cost."""
    earn_incomes(world, m)
    homes = world.households.rows
    paid = np.zeros((len(homes), len(PAID)), np.int64)
    m.engine.run(decisions.PAY_AND_SAVE, (homes, paid, world.towns, world.markets, world.levers, m.p_rows))
    for column, entry in enumerate(PAID):
        book(world, entry, paid[:, column])
    book_costs(world, m.case, m.now, m.p)


def earn_incomes(world: World, m: Moment) -> None:
    """Earnings of persons and the four incomes of households, without paying or saving."""
    persons, homes = world.persons.rows, world.households.rows
    families.summarise(persons, homes, m.t, world.threads)
    known = len(world.ability)
    world.ability = np.append(world.ability, np.zeros(len(persons) - known))
    m.engine.run(decisions.FIND_ABILITIES, (persons[known:], world.ability[known:], m.p_rows, m.t))
    m.engine.run(decisions.EARN, (persons, world.ability, world.labour.wage, world.towns, m.p_rows, m.t))
    families.gather_incomes(persons, homes, m.p_rows, m.t, world.threads)
    m.engine.run(decisions.HOUSEHOLD_INCOMES, (homes, world.towns, m.p_rows, m.t))


def land_under_urban_code(world: World, m: Moment) -> None:
    """11. Villages that count as urban on 31 December, by the exogenous schedule."""
    if m.case.relabelling:
        territory.relabel(world, m.relabelling)
    close_year(world)


def update_links(world: World, minutes: np.ndarray, p) -> None:
    """New travel times: commuting reach follows."""
    if minutes is not world.geography.minutes:
        world.geography.minutes = minutes
        world.geography.commute = commuting_lists(world.towns, world.markets, minutes, p["commute_minutes"])
