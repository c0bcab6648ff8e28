"""The parts of a region: counties, places, markets, nodes and links of the network."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jcsim.records import MarketKind
from jcsim.region.census import ReadOnlyArrays

TOWN_KINDS = {"街道": "subdistrict", "镇": "town", "乡": "township"}
OUTSIDE = "outside"


@dataclass(frozen=True)
class County:
    """A county-level unit. ``hub`` is the place index of its government, ``towns`` its place indices."""

    index: int
    code: str
    name_zh: str
    name_en: str
    hub: int
    towns: tuple[int, ...]


@dataclass(frozen=True)
class Place:
    """A township-level unit or an outside destination.

    Attributes
    ----------
    code : nine digits, or EXT_... outside
    county : index, -1 outside
    kind : subdistrict, town, township or outside
    lon, lat : degrees (a composite: mean of its members weighted by population)
    located_by : coordinate, proxy or rule
    seat : belongs to the central city or to a county seat
    key_town, characteristic : named in the plan (重点镇, 特色小镇)
    villages, communities : village and residents' committees
    market : index
    cross_province : outside the home province
    populations : (census year, persons) of an outside city; empty for towns
    component_weights : (id, persons at the first census) of the members of a composite
    """

    index: int
    code: str
    name_zh: str
    name_en: str
    county: int
    kind: str
    lon: float
    lat: float
    located_by: str
    seat: bool
    key_town: bool
    characteristic: bool
    villages: int
    communities: int
    market: int
    cross_province: bool
    populations: tuple[tuple[int, int], ...] = ()
    component_weights: tuple[tuple[str, int], ...] = ()

    @property
    def outside(self) -> bool:
        return self.kind == OUTSIDE

    @property
    def components(self) -> tuple[str, ...]:
        """Ids of the members of a composite destination."""
        return tuple(code for code, _ in self.component_weights)

    @property
    def population(self) -> int | None:
        """City population at the earliest census known, so that no history run meets a later one."""
        return self.populations[0][1] if self.populations else None

    def population_at(self, year: int) -> int | None:
        """City population of the last census at or before ``year``; the earliest before that."""
        known = [persons for census, persons in self.populations if census <= year]
        return known[-1] if known else self.population


@dataclass(frozen=True)
class Market:
    """A labour and housing market: one or more places. ``county`` is that of its first member."""

    index: int
    name_zh: str
    name_en: str
    kind: MarketKind
    places: tuple[int, ...]
    county: int


@dataclass(frozen=True)
class Node:
    """A point of the transport network; ``place`` is the index of the place it stands for, or -1."""

    id: str
    name_zh: str
    kind: str
    lon: float | None
    lat: float | None
    place: int


@dataclass(frozen=True)
class Link:
    """A transport link.

    Attributes
    ----------
    origin, destination : as published (county code, township code, EXT_..., station); '*' is any
    ends : node ids, county codes replaced by the county's hub
    mode : road, expressway, rail, hsr or air
    status : existing or planned
    published_km, published_min : as in the source, None when not found
    route_km, seconds : used length and door-to-door time; None when the row gives no way to tell
    opened : date of opening or ''; acts_from : first year in force, None always
    passengers : False for lines that carry coal only
    generated : True for links made by the rules of ``region.yaml``
    """

    origin: str
    destination: str
    ends: tuple[str, str]
    mode: str
    status: str
    published_km: float | None
    published_min: float | None
    route_km: float | None
    seconds: int | None
    opened: str
    acts_from: int | None
    passengers: bool
    source: str
    quality: str
    note: str
    generated: bool = False

    @property
    def usable(self) -> bool:
        """Joins two different nodes, carries people and has a travel time."""
        return self.passengers and self.ends[0] != self.ends[1] and self.seconds is not None

    def in_force(self, year: int) -> bool:
        """Whether travellers use it in ``year`` without any policy."""
        opened = self.acts_from is None or self.acts_from <= year
        return self.usable and self.status == "existing" and opened


@dataclass(frozen=True)
class UnitShare:
    """Where residents of a township unit of 2010 live on the later map: a place and a share (0-1)."""

    code: str
    share: float
    change: str
    quality: str
    basis: str


@dataclass(frozen=True)
class TownCount:
    """A published population of a township unit under its name of that time."""

    county: str
    unit: str
    year: int
    kind: str
    persons: int
    source: str


@dataclass(frozen=True, eq=False)
class TownWeights(ReadOnlyArrays):
    """How the residents of a census are spread over the towns of each county.

    Attributes
    ----------
    year : census year
    urban, rural : (towns,), shares of the county's urban (rural) residents; each county adds to 1
    residents : (towns, 2), rural and urban residents, int64; county totals exact
    known : (towns,), published residents of the township in that census, -1 where not found
    known_quality : kind of the published count, '' where not found
    """

    year: int
    urban: np.ndarray
    rural: np.ndarray
    residents: np.ndarray
    known: np.ndarray
    known_quality: tuple[str, ...]
