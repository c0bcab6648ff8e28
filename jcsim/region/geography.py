"""Great circles, points in polygons and the placement rule, in portable arithmetic.

The C library's sine differs between machines in its last bits, and distances become travel times; so
sine and arc-sine are power series here.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from jcsim.errors import InputError

EARTH_KM = 6371.0088  # mean radius, IUGG
DEGREE_KM = EARTH_KM * math.pi / 180.0
TERMS = 20

Point = tuple[float, float]
Vector = tuple[float, float, float]


def sine(degrees: float) -> float:
    """Sine of an angle between -180 and 180 degrees, within 1e-13."""
    x = degrees * (math.pi / 180.0)
    term = total = x
    for k in range(1, TERMS):
        term = -term * x * x / ((2 * k) * (2 * k + 1))
        total = total + term
    return total


def cosine(degrees: float) -> float:
    """Cosine of an angle between -180 and 180 degrees, within 1e-13."""
    x = degrees * (math.pi / 180.0)
    term = total = 1.0
    for k in range(1, TERMS):
        term = -term * x * x / ((2 * k - 1) * (2 * k))
        total = total + term
    return total


def unit_vector(point: Point) -> Vector:
    """(longitude, latitude) in degrees as a point on the unit sphere."""
    lon, lat = point
    level = cosine(lat)
    return level * cosine(lon), level * sine(lon), sine(lat)


def arc_between(start: Vector, end: Vector) -> float:
    """Great-circle distance between two unit vectors, km; within 1 m up to 9,000 km.

    Twice the arc-sine of half the chord, as a power series summed until its terms vanish.
    """
    x, y, z = start[0] - end[0], start[1] - end[1], start[2] - end[2]
    s = math.sqrt(x * x + y * y + z * z) / 2.0
    power = angle = s
    n = 1
    while power > 1e-15 * angle:
        power = power * s * s * (2 * n - 1) / (2 * n)
        angle = angle + power / (2 * n + 1)
        n += 1
    return 2.0 * angle * EARTH_KM


def arc_km(start: Point, end: Point) -> float:
    """Great-circle distance between two (longitude, latitude) points, km."""
    return arc_between(unit_vector(start), unit_vector(end))


def rings(geometry: dict[str, Any]) -> list[np.ndarray]:
    """Rings of a GeoJSON Polygon or MultiPolygon, each (n, 2): longitude, latitude."""
    parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [np.asarray(ring, dtype=float) for part in parts for ring in part]


def inside(geometry: dict[str, Any], lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Which points lie inside a polygon (even-odd rule, so holes are outside)."""
    within = np.zeros(np.shape(lon), dtype=bool)
    for ring in rings(geometry):
        for (x1, y1), (x2, y2) in itertools.pairwise(ring):
            if y1 != y2:
                crosses = ((y1 > lat) != (y2 > lat)) & (lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1)
                within = within ^ crosses
    return within


def _flat_km(lon: np.ndarray, lat: np.ndarray, point: Point, shrink: float) -> np.ndarray:
    """Distances in the plane, km: for a county the error against the great circle is under 0.1 %."""
    dx, dy = (lon - point[0]) * shrink, lat - point[1]
    return np.sqrt(dx * dx + dy * dy) * DEGREE_KM


def emptiest_point(
    geometry: dict[str, Any], hub: Point, own: Sequence[Point], others: Iterable[Point], step: float
) -> Point:
    """Where a township without coordinates is put.

    The grid point inside the county, no farther from its hub than the median of its other townships with
    coordinates (any distance if it has none), that is farthest from every located township. Ties go to the
    southernmost, then westernmost point.

    Parameters
    ----------
    geometry : GeoJSON polygon of the county
    hub : point of the county government
    own : points of the county's other townships with coordinates
    others : points of all located townships of the region
    step : grid spacing, degrees
    """
    edge = np.concatenate(rings(geometry))
    low, high = np.floor(edge.min(axis=0) / step), np.ceil(edge.max(axis=0) / step)
    x, y = np.meshgrid(np.arange(low[0], high[0] + 1) * step, np.arange(low[1], high[1] + 1) * step)
    lon, lat = x.ravel(), y.ravel()
    shrink = cosine(hub[1])
    spread = sorted(float(_flat_km(np.array(p[0]), np.array(p[1]), hub, shrink)) for p in own)
    near = _flat_km(lon, lat, hub, shrink) <= (spread[len(spread) // 2] if spread else np.inf)
    keep = near & inside(geometry, lon, lat)
    if not keep.any():
        raise InputError("no grid point of the county is near its hub: the grid is too coarse", given=step)
    lon, lat = lon[keep], lat[keep]
    nearest = np.full(lon.shape, np.inf)
    for point in others:
        nearest = np.minimum(nearest, _flat_km(lon, lat, point, shrink))
    best = int(np.argmax(nearest))
    return round(float(lon[best]), 6), round(float(lat[best]), 6)
