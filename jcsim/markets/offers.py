"""What every market offers this year, as tables the work decision looks up.

Each entry is a function of ``rules/utility`` evaluated once for everybody who shares it, with its
``exp(V / lambda)`` beside it, so that a person's decision takes no exponentials.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from jcsim.compilation import njit
from jcsim.numeric import exp, log
from jcsim.records import Education, MarketKind
from jcsim.rules.nests import zone_of
from jcsim.rules.utility import (
    children_value,
    commuting_value,
    couple_value,
    destination_value,
    log_expected_income,
    place_value,
)
from jcsim.world import World

EDUCATIONS = len(Education)
MODES = 3  # alone, couple, with children


class Offers(NamedTuple):
    """Tables by market (M), place (N), nearby slot (K), destination (D), sex and education.

    Attributes
    ----------
    near_value, near_weight : (N, K, 2, 6) a market reached daily, for who holds no job there ;
        near_sum : (N, 2, 6) sum of the weights
    away_value, away_weight : (N, D, 2, 6) going alone to live there, registered elsewhere
    mode_value : (M, 2, 2, 3) alone, couple, with children, by sex and registration ; mode_weight :
        the same, summed over the modes up to each
    barrier, barrier_weight : (M,) hukou barrier left ; sure_job, sure_weight : (M,) of holding a job there
    moving_cost, moving_weight : utility of not having to move
    deposit : (M,) yuan needed to move in ; openings : (M, 2, 6) cumulative shares of openings by sector
    address : (M,) place of the market ; destinations, zone : (D,) market and away nest
    commute : (N, K) markets, -1 padded
    """

    near_value: np.ndarray
    near_weight: np.ndarray
    near_sum: np.ndarray
    away_value: np.ndarray
    away_weight: np.ndarray
    mode_value: np.ndarray
    mode_weight: np.ndarray
    barrier: np.ndarray
    barrier_weight: np.ndarray
    sure_job: np.ndarray
    sure_weight: np.ndarray
    moving_cost: float
    moving_weight: float
    deposit: np.ndarray
    openings: np.ndarray
    address: np.ndarray
    destinations: np.ndarray
    zone: np.ndarray
    commute: np.ndarray


def make_offers(world: World, p) -> Offers:
    """Tables of the year; ``p`` is the parameter record."""
    markets, towns, g, labour = world.markets, world.towns, world.geography, world.labour
    m, n, d, k = len(markets), len(towns), len(g.destinations), g.commute.shape[1]
    chance = labour.chance
    place, barrier, deposit = np.zeros(m), np.zeros(m), np.zeros(m)
    modes = np.zeros((m, 2, 2, MODES))
    _market_terms(markets, towns, world.levers, labour.offer_wage, chance, p, place, barrier, deposit, modes)
    near, away = np.full((n, k, 2, EDUCATIONS), 0.0), np.zeros((n, d, 2, EDUCATIONS))
    travel, daily = _travel_times(world)
    _nearby(markets, labour.offer_wage, chance, g.commute, daily, p, near)
    _destinations(markets, labour.offer_wage, chance, g.destinations, travel, world.network, place, barrier, p, away)
    sure = np.array([-p["beta_income"] * log(c) for c in chance])
    moving = float(p["beta_income"] * p["moving_cost"])
    scale = float(p["nest_lambda"])
    near_weight = _weights(near, scale)
    near_weight[g.commute < 0] = 0.0
    near_sum = np.zeros((n, 2, EDUCATIONS))
    for slot in range(k):
        near_sum += near_weight[:, slot]
    mode_weight = _weights(modes, scale)
    for mode in range(1, MODES):
        mode_weight[..., mode] += mode_weight[..., mode - 1]
    zone = np.array([zone_of(towns[markets["address"][x]]) for x in g.destinations], np.int64)
    return Offers(
        near_value=near, near_weight=near_weight, near_sum=near_sum,
        away_value=away, away_weight=_weights(away, scale), mode_value=modes, mode_weight=mode_weight,
        barrier=barrier, barrier_weight=_weights(barrier, scale), sure_job=sure, sure_weight=_weights(sure, scale),
        moving_cost=moving, moving_weight=exp(moving / scale), deposit=deposit, openings=labour.sector_weight,
        address=markets["address"].astype(np.int64), destinations=g.destinations, zone=zone, commute=g.commute,
    )  # fmt: skip


def _weights(values: np.ndarray, scale: float) -> np.ndarray:
    """``exp(V / scale)`` of every entry."""
    out = np.zeros(values.size)
    _exponentials(np.ascontiguousarray(values).reshape(-1), scale, out)
    return out.reshape(values.shape)


@njit(cache=True)
def _exponentials(values, scale, out):
    for i in range(values.shape[0]):
        out[i] = exp(values[i] / scale)


@njit(cache=True)
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


@njit(cache=True)
def _nearby(markets, wage, chance, commute, daily, p, near):
    for i in range(commute.shape[0]):
        for k in range(commute.shape[1]):
            m = commute[i, k]
            if m < 0:
                continue
            for sex in range(2):
                for education in range(near.shape[3]):
                    income = log_expected_income(wage[m, sex], chance[m], 0.0, education, p)
                    near[i, k, sex, education] = commuting_value(income, daily[i, m], p)


@njit(cache=True)
def _destinations(markets, wage, chance, destinations, travel, network, place, barrier, p, away):
    for d in range(destinations.shape[0]):
        m = destinations[d]
        rent = markets[m].rent * p.room_area
        for sex in range(2):
            for education in range(away.shape[3]):
                income = log_expected_income(wage[m, sex], chance[m], rent, education, p)
                for i in range(away.shape[0]):
                    away[i, d, sex, education] = destination_value(
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
