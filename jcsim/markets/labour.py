"""Labour demand, wages and openings of towns (NOTES 2.2 and 2.3).

Jobs: ``start * G(t) * [(1 - local) + local * residents / residents at start] * (w / drift)^eL +
programme jobs``, G the outside growth of the sector, ``local`` the share serving residents, mining times
``coal^e``. Wages: ``ln w = ln w0 + ln drift + eta ln(employed / at start) + phi (u0 - u)``.
"""

from __future__ import annotations

import numpy as np

from jcsim.markets.survey import Survey
from jcsim.markets.weighing import weigh
from jcsim.numeric import exp, log, power
from jcsim.records import WEIGHT_ONE, MarketKind, Sector, Sex
from jcsim.world import N_SECTORS, Labour, World

SERIES = {
    Sector.MINING: "jobs_mining",
    Sector.MANUFACTURING: "jobs_manufacturing",
    Sector.CONSTRUCTION: "jobs_construction",
    Sector.SERVICES: "jobs_services",
    Sector.PUBLIC: "jobs_public",
}
SERVES_RESIDENTS = {Sector.CONSTRUCTION: "local_construction", Sector.SERVICES: "local_services",
                    Sector.PUBLIC: "local_public"}  # fmt: skip
RELATIVE_WAGE = {
    Sector.MINING: "wage_mining",
    Sector.MANUFACTURING: "wage_manufacturing",
    Sector.CONSTRUCTION: "wage_construction",
    Sector.SERVICES: "wage_services",
    Sector.PUBLIC: "wage_public",
}
PROGRAMME_SECTORS = (Sector.MANUFACTURING, Sector.SERVICES)


def start_labour(world: World, counts: Survey, p) -> None:
    """Jobs and wages at the start: every job filled but the frictional share of openings; wages by
    sector relative to the mean, higher where more people work (agglomeration), level set later."""
    filled = counts.employed
    jobs = np.zeros_like(filled)
    wage = np.zeros(filled.shape)
    totals = [int(row.sum()) for row in filled]
    inside = [m for m in range(len(totals)) if world.markets["kind"][m] != MarketKind.OUTSIDE]
    mean = max(sum(totals[m] for m in inside) / max(len(inside), 1), 1.0)
    for m in inside:
        density = power(max(totals[m], WEIGHT_ONE) / mean, p["agglomeration"])
        for sector, name in RELATIVE_WAGE.items():
            jobs[m, sector] = filled[m, sector] + int(filled[m, sector] * p["opening_rate"])
            wage[m, sector] = density * p[name]
    employed = _totals(filled)
    labour = Labour(
        jobs=jobs,
        jobs_start=jobs.copy(),
        wage=wage,
        wage_start=wage.copy(),
        male_share=(counts.employed_men + 1) / (weigh_columns(filled) + 2),
        unemployment_start=_rate(counts.unemployed, employed),
        residents_start=residents_by_market(world, counts),
        employed_start=employed,
        chance=np.array(
            [p["finding_start"] if m in inside else 1.0 - p["outside_unemployment"] for m in range(len(totals))]
        ),
    )
    world.labour = labour
    _write_markets(world, counts, p)


def _totals(by_sector: np.ndarray) -> np.ndarray:
    return np.array([int(row.sum()) for row in by_sector], np.int64)


def weigh_columns(table: np.ndarray) -> np.ndarray:
    """Sum of each column of an int64 table."""
    return np.array([int(column.sum()) for column in table.T], np.int64)


def residents_by_market(world: World, counts: Survey) -> np.ndarray:
    """Residents of each market's towns, weight units."""
    return weigh(world.towns["market"], counts.residents_by_place, len(world.markets))


def _rate(unemployed: np.ndarray, employed: np.ndarray) -> np.ndarray:
    return unemployed / np.maximum(unemployed + employed, 1)


def demand_labour(world: World, counts: Survey, growth: dict[str, float], t, p) -> None:
    """This year's jobs, wages and openings; with feedback off, wages drift and jobs stand still.

    ``growth``: series name to value over start, with ``coal``.
    """
    labour = world.labour
    employed = _totals(counts.employed)
    rate = _rate(counts.unemployed, employed)
    residents = residents_by_market(world, counts)
    drift = float(t["wage_drift"])
    for m in range(len(world.markets)):
        if world.markets["kind"][m] == MarketKind.OUTSIDE:
            continue
        tightness = 1.0
        if t["feedback"]:
            crowd = max(employed[m], WEIGHT_ONE) / max(labour.employed_start[m], WEIGHT_ONE)
            gap = labour.unemployment_start[m] - rate[m]
            tightness = power(crowd, p["agglomeration"]) * exp(p["wage_tightness"] * gap)
        per_head = residents[m] / max(labour.residents_start[m], 1)
        for sector, name in SERIES.items():
            labour.wage[m, sector] = labour.wage_start[m, sector] * drift * tightness
            if not t["feedback"]:
                labour.jobs[m, sector] = labour.jobs_start[m, sector]
                continue
            local = p[SERVES_RESIDENTS[sector]] if sector in SERVES_RESIDENTS else 0.0
            demand = growth[name] * (1.0 - local + local * per_head)
            demand *= power(tightness, p["labour_demand_elasticity"])
            if sector == Sector.MINING:
                demand *= power(growth["coal"], p["coal_elasticity"])
            labour.jobs[m, sector] = int(labour.jobs_start[m, sector] * demand)
        programme = int(world.levers["programme_jobs"][world.markets["address"][m]])
        for sector in PROGRAMME_SECTORS:
            labour.jobs[m, sector] += programme * WEIGHT_ONE // len(PROGRAMME_SECTORS)
    _write_markets(world, counts, p)


def _write_markets(world: World, counts: Survey, p) -> None:
    """Offer wages by sex, openings by sector, and the market records that rules read."""
    labour, markets = world.labour, world.markets
    outside = markets["kind"] == MarketKind.OUTSIDE
    filled, unemployed = counts.employed, counts.unemployed
    employed = _totals(filled)
    labour.offer_wage = np.zeros((len(markets), 2))
    labour.sector_weight = np.zeros((len(markets), 2, N_SECTORS))
    for m in np.flatnonzero(~outside):
        for sex in (Sex.MALE, Sex.FEMALE):
            paid, posts, running = 0.0, 0.0, 0.0
            openings = np.zeros(N_SECTORS)
            for s in range(1, N_SECTORS):
                share = labour.male_share[s] if sex == Sex.MALE else 1.0 - labour.male_share[s]
                weight = (labour.jobs[m, s] + 1) * share
                paid += weight * labour.wage[m, s]
                posts += weight
                free = max(int(labour.jobs[m, s]) - int(filled[m, s]), 0)
                openings[s] = (free + p["opening_rate"] * labour.jobs[m, s] + 1) * share
            labour.offer_wage[m, sex] = paid / posts
            total = sum(openings)
            for s in range(1, N_SECTORS):
                running += openings[s] / total
                labour.sector_weight[m, sex, s] = running
    markets["jobs"][~outside] = labour.jobs.sum(axis=1)[~outside] // WEIGHT_ONE
    markets["employed"][~outside] = employed[~outside] // WEIGHT_ONE
    markets["labour"][~outside] = (employed + unemployed)[~outside] // WEIGHT_ONE
    rate = _rate(unemployed, employed)
    floor = p["frictional_unemployment"]
    markets["unemployment"] = np.where(outside, p["outside_unemployment"], np.clip(rate, floor, 0.6))


def outside_offers(world: World, outside_wage: float, p) -> None:
    """Wages at outside destinations: the migrants' mean wage, higher in larger cities (agglomeration),
    and ``female_wage`` for women."""
    for m in np.flatnonzero(world.markets["kind"] == MarketKind.OUTSIDE):
        size = log(max(int(world.markets["size"][m]), 1) / 5.0e6)
        wage = outside_wage * exp(p["agglomeration"] * size)
        world.labour.offer_wage[m, Sex.MALE] = wage
        world.labour.offer_wage[m, Sex.FEMALE] = wage * p["female_wage"]
