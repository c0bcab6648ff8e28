"""Townships, counties and markets from their tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from jcsim.records import MarketKind
from jcsim.region.config import RegionConfig
from jcsim.region.geography import emptiest_point
from jcsim.region.objects import TOWN_KINDS, County, Market, Node, Place
from jcsim.region.outside import EAST_ASIA, destinations, read_cities, read_facilities
from jcsim.region.reading import Row, read_table, unique
from jcsim.validation import Source, unknown

TOWN_COLUMNS = (
    "code", "name_zh", "name_pinyin", "county_code", "type", "lon", "lat", "proxy_lon", "proxy_lat",
    "is_key_town", "is_characteristic_town", "n_village_committees", "n_communities",
)  # fmt: skip

Built = tuple[tuple[County, ...], tuple[Place, ...], tuple[Market, ...], tuple[Node, ...]]


def build_places(
    config: RegionConfig, paths: Mapping[str, Path], polygons: Mapping[str, Any], document: Source
) -> Built:
    """Counties, places, markets and network nodes of a region.

    Raises
    ------
    InputError
        A table is broken, or ``region.yaml`` names a place that no table holds.
    """
    features = sorted(polygons["features"], key=lambda f: f["properties"]["code"])
    names = {f["properties"]["code"]: f["properties"] for f in features}
    shapes = {f["properties"]["code"]: f["geometry"] for f in features}
    rows = read_table(paths["files.townships"], TOWN_COLUMNS)
    unique(rows, "code")
    rows.sort(key=lambda row: row.text("code"))
    _check_named(config, [row.text("code") for row in rows], list(names), document)
    towns = [_town(i, row, list(names), config.markets.key_towns) for i, row in enumerate(rows)]
    towns = _located(towns, rows, config, shapes)
    cities = read_cities(paths["files.nodes_external"], config)
    outside = destinations(config, cities, len(towns), document)
    markets, market_of = _markets(config, towns, outside)
    places = tuple(
        replace(
            place,
            market=market_of[place.index],
            seat=markets[market_of[place.index]].kind in (MarketKind.CENTRAL, MarketKind.SEAT),
        )
        for place in (*towns, *outside)
    )
    counties = tuple(
        County(
            index=i,
            code=code,
            name_zh=names[code]["name_zh"],
            name_en=names[code]["name_en"],
            hub=next(t.index for t in towns if t.code == config.hubs[code]),
            towns=tuple(t.index for t in towns if t.county == i),
        )
        for i, code in enumerate(names)
    )
    nodes = [Node(p.code, p.name_zh, p.kind, p.lon, p.lat, p.index) for p in places]
    singles = {place.code for place in places}
    nodes += [city.node for city in cities.values() if city.node.id not in singles]
    nodes += read_facilities(paths.get("files.nodes_facilities"), {node.id for node in nodes})
    return counties, places, tuple(markets), tuple(nodes)


def _town(index: int, row: Row, counties: list[str], key_towns: Sequence[str]) -> Place:
    code, county = row.text("code"), row.choice("county_code", counties)
    key_town = row.flag("is_key_town")
    if key_town != (code in key_towns):
        raise row.error("is_key_town", "does not agree with markets.key_towns of region.yaml", "the same in both")
    if len(code) != 9 or not code.isascii() or not code.isdigit() or not code.startswith(county):
        raise row.error("code", "is no township code of the county", f"nine digits beginning with {county}")
    kind = TOWN_KINDS[row.choice("type", TOWN_KINDS)]
    lon, lat, located_by = _point(row)
    return Place(
        index=index,
        code=code,
        name_zh=row.text("name_zh"),
        name_en=row.text("name_pinyin").rsplit(" ", 1)[0],
        county=counties.index(county),
        kind=kind,
        lon=lon,
        lat=lat,
        located_by=located_by,
        seat=False,
        key_town=key_town,
        characteristic=row.flag("is_characteristic_town"),
        villages=row.count("n_village_committees", 0, 999),
        communities=row.count("n_communities", 0, 999),
        market=-1,
        cross_province=False,
    )


def _point(row: Row) -> tuple[float, float, str]:
    """Longitude, latitude and how they are known; a township without either is placed later."""
    for lon, lat, located_by in (("lon", "lat", "coordinate"), ("proxy_lon", "proxy_lat", "proxy")):
        if row.optional(lon) or row.optional(lat):
            return row.number(lon, *EAST_ASIA["lon"]), row.number(lat, *EAST_ASIA["lat"]), located_by
    return 0.0, 0.0, "rule"


def _located(towns: list[Place], rows: list[Row], config: RegionConfig, shapes: Mapping[str, Any]) -> list[Place]:
    """Townships without coordinates put where the placement rule says, in order of code."""
    done = list(towns)
    for town, row in zip(towns, rows, strict=True):
        if town.located_by != "rule":
            continue
        county = row.text("county_code")
        hub = next(t for t in towns if t.code == config.hubs[county])
        if hub.located_by == "rule":
            raise row.error("lon", f"the hub {hub.code} of its county has no coordinates")
        own = [
            (t.lon, t.lat)
            for t in towns
            if t.county == town.county and t.located_by == "coordinate" and t.code != hub.code
        ]
        # a township not placed yet stands at longitude 0
        others = [(t.lon, t.lat) for t in done if t.located_by != "rule" or t.lon > 0.0]
        lon, lat = emptiest_point(shapes[county], (hub.lon, hub.lat), own, others, config.placement.grid_degrees)
        done[town.index] = replace(town, lon=lon, lat=lat)
    return done


def _check_named(config: RegionConfig, towns: list[str], counties: list[str], document: Source) -> None:
    """Every township and county that region.yaml names must exist, and no township in two markets."""
    named: list[tuple[tuple[str | int, ...], str]] = [
        (("markets", "central", "members", i), code) for i, code in enumerate(config.markets.central.members)
    ]
    for number, seat in enumerate(config.markets.seats):
        named += [(("markets", "seats", number, "members", i), code) for i, code in enumerate(seat.members)]
    named += [(("markets", "key_towns", i), code) for i, code in enumerate(config.markets.key_towns)]
    seen: set[str] = set()
    for path, code in named:
        if code in seen:
            raise document.error("the township is in two markets", path, given=code)
        seen.add(code)
    for path, code in [*named, *((("hubs", county), hub) for county, hub in config.hubs.items())]:
        if code not in towns:
            raise document.error("unknown township", path, **unknown(code, towns) | {"allowed": "a township code"})
    for county in counties:
        if county not in config.hubs:
            raise document.error("a county has no hub", ("hubs",), given=county, allowed=", ".join(counties))
    for path, code in [(("hubs", c), c) for c in config.hubs] + [
        (("town_weights", str(year), "seat_urban", c), c)
        for year, rule in config.town_weights.items()
        for c in rule.seat_urban
    ]:
        if code not in counties:
            raise document.error("unknown county", path, **unknown(code, counties))
    for year in config.town_weights:
        if year not in config.censuses:
            raise document.error("the region has no such census", ("town_weights", str(year)), given=year)


def _markets(
    config: RegionConfig, towns: Sequence[Place], outside: Sequence[Place]
) -> tuple[list[Market], dict[int, int]]:
    """Central city, seats, key towns, other townships, outside, in this order."""
    by_code = {town.code: town for town in towns}
    named = [(config.markets.central.name, MarketKind.CENTRAL, config.markets.central.members)]
    named += [(seat.name, MarketKind.SEAT, seat.members)
              for seat in sorted(config.markets.seats, key=lambda seat: seat.members)]  # fmt: skip
    taken = {code for _, _, members in named for code in members}
    keys = sorted(config.markets.key_towns)
    singles = [(by_code[code], MarketKind.KEY_TOWN) for code in keys]
    singles += [(t, MarketKind.TOWNSHIP) for t in towns if t.code not in taken and t.code not in keys]
    singles += [(place, MarketKind.OUTSIDE) for place in outside]
    markets: list[Market] = []
    for name, kind, members in named:
        places = tuple(sorted(by_code[code].index for code in members))
        markets.append(Market(len(markets), name.zh, name.en, kind, places, towns[places[0]].county))
    for place, kind in singles:
        markets.append(Market(len(markets), place.name_zh, place.name_en, kind, (place.index,), place.county))
    return markets, {place: market.index for market in markets for place in market.places}
