"""What every market offers this year, as tables the work decision looks up.

Each entry is a small function of ``rules/work`` evaluated once for everybody who shares it: the wage by
sex and schooling, the place, the family modes, the hukou barrier and travel times.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from jcsim.numeric import log
from jcsim.records import Education, MarketKind
from jcsim.rules.work import (
    children_value,
    couple_value,
    log_expected_wage,
    place_value,
    zone_of,
)
from jcsim.world import World


class Offers(NamedTuple):
    """Tables by market (M), place (N) and destination (D).

    Attributes
    ----------
    wage, net_wage : (M, 2, 6) log expected wage by sex and education, before and after rent
    place : (M,) utility common to everybody ; couple : (M, 2) ; children : (M, 2, 2) by registration
    barrier : (M,) hukou barrier left ; deposit : (M,) yuan needed to move in
    openings : (M, 2, 6) cumulative shares of openings by sector
    address : (M,) place of the market ; destinations, zone : (D,) market and away nest
    network : (N, D) share of co-villagers ; commute : (N, 6) markets, -1 padded
    travel_time, daily_time : (N, M) ln(1 + h), ln(1 + 2 h), h hours one way
    """

    wage: np.ndarray
    net_wage: np.ndarray
    place: np.ndarray
    couple: np.ndarray
    children: np.ndarray
    barrier: np.ndarray
    deposit: np.ndarray
    openings: np.ndarray
    address: np.ndarray
    destinations: np.ndarray
    zone: np.ndarray
    network: np.ndarray
    commute: np.ndarray
    travel_time: np.ndarray
    daily_time: np.ndarray


def make_offers(world: World, p) -> Offers:
    """Tables of the year; ``p`` is the parameter record."""
    markets, towns, g, labour = world.markets, world.towns, world.geography, world.labour
    n = len(markets)
    wage, net = np.zeros((n, 2, len(Education))), np.zeros((n, 2, len(Education)))
    place, barrier, deposit = np.zeros(n), np.zeros(n), np.zeros(n)
    couple, children = np.zeros((n, 2)), np.zeros((n, 2, 2))
    for m in range(n):
        market, town = markets[m], towns[markets["address"][m]]
        levers = world.levers[market["address"]]
        rent, u = float(market["rent"]), float(market["unemployment"])
        place[m] = place_value(market, town, p)
        barrier[m] = p["hukou_barrier"] * (1.0 - levers["hukou_relaxation"])
        deposit[m] = p["deposit_months"] / 12.0 * rent * p["room_area"]
        for sex in (0, 1):
            offered = float(labour.offer_wage[m, sex])
            couple[m, sex] = couple_value(rent, offered, p)
            for registered in (0, 1):
                children[m, sex, registered] = children_value(
                    rent, offered, float(market["services"]), float(levers["permit_access"]), registered, p
                )
            for education in range(len(Education)):
                wage[m, sex, education] = log_expected_wage(offered, u, 0.0, education, p)
                net[m, sex, education] = log_expected_wage(offered, u, rent * p["room_area"], education, p)
    destinations = g.destinations
    zone = np.array([zone_of(towns[markets["address"][m]]) for m in destinations], np.int64)
    travel, daily = _travel_times(world)
    return Offers(
        wage, net, place, couple, children, barrier, deposit, labour.sector_weight,
        markets["address"].astype(np.int64), destinations, zone, world.network, g.commute, travel, daily,
    )  # fmt: skip


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
