"""From population, region and parameters to a world ready for its first year."""

from __future__ import annotations

import numpy as np

from jcsim import steps
from jcsim.codes import EMPLOYEES, Hukou, Urban
from jcsim.indicators.tally import count_people
from jcsim.markets import housing, labour, services, territory
from jcsim.markets.schools import anchor_schools
from jcsim.markets.start import anchor_constants
from jcsim.markets.survey import survey
from jcsim.policies import assume_in_force
from jcsim.population import build_population, keep_away, permute_rows, sample
from jcsim.records import HOUSEHOLD, LEVERS, PERSON, Table
from jcsim.rules.nests import BANDS, NESTS
from jcsim.world import World, make_geography, make_markets, make_towns

WAGE_RANGE, FARM_RANGE, RURAL_WAGE_RANGE = (0.2, 5.0), (0.5, 3.0), (0.5, 1.5)  # of the scales at the start


def build_world(region, case, p, drivers, engine, network, scale: float, permute: int | None = None):
    """The world of the start year.

    Returns
    -------
    (World, levels, relabelling) : ``levels`` scales of farm income and rural wages met at the start;
    ``relabelling`` the yearly schedule by county
    """
    everybody = build_population(region, case.start)
    population = keep_away(sample(everybody, scale), p["away_share"])
    if permute is not None:
        population = permute_rows(population, permute)
    weights = region.town_weights(case.start)
    towns = make_towns(region)
    markets = make_markets(region, towns, weights.residents[:, 1], case.start)
    minutes = network.minutes(case.start)
    geography = make_geography(region, towns, markets, weights.residents[:, 1], minutes, p)
    anchor_schools(geography, everybody.persons, case.start, region.n_towns, engine.threads)
    world = World(
        persons=Table.of(population.persons.view(PERSON)),
        households=Table.of(population.households.view(HOUSEHOLD)),
        towns=towns,
        markets=markets,
        geography=geography,
        village_urban=np.where(population.village_urban < 0, int(Urban.URBAN), population.village_urban).astype(
            np.int8
        ),
        scale=scale,
        n_towns=region.n_towns,
        levers=np.zeros(region.n_places, LEVERS),
        network=np.zeros((region.n_places, len(geography.destinations))),
        constants=np.zeros((2, BANDS, NESTS)),
        staying=np.zeros(NESTS),
        threads=engine.threads,
        collective_land=np.zeros(region.n_places, np.int64),
        relabel_debt=np.zeros(region.n_counties, np.int64),
        programme=np.zeros(region.n_places, np.int64),
        moved_total=np.zeros(region.n_places, np.int64),
    )
    persons, homes = world.persons.rows, world.households.rows
    persons["insurance"] |= np.where(persons["hukou_type"] == Hukou.NON_AGRICULTURAL, EMPLOYEES, 0).astype(np.int8)
    world.start_land = int((homes["land"].astype(np.int64) * homes["weight"]).sum())
    levels, relabelling = _start(world, region, case, p, drivers, engine)
    return world, levels, relabelling


def _start(world, region, case, p, drivers, engine):
    """Markets, wage and farm levels, activity constants and the relabelling schedule."""
    year = case.start
    m = steps.Moment(
        year, drivers.record(year), p, p.record, engine, drivers, region, case, np.zeros(region.n_counties)
    )
    steps.families.summarise(world.persons.rows, world.households.rows, m.t, engine.threads)
    counts = survey(world)
    services.measure_towns(world, counts)
    labour.start_labour(world, counts, p)
    housing.start_housing(world, drivers.house_price(year), p)
    services.provide_services(world, counts, 1, p, start=True)
    levels = set_income_levels(world, m)
    labour.outside_offers(world, float(m.now["outside_wage"]), p)
    services.measure_networks(world, counts)
    m.t = drivers.record(year, *levels)
    assume_in_force(world, region, case, m.t.copy()[0], p)
    anchor_constants(world, engine, year, m.p_rows, m.t)
    return levels, territory.schedule(world, p)


def set_income_levels(world: World, m) -> tuple[float, float]:
    """Scale wages so that urban income per head meets the start's level, then farm income and, where its
    range does not do, the wages of rural residents, so that rural income does (parameters
    ``urban_income_YEAR``, ``rural_income_YEAR``).

    Incomes are linear in each scale: two trials give the line. Returns the scales ``farm_level`` and
    ``rural_wage`` that the year's record takes.
    """
    p, year = m.p, m.year
    base = world.labour.wage_start.copy()

    def incomes(wage: float, farm: float, rural: float) -> tuple[float, float]:
        world.labour.wage_start = base * wage
        world.labour.wage = base * wage
        m.t = m.drivers.record(year, farm, rural)
        steps.earn_incomes(world, m)
        return income_per_head(world, m)

    targets = p[f"urban_income_{year}"], p[f"rural_income_{year}"]
    guess = float(m.now["outside_wage"])
    wage = guess * _meets(targets[0], lambda x: incomes(guess * x, 1.0, 1.0)[0], WAGE_RANGE)
    farm = _meets(targets[1], lambda x: incomes(wage, x, 1.0)[1], FARM_RANGE)
    rural = _meets(targets[1], lambda x: incomes(wage, farm, x)[1], RURAL_WAGE_RANGE)
    incomes(wage, farm, rural)
    world.labour.offer_wage = world.labour.offer_wage * wage
    return farm, rural


def _meets(target: float, income, bounds: tuple[float, float]) -> float:
    """Where the line through ``income(0.5)`` and ``income(1)`` meets the target, kept within bounds."""
    low, high = income(0.5), income(1.0)
    return min(max(0.5 + 0.5 * (target - low) / max(high - low, 1.0), bounds[0]), bounds[1])


def income_per_head(world: World, m) -> tuple[float, float]:
    """Urban and rural disposable income per resident, yuan."""
    tally = count_people(world, m.year, m.p_rows)
    people = tally.people.sum(axis=(2, 3))[: world.n_towns]
    income = tally.income[: world.n_towns]
    urban = int(income[:, 1:].sum()) / max(int(people[:, 1:].sum()), 1)
    return urban, int(income[:, 0].sum()) / max(int(people[:, 0].sum()), 1)
