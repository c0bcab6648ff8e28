"""Transport links: lengths and times by stated rules, opening years, and the links rules add."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from jcsim.errors import InputError, nearest
from jcsim.region.config import NetworkRules
from jcsim.region.geography import arc_between, unit_vector
from jcsim.region.objects import Link, Node
from jcsim.region.reading import Row, read_table

MODES = ("road", "expressway", "rail", "hsr", "air")
STATUSES = ("existing", "planned")
ANY = "*"
HALF_YEAR = (6, 30)
REQUIRED = (
    "from", "to", "mode", "distance_km", "travel_time_min", "year_open", "source", "quality",
    "distance_type", "status", "note",
)  # fmt: skip


class Atlas:
    """Nodes by id, with the county codes that stand for a hub.

    Parameters
    ----------
    nodes : every node
    hubs : county code -> township code of its hub
    """

    def __init__(self, nodes: Sequence[Node], hubs: Mapping[str, str]) -> None:
        self.nodes = {node.id: node for node in nodes}
        self.hubs = dict(hubs)
        self._vectors = {
            node.id: unit_vector((node.lon, node.lat))
            for node in nodes
            if node.lon is not None and node.lat is not None
        }

    def id_of(self, name: str) -> str | None:
        """Node id of a published name; None when there is no such node."""
        node = self.hubs.get(name, name)
        return node if node in self.nodes or node == ANY else None

    def arc_km(self, ends: tuple[str, str]) -> float | None:
        """Great circle between two nodes, None when one has no coordinates."""
        start, end = (self._vectors.get(name) for name in ends)
        return None if start is None or end is None else arc_between(start, end)

    def names(self) -> list[str]:
        """Every name a link may use."""
        return [*self.hubs, *self.nodes]


def travel_seconds(
    rules: NetworkRules, mode: str, arc: float | None, route_km: float | None, minutes: float | None
) -> tuple[float | None, int | None]:
    """Route length (km) and door-to-door time (s) of a link.

    A published time or length is kept; else length = great circle x detour of the mode, and time = length /
    speed. Boarding is added to both. None when nothing tells.

    Parameters
    ----------
    arc : great circle between the ends, km
    route_km, minutes : as published, None when not found
    """
    long = mode == "road" and arc is not None and arc >= rules.long_road_km
    rule = getattr(rules.modes, "long_road" if long else mode)
    if route_km is None and arc is not None:
        route_km = arc * rule.detour
    if minutes is None:
        if route_km is None:
            return None, None
        minutes = route_km / rule.speed_km_h * 60.0
    total = minutes + rule.boarding_min
    return route_km, math.floor(max(total, rules.shortest_link_min) * 60.0 + 0.5)


def read_links(path: Path, atlas: Atlas, rules: NetworkRules) -> list[Link]:
    """The published links of a region.

    Raises
    ------
    InputError
        An end, mode, status, number or date that cannot be; an existing link without any length.
    """
    columns = (*REQUIRED, "from_name", "to_name")
    rows = read_table(path, REQUIRED, ("opened", "opened_basis", "carries_passengers", *columns[-2:]))
    return [_one(row, atlas, rules) for row in rows]


def _one(row: Row, atlas: Atlas, rules: NetworkRules) -> Link:
    ends = (_end(row, "from", atlas), _end(row, "to", atlas))
    mode, status = row.choice("mode", MODES), row.choice("status", STATUSES)
    if ANY in ends and status != "planned":
        raise row.error("from" if ends[0] == ANY else "to", "only a planned row may mean any place")
    published_km = row.number_or_none("distance_km", 0.0, 5000.0)
    minutes = row.number_or_none("travel_time_min", 0.1, 6000.0)
    circle = row.optional("distance_type") == "great_circle"
    arc = atlas.arc_km(ends)
    if circle and published_km is not None:
        arc = published_km  # the published circle starts at the town centre, not at the hub's point
    route, seconds = travel_seconds(rules, mode, arc, None if circle else published_km, minutes)
    if seconds is None and status == "existing":
        raise row.error("distance_km", "is blank and an end has no coordinates", "a length in km")
    opened, acts_from = _opening(row)
    carries = row.flag("carries_passengers") if row.optional("carries_passengers") else True
    return Link(
        origin=row.text("from"),
        destination=row.text("to"),
        ends=ends,
        mode=mode,
        status=status,
        published_km=published_km,
        published_min=minutes,
        route_km=route,
        seconds=seconds,
        opened=opened,
        acts_from=acts_from,
        passengers=carries,
        source=row.text("source"),
        quality=row.text("quality"),
        note=row.optional("note"),
    )


def _end(row: Row, column: str, atlas: Atlas) -> str:
    name = row.text(column)
    found = atlas.id_of(name)
    if found is None:
        raise row.error(column, "unknown place", "a county, township, EXT_... or station code",
                        nearest(name, atlas.names()))  # fmt: skip
    return found


def _opening(row: Row) -> tuple[str, int | None]:
    """Date of opening as written and the first year the link acts.

    A link opened by 30 June acts in the same year, later in the next; of one known by year alone the month is
    not known, and it acts from the next.
    """
    if row.optional("opened"):
        try:
            day = datetime.date.fromisoformat(row.text("opened"))
        except ValueError:
            raise row.error("opened", "is not a date", "YYYY-MM-DD") from None
        return row.text("opened"), day.year + ((day.month, day.day) > HALF_YEAR)
    if row.optional("status") == "planned" or not row.optional("year_open"):
        return row.optional("year_open"), None  # plans give words such as 'by2025', and act by policy only
    return row.text("year_open"), row.count("year_open", 1800, 2200) + 1


def rule_links(
    towns: Sequence[Node],
    published: Sequence[Link],
    hub_of: Mapping[str, str],
    atlas: Atlas,
    rules: NetworkRules,
) -> list[Link]:
    """Local roads the table lacks: township to its hub, and to its nearest other townships.

    Parameters
    ----------
    towns : nodes of the townships
    hub_of : township code -> township code of its county's hub
    """
    joined = {frozenset(link.ends) for link in published if link.mode == "road" and link.status == "existing"}
    made: list[Link] = []

    def join(a: str, b: str, why: str) -> None:
        if a != b and frozenset((a, b)) not in joined:
            joined.add(frozenset((a, b)))
            made.append(_generated(a, b, why, atlas, rules))

    for town in towns:
        join(town.id, hub_of[town.id], "township to its county seat")
    for town in towns:
        ranked = sorted((math.floor(_required(atlas, town.id, o.id) * 1000.0), o.id) for o in towns if o.id != town.id)
        for _, other in ranked[: rules.neighbours]:
            join(town.id, other, "township to a neighbouring one")
    return made


def _required(atlas: Atlas, a: str, b: str) -> float:
    arc = atlas.arc_km((a, b))
    if arc is None:
        raise InputError("a township has no coordinates", given=f"{a}, {b}")
    return arc


def _generated(a: str, b: str, why: str, atlas: Atlas, rules: NetworkRules) -> Link:
    arc = _required(atlas, a, b)
    route, seconds = travel_seconds(rules, "road", arc, None, None)
    return Link(
        origin=a,
        destination=b,
        ends=(a, b),
        mode="road",
        status="existing",
        published_km=None,
        published_min=None,
        route_km=route,
        seconds=seconds,
        opened="",
        acts_from=None,
        passengers=True,
        source="rule in region.yaml",
        quality="assumption",
        note=why,
        generated=True,
    )
