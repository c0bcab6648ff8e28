"""The network of roads and railways and travel times on it.

Links act from the year after their opening when they opened after 30 June; planned links act only when a
change says so. Times are whole seconds, so shortest paths do not depend on the order of summation.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import networkx as nx
import numpy as np

from jcsim.errors import InputError, nearest
from jcsim.region import Region
from jcsim.region.links import ANY, MODES, travel_seconds

if TYPE_CHECKING:
    from jcsim.region.objects import Link


class LinkChange(NamedTuple):
    """What a policy does to links of one mode between two places.

    With ``minutes`` or ``km`` the link gets that door-to-door time, or the time of that length, whether it
    existed or not. With ``factor`` the times of the links in force are multiplied; ``*`` then stands for any
    place. With none of the three a planned link opens with the time of its row, or else of the great circle.

    Attributes
    ----------
    origin, destination : county code (its seat), township code, EXT_..., station, or ``*``
    mode : road, expressway, rail, hsr or air
    minutes : door to door; km : route length; factor : on times, above 0
    """

    origin: str
    destination: str
    mode: str
    minutes: float | None = None
    km: float | None = None
    factor: float | None = None


Changes = Iterable[LinkChange | tuple[Any, ...]]
Edge = tuple[frozenset[str], str]


def build_graph(region: Region, year: int, changes: Changes = ()) -> nx.Graph:
    """The graph in force in a year.

    Parameters
    ----------
    region : the prefecture
    year : calendar year
    changes : ``LinkChange`` or tuples of its fields, applied in order

    Returns
    -------
    networkx.Graph
        Nodes are township codes, EXT_... and stations, with ``name``, ``kind``, ``lon``, ``lat`` and ``place``
        (index or -1). Of parallel links the fastest is the edge: ``seconds``, ``minutes``, ``mode``.

    Raises
    ------
    InputError
        A change names an unknown place or mode, or gives nothing to tell a time from.
    """
    graph = nx.Graph(name=region.id, year=year)
    for node in region.nodes:
        graph.add_node(node.id, name=node.name_zh, kind=node.kind, lon=node.lon, lat=node.lat, place=node.place)
    for (ends, mode), seconds in _edges(region, year, _as_changes(changes)).items():
        start, end = sorted(ends)
        known = graph.get_edge_data(start, end)
        if known is None or (seconds, mode) < (known["seconds"], known["mode"]):
            graph.add_edge(start, end, seconds=seconds, minutes=seconds / 60.0, mode=mode)
    return graph


def travel_minutes(region: Region, year: int, changes: Changes = ()) -> np.ndarray:
    """Minutes between all places in a year by the fastest path.

    Returns
    -------
    float64 (n_places, n_places)
        Symmetric, whole seconds; the diagonal is ``network.intra_place_min`` of ``region.yaml``. A composite
        destination lies at the mean of its members weighted by their population of the first census, its members
        stay nodes.

    Raises
    ------
    InputError
        A change is wrong, or leaves a place unreachable.
    """
    graph = build_graph(region, year, changes)
    stands_for = [place.components or (place.code,) for place in region.places]
    weights = _component_weights(region)
    lengths = {
        node: nx.single_source_dijkstra_path_length(graph, node, weight="seconds")
        for node in sorted({node for nodes in stands_for for node in nodes})
    }
    n = region.n_places
    minutes = np.full((n, n), region.config.network.intra_place_min)
    for i in range(n):
        for j in range(i + 1, n):
            seconds = _mean_seconds(lengths, stands_for[i], stands_for[j], weights)
            minutes[i, j] = minutes[j, i] = seconds / 60.0
    return minutes


class Network:
    """Travel times of a region, computed once for each set of links in force.

    Parameters
    ----------
    region : the prefecture
    """

    def __init__(self, region: Region) -> None:
        self.region = region
        self._matrices: dict[tuple[Any, ...], np.ndarray] = {}

    def minutes(self, year: int, changes: Changes = ()) -> np.ndarray:
        """As ``travel_minutes``, read-only; the very same array while no link opens and no change is made."""
        wanted = _as_changes(changes)
        key = (tuple(i for i, link in enumerate(self.region.link_rows) if link.in_force(year)), wanted)
        if key not in self._matrices:
            matrix = travel_minutes(self.region, year, wanted)
            matrix.setflags(write=False)
            self._matrices[key] = matrix
        return self._matrices[key]


def _as_changes(changes: Changes) -> tuple[LinkChange, ...]:
    return tuple(change if isinstance(change, LinkChange) else LinkChange(*change) for change in changes)


def _edges(region: Region, year: int, changes: Sequence[LinkChange]) -> dict[Edge, int]:
    """Seconds of every link in force, by its ends and mode."""
    edges: dict[Edge, int] = {}
    for link in region.link_rows:
        if link.in_force(year) and link.seconds is not None:
            key = (frozenset(link.ends), link.mode)
            edges[key] = min(link.seconds, edges.get(key, link.seconds))
    for change in changes:
        _apply(region, edges, change)
    return edges


def _apply(region: Region, edges: dict[Edge, int], change: LinkChange) -> None:
    ends = _checked_ends(region, change)
    if change.factor is not None:
        matching = [
            key for key in edges
            if key[1] == change.mode and all(end in (ANY, *key[0]) for end in ends)
        ]  # fmt: skip
        for key in matching:
            edges[key] = max(1, math.floor(edges[key] * change.factor + 0.5))
        return
    if change.minutes is not None:
        seconds = max(1, math.floor(change.minutes * 60.0 + 0.5))
    else:
        seconds = _planned_seconds(region, ends, change)
    edges[frozenset(ends), change.mode] = seconds


def _planned_seconds(region: Region, ends: tuple[str, str], change: LinkChange) -> int:
    """Time of a link given by length, by its planned row, or by nothing but its ends."""
    found: list[Link] = [
        link for link in region.link_rows
        if set(link.ends) == set(ends) and link.mode == change.mode and link.status == "planned"
    ]  # fmt: skip
    if change.km is None and found and found[0].seconds is not None:
        return found[0].seconds
    arc = region.atlas.arc_km(ends)
    _, seconds = travel_seconds(region.config.network, change.mode, arc, change.km, None)
    if seconds is None:
        raise InputError(
            "the link has no length", field="minutes", given=f"{change.origin} to {change.destination}",
            allowed="minutes or km, since an end has no coordinates",
        )  # fmt: skip
    return seconds


def _checked_ends(region: Region, change: LinkChange) -> tuple[str, str]:
    if change.mode not in MODES:
        raise InputError(
            "unknown mode of a link", field="mode", given=change.mode, allowed=", ".join(MODES),
            suggestion=nearest(str(change.mode), MODES),
        )  # fmt: skip
    for field in ("minutes", "km", "factor"):
        value = getattr(change, field)
        if value is not None and not (isinstance(value, (int, float)) and 0.0 < value < math.inf):
            raise InputError("wrong value of a link change", field=field, given=value, allowed="a number above 0")
    names = region.atlas.names()
    ends = tuple(region.atlas.id_of(name) for name in (change.origin, change.destination))
    for name, end in zip((change.origin, change.destination), ends, strict=True):
        if end is None or (end == ANY and change.factor is None):
            raise InputError(
                "a link change names an unknown place",
                field="link",
                given=name,
                allowed="a county, township, EXT_... or station code; * with a factor",
                suggestion=nearest(str(name), names),
            )
    if ends[0] == ends[1] != ANY:
        raise InputError("a link change joins a place to itself", field="link", given=change.origin)
    return str(ends[0]), str(ends[1])


def _component_weights(region: Region) -> dict[str, int]:
    """Population of each member of a composite at the first census; 1 for every other node."""
    return {code: persons for place in region.places for code, persons in place.component_weights}


def _mean_seconds(
    lengths: dict[str, dict[str, int]],
    starts: tuple[str, ...],
    ends: tuple[str, ...],
    weights: dict[str, int],
) -> int:
    """Weighted mean of the times between two sets of nodes, whole seconds; computed in integers."""
    total = mass = 0
    for start in starts:
        for end in ends:
            if end not in lengths[start]:
                raise InputError("a place cannot be reached", field="link", given=f"{start} to {end}")
            weight = weights.get(start, 1) * weights.get(end, 1)
            total += weight * lengths[start][end]
            mass += weight
    return (2 * total + mass) // (2 * mass)
