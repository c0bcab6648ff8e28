"""What every market offers this year, as tables the work decision looks up.

Each entry is a function of ``rules/utility`` evaluated once for everybody who shares it and kept as its weight,
``exp(V / lambda)``, so that a decision takes an exponential only where one's own case differs from a stranger's.
"""

from __future__ import annotations

import numpy as np

from jcsim.compilation import njit
from jcsim.errors import InputError
from jcsim.numeric import exp, log, power
from jcsim.records import Education, MarketKind
from jcsim.rules.nests import BANDS, NESTS, ZONES, zone_of
from jcsim.rules.utility import (
    children_value,
    commuting_value,
    couple_value,
    destination_value,
    log_expected_income,
    place_value,
)
from jcsim.world import N_SECTORS, World

EDUCATIONS = len(Education)
MODES = 3  # alone, couple, with children


def offers_dtype(places: int, nearby: int, destinations: int, markets: int) -> np.dtype:
    """Layout of the tables of one year, one record: N places, K nearby slots, D destinations, M markets.

    A weight is ``exp(V)`` of a nest and what adds to it, ``exp(V / lambda)`` of what is chosen within a nest.
    A record, because compiled rules read its fields without counting references to them.
    """
    n, k, d, m = places, nearby, destinations, markets
    by_kind = (2, EDUCATIONS)  # sex, education
    return np.dtype(
        [
            ("near_weight", "f8", (n, *by_kind, k)),  # a market reached daily, for who holds no job there
            ("near_sum", "f8", (n, *by_kind)),  # over these markets
            ("local_weight", "f8", (n, *by_kind)),  # the sum ** lambda
            ("away_weight", "f8", (n, *by_kind, d)),  # going alone to live there, registered elsewhere
            ("mode_weight", "f8", (m, 2, 2, MODES)),  # summed over the modes up to each; by sex and registration
            ("barrier_weight", "f8", (m,)),  # of no hukou barrier
            ("sure_weight", "f8", (m,)),  # of holding a job there
            ("moving_weight", "f8"),  # of not having to move
            ("deposit", "f8", (m,)),  # yuan needed to move in
            ("openings", "f8", (m, 2, N_SECTORS)),  # cumulative shares of openings by sector
            ("address", "i8", (m,)),  # place of the market
            ("destination", "i8", (d,)),  # its market, zone by zone
            ("number", "i8", (m,)),  # of the market among the destinations, -1 none
            ("stranger_sum", "f8", (n, *by_kind, MODES, ZONES)),  # away weights, base market left out
            ("stranger_weight", "f8", (n, *by_kind, MODES, ZONES)),  # the sum ** lambda
            ("dearest", "f8", (ZONES,)),  # largest deposit of a zone
            ("zone_start", "i8", (ZONES + 1,)),  # first destination of each away nest
            ("commute", "i8", (n, k)),  # markets reached daily, -1 padded
            ("constant_weight", "f8", (2, BANDS, NESTS)),  # of a nest, by sex and age band
            ("staying_weight", "f8", (NESTS,)),  # of staying in a nest
        ]
    )


def make_offers(world: World, p) -> np.ndarray:
    """Tables of the year, shape (1,) of ``offers_dtype``; ``p`` is the parameter record."""
    markets, towns, g, labour = world.markets, world.towns, world.geography, world.labour
    sizes = (len(towns), g.commute.shape[1], len(g.destinations), len(markets))
    table = np.zeros(1, offers_dtype(*sizes))
    row, chance, scale = table[0], labour.chance, float(p["nest_lambda"])
    place, barrier = np.zeros(len(markets)), np.zeros(len(markets))
    near, away = np.zeros(row["near_weight"].shape), np.zeros(row["away_weight"].shape)
    modes = np.zeros(row["mode_weight"].shape)
    _market_terms(markets, towns, world.levers, labour.offer_wage, chance, p, place, barrier, row["deposit"], modes)
    travel, daily = _travel_times(world)
    _nearby(labour.offer_wage, chance, g.commute, daily, p, near)
    _destinations(markets, labour.offer_wage, chance, g.destinations, travel, world.network, place, barrier, p, away)
    sure = np.array([-p["beta_income"] * log(c) for c in chance])
    row["moving_weight"] = exp(float(p["beta_income"] * p["moving_cost"]) / scale)
    for name, values in (("near", near), ("away", away), ("mode", modes), ("barrier", barrier), ("sure", sure)):
        row[f"{name}_weight"] = _weights(values, scale)
    row["near_weight"] *= (g.commute >= 0)[:, None, None, :]
    for slot in range(g.commute.shape[1]):
        row["near_sum"] += row["near_weight"][..., slot]
    for mode in range(1, MODES):
        row["mode_weight"][..., mode] += row["mode_weight"][..., mode - 1]
    row["openings"], row["address"], row["commute"] = labour.sector_weight, markets["address"], g.commute
    row["destination"] = g.destinations
    zones = np.array([zone_of(towns[markets["address"][m]]) for m in g.destinations])
    row["zone_start"] = np.searchsorted(zones, np.arange(ZONES + 1))
    set_constants(row, world)
    _sum_of_strangers(towns, table)
    for nest, total in (("local", "near"), ("stranger", "stranger")):
        row[f"{nest}_weight"] = _powers(row[f"{total}_sum"], scale)
    _check_size(row, scale)
    return table


def _check_size(row: np.void, scale: float) -> None:
    """Refuse parameters whose utilities, divided by the dissimilarity, leave the range of numbers."""
    weights = (name for name in row.dtype.names if name.endswith(("_weight", "_sum")))
    for name in weights:
        if not np.isfinite(row[name]).all():
            raise InputError(
                f"utilities are too far apart for the dissimilarity of the choice ({name})", field="nest_lambda",
                given=scale, allowed="a value nearer 1, or smaller moving_cost, hukou_barrier and utility constants",
            )  # fmt: skip


def set_constants(row: np.void, world: World) -> None:
    """Weights of the nests' constants and of staying, as the world has them."""
    row["constant_weight"], row["staying_weight"] = _weights(world.constants, 1.0), _weights(world.staying, 1.0)


@njit
def _sum_of_strangers(towns, table):
    """``stranger_sum``, ``number`` and ``dearest`` of the only row."""
    offers = table[0]
    for m in range(offers.number.shape[0]):
        offers.number[m] = -1
    for zone in range(ZONES):
        for d in range(offers.zone_start[zone], offers.zone_start[zone + 1]):
            m = offers.destination[d]
            offers.number[m] = d
            offers.dearest[zone] = max(offers.dearest[zone], offers.deposit[m])
            for i in range(towns.shape[0]):
                if towns[i].market == m:
                    continue
                for sex in range(2):
                    for education in range(EDUCATIONS):
                        weight = offers.away_weight[i, sex, education, d]
                        for mode in range(MODES):
                            offers.stranger_sum[i, sex, education, mode, zone] += (
                                weight * offers.mode_weight[m, sex, 0, mode]
                            )


def _weights(values: np.ndarray, scale: float) -> np.ndarray:
    """``exp(V / scale)`` of every entry."""
    out = np.zeros(values.size)
    _exponentials(np.ascontiguousarray(values).reshape(-1), scale, out)
    return out.reshape(values.shape)


def _powers(values: np.ndarray, exponent: float) -> np.ndarray:
    """``value ** exponent`` of every entry."""
    out = np.zeros(values.size)
    _powers_of(np.ascontiguousarray(values).reshape(-1), exponent, out)
    return out.reshape(values.shape)


@njit
def _powers_of(values, exponent, out):
    for i in range(values.shape[0]):
        out[i] = power(values[i], exponent)


@njit
def _exponentials(values, scale, out):
    for i in range(values.shape[0]):
        out[i] = exp(values[i] / scale)


@njit
def _market_terms(markets, towns, levers, wage, chance, p, place, barrier, deposit, modes):
    for m in range(markets.shape[0]):
        market = markets[m]
        offered = levers[market.address]
        place[m] = place_value(market, towns[market.address], chance[m], p)
        barrier[m] = p.hukou_barrier * (1.0 - offered.hukou_relaxation)
        deposit[m] = p.deposit_months / 12.0 * market.rent * p.room_area
        for sex in range(2):
            for registered in range(2):
                modes[m, sex, registered, 1] = couple_value(market.rent, wage[m, sex], p)
                modes[m, sex, registered, 2] = children_value(
                    market.rent, wage[m, sex], market.services, offered.permit_access, registered, p
                )


@njit
def _nearby(wage, chance, commute, daily, p, near):
    for i in range(commute.shape[0]):
        for k in range(commute.shape[1]):
            m = commute[i, k]
            if m < 0:
                continue
            for sex in range(2):
                for education in range(near.shape[2]):
                    income = log_expected_income(wage[m, sex], chance[m], 0.0, education, p)
                    near[i, sex, education, k] = commuting_value(income, daily[i, m], p)


@njit
def _destinations(markets, wage, chance, destinations, travel, network, place, barrier, p, away):
    for d in range(destinations.shape[0]):
        m = destinations[d]
        rent = markets[m].rent * p.room_area
        for sex in range(2):
            for education in range(away.shape[2]):
                income = log_expected_income(wage[m, sex], chance[m], rent, education, p)
                for i in range(away.shape[0]):
                    away[i, sex, education, d] = destination_value(
                        income, travel[i, m], network[i, d], place[m], barrier[m], p
                    )


def _travel_times(world: World) -> tuple[np.ndarray, np.ndarray]:
    """``ln(1 + h)`` and ``ln(1 + 2 h)`` from each place to each market's address; kept until links change."""
    g = world.geography
    if g.log_times is None or g.log_times[0] is not g.minutes:
        hours = g.minutes[:, world.markets["address"]] / 60.0
        inside = world.markets["kind"] != MarketKind.OUTSIDE
        travel, daily = np.zeros(hours.shape), np.zeros(hours.shape)
        for i in range(hours.shape[0]):
            for m in range(hours.shape[1]):
                travel[i, m] = log(1.0 + hours[i, m])
                daily[i, m] = log(1.0 + 2.0 * hours[i, m]) if inside[m] else 0.0
        g.log_times = (g.minutes, travel, daily)
    return g.log_times[1], g.log_times[2]
