"""The state of one simulated prefecture: tables, markets, geography and accounts, plain arrays only."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from jcsim.numeric import INFINITY
from jcsim.records import MARKET, TOWN, MarketKind, Sector, Table

N_SECTORS = len(Sector)
MOST_REACHED = 24  # markets reached daily from one place; the nearest where there are more


@dataclass
class Geography:
    """Fixed lists over places and markets (index arrays), and travel times that change with links.

    Attributes
    ----------
    minutes : (places, places) float64, travel minutes
    commute : (places, K) int64, markets within the commuting threshold, own first, then nearest, -1 padded
    destinations : (D,) int64, markets open to migrants: centre, seats, key towns; other Shanxi; other provinces
    school_place, seat_of : (places,) int64, senior school and county seat serving each place
    college_weight : (2, places) float64, cumulative shares of study places inside and outside the prefecture
    school_commute : longest daily way to senior school, minutes; who lives farther boards (``markets/schools.py``)
    address_place, address_share : (markets, K), townships of a market and cumulative urban shares
    """

    minutes: np.ndarray
    commute: np.ndarray
    destinations: np.ndarray
    school_place: np.ndarray
    seat_of: np.ndarray
    college_weight: np.ndarray
    address_place: np.ndarray
    address_share: np.ndarray
    school_commute: float = INFINITY
    log_times: tuple | None = None  # (minutes they were made from, two tables): see markets/offers.py


@dataclass
class Labour:
    """Jobs, wages and openings by market (rows) and sector (six columns; farming is column 0).

    Jobs are int64 in units of 1/65536 person; wages yuan a year, nominal; ``*_start`` are the values at
    the start; ``male_share`` (6,) is the start's sex composition of each sector, whole prefecture;
    ``chance`` (M,) that of a seeker to be hired: ``openings`` over ``seekers`` (M,) of the last rounds.
    """

    jobs: np.ndarray
    jobs_start: np.ndarray
    wage: np.ndarray
    wage_start: np.ndarray
    male_share: np.ndarray
    unemployment_start: np.ndarray
    residents_start: np.ndarray
    employed_start: np.ndarray
    offer_wage: np.ndarray = field(default_factory=lambda: np.zeros((0, 2)))
    sector_weight: np.ndarray = field(default_factory=lambda: np.zeros((0, 2, N_SECTORS)))
    chance: np.ndarray = field(default_factory=lambda: np.ones(0))
    openings: np.ndarray = field(default_factory=lambda: np.zeros(1))
    seekers: np.ndarray = field(default_factory=lambda: np.zeros(1))


@dataclass
class World:
    """Everything that changes while a model runs."""

    persons: Table
    households: Table
    towns: np.ndarray
    markets: np.ndarray
    geography: Geography
    village_urban: np.ndarray
    scale: float
    n_towns: int
    levers: np.ndarray
    network: np.ndarray
    constants: np.ndarray
    staying: np.ndarray
    threads: int = 1  # of loops over rows
    ability: np.ndarray = field(default_factory=lambda: np.zeros(0))  # of each row of persons: rules/incomes.py
    labour: Labour | None = None
    collective_land: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    estates: int = 0  # yuan of households that died out without kin, in weight units
    relabel_debt: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    housing: dict[str, np.ndarray] = field(default_factory=dict)
    flows: dict[str, np.ndarray] = field(default_factory=dict)  # counts of the current year
    money: dict[str, int] = field(default_factory=lambda: defaultdict(int))  # of the year: markets/accounts.py
    ledger: dict[int, dict[tuple[str, str], int]] = field(default_factory=lambda: defaultdict(_amounts))
    start_land: int = 0  # 0.01 mu times weight units
    programme: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))  # jobs by place, so far
    moved_total: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))

    def digest(self) -> str:
        """Hash of the whole state, independent of the order of rows (persons by key)."""
        sha = hashlib.sha256()
        people, homes = self.persons.rows, self.households.rows
        names = {"household": homes, "kin": homes, "spouse": people, "mother": people}
        for rows in (people, homes):
            order = np.argsort(rows["key"], kind="stable")
            for field_name in rows.dtype.names:
                values = rows[field_name]
                if field_name in names:  # a pointer stands for the key it points to
                    values = np.where(values >= 0, names[field_name]["key"][values], -1)
                sha.update(np.ascontiguousarray(values[order]).tobytes())
        for array in (self.towns, self.markets):
            for field_name in array.dtype.names:
                sha.update(np.ascontiguousarray(array[field_name]).tobytes())
        for array in (self.village_urban, self.collective_land, self.moved_total, self.relabel_debt, self.programme):
            sha.update(array.tobytes())
        for name in sorted(self.housing):
            sha.update(self.housing[name].tobytes())
        if self.labour is not None:
            for array in (self.labour.jobs, self.labour.wage, self.labour.chance):
                sha.update(array.tobytes())
        ledger = [(year, sorted(entries.items())) for year, entries in sorted(self.ledger.items()) if entries]
        sha.update(repr((self.estates, sorted(self.money.items()), ledger)).encode())
        return sha.hexdigest()


def _amounts() -> dict[tuple[str, str], int]:
    return defaultdict(int)


def make_towns(region) -> np.ndarray:
    """TOWN records of every place of the region, in index order."""
    towns = np.zeros(region.n_places, TOWN)
    for i, place in enumerate(region.places):
        town = towns[i]
        town["code"] = int(place.code) if place.code.isdigit() else -(i - region.n_towns + 1)
        town["county"], town["market"] = place.county, place.market
        town["outside"], town["seat"], town["key_town"] = place.outside, place.seat, place.key_town
        town["cross_province"] = place.cross_province
        town["villages"] = place.villages
    return towns


def make_markets(region, towns: np.ndarray, urban_weight: np.ndarray, year: int) -> np.ndarray:
    """MARKET records; arrivals are addressed by default to the member with most urban residents."""
    markets = np.zeros(region.n_markets, MARKET)
    for market in region.markets:
        row = markets[market.index]
        places = list(market.places)
        row["kind"] = int(market.kind)
        row["county"] = towns["county"][places[0]]
        row["address"] = max(places, key=lambda i: (urban_weight[i] if i < region.n_towns else 0, -i))
        if market.kind == MarketKind.OUTSIDE:
            row["size"] = region.places[places[0]].population_at(year)
            row["services"] = 1.0
    return markets


def make_geography(region, towns, markets, urban_weight, minutes, p) -> Geography:
    """Index lists of the region; ``p`` gives the commuting threshold and study shares."""
    n = region.n_places
    kinds = markets["kind"]
    central = int(np.flatnonzero(kinds == MarketKind.CENTRAL)[0])
    seat_market = np.full(region.n_counties, central)
    for m in np.flatnonzero(kinds == MarketKind.SEAT):
        seat_market[markets["county"][m]] = m
    seat_of = np.array(
        [markets["address"][seat_market[towns["county"][i]]] if not towns["outside"][i] else i for i in range(n)]
    )
    widest = max(len(m.places) for m in region.markets)
    address_place = np.full((len(markets), widest), -1, np.int64)
    address_share = np.zeros((len(markets), widest))
    for market in region.markets:
        weights = [urban_weight[i] if i < region.n_towns else 1.0 for i in market.places]
        total, running = sum(weights) or 1.0, 0.0
        for k, (place, weight) in enumerate(zip(market.places, weights, strict=True)):
            running += weight / total
            address_place[market.index, k], address_share[market.index, k] = place, running
    return Geography(
        minutes=minutes,
        commute=commuting_lists(towns, markets, minutes, p["commute_minutes"]),
        destinations=_destinations(towns, markets),
        school_place=seat_of.astype(np.int64),
        seat_of=seat_of.astype(np.int64),
        college_weight=_college_weights(region, p["tertiary_shanxi_share"]),
        address_place=address_place,
        address_share=address_share,
    )


def _destinations(towns, markets) -> np.ndarray:
    """Markets open to migrants, zone by zone."""
    open_to = np.flatnonzero(markets["kind"] != MarketKind.TOWNSHIP)
    town = towns[markets["address"][open_to]]
    zones = town["outside"].astype(np.int64) * (1 + town["cross_province"])
    return open_to[np.argsort(zones, kind="stable")].astype(np.int64)


def commuting_lists(towns, markets, minutes: np.ndarray, longest: float) -> np.ndarray:
    """Markets reached daily from each place within ``longest`` minutes, own first then nearest."""
    inside = np.flatnonzero(markets["kind"] != MarketKind.OUTSIDE)
    lists: list[list[int]] = [[] for _ in towns]
    for i in np.flatnonzero(towns["outside"] == 0):
        own = towns["market"][i]
        times = minutes[i, markets["address"][inside]]
        near = [m for time, m in sorted(zip(times, inside, strict=True)) if time <= longest and m != own]
        lists[i] = [own, *near]
    table = np.full((len(towns), MOST_REACHED), -1, np.int64)
    for i, reached in enumerate(lists):
        table[i, : len(reached)] = reached[:MOST_REACHED]
    return table


def _college_weights(region, shanxi_share: float) -> np.ndarray:
    """Cumulative shares of study places, (2, places): the inside ones are set later, the outside ones lie in the
    province, then beyond, by city population."""
    weights = np.zeros(region.n_places)
    for cross, share in ((False, shanxi_share), (True, 1.0 - shanxi_share)):
        places = [i for i, q in enumerate(region.places) if q.outside and bool(q.cross_province) is cross]
        total = sum(region.places[i].population for i in places)
        for i in places:
            weights[i] = share * region.places[i].population / total
    running, cumulative = 0.0, np.zeros((2, region.n_places))
    for i, weight in enumerate(weights):
        running += weight
        cumulative[1, i] = running
    cumulative[1, -1] = 1.0
    return cumulative
