"""Outside destinations and the stations and airports of the network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from jcsim.region.config import Names, RegionConfig
from jcsim.region.objects import OUTSIDE, Node, Place
from jcsim.region.reading import read_table, unique
from jcsim.validation import Source, unknown

EAST_ASIA = {"lon": (70.0, 140.0), "lat": (15.0, 55.0)}
CITY_COUNT = "population_{year}_census"


class City(NamedTuple):
    """A city outside the prefecture: node, English name, province (two digits) and census populations."""

    node: Node
    name_en: str
    province: str
    populations: dict[int, int]


def read_cities(path: Path, config: RegionConfig) -> dict[str, City]:
    """Outside cities by id; populations of the censuses the region holds."""
    counts = [CITY_COUNT.format(year=year) for year in config.censuses]
    rows = read_table(path, ("id", "name_zh", "name_en", "lon", "lat", "adcode"), counts)
    unique(rows, "id")
    cities = {}
    for row in rows:
        lon, lat = (row.number(axis, *EAST_ASIA[axis]) for axis in ("lon", "lat"))
        found = {
            year: row.count(CITY_COUNT.format(year=year), 1)
            for year in sorted(config.censuses)
            if row.optional(CITY_COUNT.format(year=year))
        }
        node = Node(row.text("id"), row.text("name_zh"), OUTSIDE, lon, lat, -1)
        cities[node.id] = City(node, row.text("name_en"), row.optional("adcode")[:2], found)
    return cities


def destinations(config: RegionConfig, cities: Mapping[str, City], first: int, document: Source) -> list[Place]:
    """The outside places people choose from, single cities before composites; the first has index ``first``."""
    groups = [((code,), code, None, ("destinations", "single", i))
              for i, code in enumerate(config.destinations.single)]  # fmt: skip
    groups += [
        (group.members, code, group.name, ("destinations", "composite", code))  # type: ignore[misc]
        for code, group in config.destinations.composite.items()
    ]
    made: list[Place] = []
    for members, code, name, path in groups:
        for member in members:
            if member not in cities:
                raise document.error("unknown outside place", path, **unknown(member, cities))
            if not cities[member].populations:
                raise document.error("the outside place has no population", path, given=member)
        if any(place.code == code for place in made):
            raise document.error("the destination stands twice", path, given=code)
        made.append(_outside(first + len(made), code, name, [cities[m] for m in members], config.home_province))
    return made


def _outside(index: int, code: str, name: Names | None, cities: Sequence[City], home: str) -> Place:
    years = sorted(set.intersection(*(set(city.populations) for city in cities)))
    weights = [city.populations[min(city.populations)] for city in cities]
    lon, lat = (
        sum(w * (city.node.lon or 0.0, city.node.lat or 0.0)[axis] for w, city in zip(weights, cities, strict=True))
        / sum(weights)
        for axis in (0, 1)
    )
    return Place(
        index=index,
        code=code,
        name_zh=name.zh if name else cities[0].node.name_zh,
        name_en=name.en if name else cities[0].name_en,
        county=-1,
        kind=OUTSIDE,
        lon=lon,
        lat=lat,
        located_by="coordinate" if name is None else "rule",
        seat=False,
        key_town=False,
        characteristic=False,
        villages=0,
        communities=0,
        market=-1,
        cross_province=any(city.province != home for city in cities),
        populations=tuple((year, sum(city.populations[year] for city in cities)) for year in years),
        component_weights=()
        if name is None
        else tuple((city.node.id, weight) for city, weight in zip(cities, weights, strict=True)),
    )


def read_facilities(path: Path | None, known: set[str]) -> list[Node]:
    """Stations and airports, some without coordinates; ``known`` are ids already taken."""
    if path is None:
        return []
    rows = read_table(path, ("id", "name_zh", "kind", "lon", "lat"))
    unique(rows, "id")
    nodes = []
    for row in rows:
        if row.text("id") in known:
            raise row.error("id", "is already the id of another place", "an id of its own")
        lon, lat = (row.number_or_none(axis, *EAST_ASIA[axis]) for axis in ("lon", "lat"))
        nodes.append(Node(row.text("id"), row.text("name_zh"), row.text("kind"), lon, lat, -1))
    return nodes
