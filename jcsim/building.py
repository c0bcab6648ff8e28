"""From population, region and parameters to a world ready for its first year."""

from __future__ import annotations

import numpy as np

from jcsim import steps
from jcsim.indicators.tally import count_people
from jcsim.markets import housing, labour, services, territory
from jcsim.markets.start import anchor_constants
from jcsim.markets.survey import survey
from jcsim.population import build_population, permute_rows, sample
from jcsim.records import LEVERS, Table, Urban
from jcsim.rules.nests import BANDS, NESTS
from jcsim.world import World, make_geography, make_markets, make_towns


def build_world(region, case, p, drivers, engine, network, scale: float, permute: int | None = None):
    """The world of the start year.

    Returns
    -------
    (World, levels, relabelling) : ``levels`` scales of wages and farm income met at the start;
    ``relabelling`` the yearly schedule by county
    """
    population = keep_away(build_population(region, case.start), p["away_share"])
    if scale < 1.0:
        population = sample(population, scale)
    if permute is not None:
        population = permute_rows(population, permute)
    weights = region.town_weights(case.start)
    towns = make_towns(region)
    markets = make_markets(region, towns, weights.residents[:, 1], case.start)
    minutes = network.minutes(case.start)
    geography = make_geography(region, towns, markets, weights.residents[:, 1], minutes, p)
    world = World(
        persons=Table.of(population.persons),
        households=Table.of(population.households),
        towns=towns,
        markets=markets,
        geography=geography,
        village_urban=np.where(population.village_urban < 0, int(Urban.URBAN), population.village_urban).astype(np.int8),
        scale=scale,
        n_towns=region.n_towns,
        levers=np.zeros(region.n_places, LEVERS),
        network=np.zeros((region.n_places, len(geography.destinations))),
        constants=np.zeros((2, BANDS, NESTS)),
        staying=np.zeros(NESTS),
        collective_land=np.zeros(region.n_places, np.int64),
        relabel_debt=np.zeros(region.n_counties, np.int64),
        programme=np.zeros(region.n_places, np.int64),
        moved_total=np.zeros(region.n_places, np.int64),
    )
    homes = world.households.rows
    world.start_land = int((homes["land"].astype(np.int64) * homes["weight"]).sum())
    levels, relabelling = _start(world, region, case, p, drivers, engine)
    return world, levels, relabelling


def _start(world, region, case, p, drivers, engine):
    """Markets, wage and farm levels, activity constants and the relabelling schedule."""
    year = case.start
    m = steps.Moment(
        year, drivers.record(year), p, p.record, engine, drivers, region, case, np.zeros(region.n_counties)
    )
    steps.families.summarise(world.persons.rows, world.households.rows, m.t)
    counts = survey(world)
    services.measure_towns(world, counts)
    labour.start_labour(world, counts, p)
    housing.start_housing(world, drivers.house_price(year), p)
    services.provide_services(world, counts, 1, p, start=True)
    levels = set_income_levels(world, m)
    labour.outside_offers(world, float(m.now["outside_wage"]), p)
    services.measure_networks(world, counts)
    m.t = drivers.record(year, levels["farm"])
    anchor_constants(world, engine, year, m.p_rows, m.t)
    return levels, territory.schedule(world, p)


def keep_away(population, share: float):
    """Of the candidates for members away, the first ``share`` by rank stay in the population."""
    rank = population.away_rank
    bound = int((rank >= 0).sum())
    keep = (rank < 0) | (rank < int(share * bound))
    return population.select_persons(keep)


def set_income_levels(world: World, m) -> dict[str, float]:
    """Scale wages so that urban income per head, then farm income so that rural income per head, meet
    the start's level (parameters ``urban_income_YEAR``, ``rural_income_YEAR``).

    Both are linear in the scale: two trials give the line, the third run sets the incomes. Returns
    the scales ``wage`` (mean wage in yuan) and ``farm`` (of the farm income series).
    """
    p, year = m.p, m.year
    base = world.labour.wage_start.copy()

    def incomes(wage: float, farm: float) -> tuple[float, float]:
        world.labour.wage_start = base * wage
        world.labour.wage = base * wage
        m.t = m.drivers.record(year, farm)
        steps.earn_incomes(world, m)
        return income_per_head(world, m)

    targets = p[f"urban_income_{year}"], p[f"rural_income_{year}"]
    guess = float(m.now["outside_wage"])
    low, high = incomes(0.5 * guess, 1.0)[0], incomes(guess, 1.0)[0]
    wage = guess * (0.5 + 0.5 * (targets[0] - low) / max(high - low, 1.0))
    wage = min(max(wage, 0.2 * guess), 5.0 * guess)
    low, high = incomes(wage, 0.5)[1], incomes(wage, 1.0)[1]
    farm = 0.5 + 0.5 * (targets[1] - low) / max(high - low, 1.0)
    farm = min(max(farm, 0.1), 10.0)
    incomes(wage, farm)
    world.labour.offer_wage = world.labour.offer_wage * wage
    return {"wage": wage, "farm": farm}


def income_per_head(world: World, m) -> tuple[float, float]:
    """Urban and rural disposable income per resident, yuan."""
    tally = count_people(world, m.year, m.p_rows)
    people = tally.people.sum(axis=(2, 3))[: world.n_towns]
    income = tally.income[: world.n_towns]
    urban = int(income[:, 1:].sum()) / max(int(people[:, 1:].sum()), 1)
    return urban, int(income[:, 0].sum()) / max(int(people[:, 0].sum()), 1)
