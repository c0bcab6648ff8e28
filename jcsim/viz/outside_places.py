"""Places outside the map: where the line to each leaves the frame, an arrow there, its name and distance."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from jcsim.region.geography import arc_between, unit_vector
from jcsim.viz.line_ends import kept_inside, spread_labels
from jcsim.viz.style import GREY, INK, Words

Point = tuple[float, float]
SIDES = {"left": (-1, 0), "right": (1, 0), "bottom": (0, -1), "top": (0, 1)}
ROOM = {"left": 0.42, "right": 0.42, "bottom": 1.15, "top": 1.15}  # inches a name takes along its side
ARROW, NAME = 0.25, 0.31  # inches from the frame to the arrow's head and to the name


@dataclass(frozen=True)
class OutsidePlace:
    """A place outside the prefecture.

    ``nodes`` are the ids of the network it stands for, ``km`` the great-circle distances of the nearest and
    farthest of them from the central city; ``destination`` is whether people of the model can move there.
    """

    name: str
    point: Point
    nodes: tuple[str, ...]
    km: Point
    destination: bool

    def text(self, say: Words) -> str:
        """Name and distance, on two lines."""
        low, high = (round(km) for km in self.km)
        number = f"{low:,}" if low == high else f"{low:,}–{high:,}"
        return f"{self.name}\n{number} {say('km', '公里')}"


@dataclass(frozen=True)
class Exit:
    """Where the line to a place leaves the frame: the side, and inches along it."""

    place: OutsidePlace
    side: str
    along: float

    def at(self, box: Bbox, beyond: float = 0.0) -> Point:
        """The point in inches of the figure, ``beyond`` outside the frame."""
        x, y = SIDES[self.side]
        if x:
            return (box.x1 if x > 0 else box.x0) + x * beyond, self.along
        return self.along, (box.y1 if y > 0 else box.y0) + y * beyond


def central_point(region: Any) -> Point:
    """Longitude and latitude of the seat of the central city, from which distances are measured."""
    hub = region.places[region.counties[0].hub]
    return hub.lon, hub.lat


def outside_places(region: Any, points: dict[str, Point], say: Words) -> list[OutsidePlace]:
    """Destinations of the model, and the other outside ends of links from inside."""
    centre = unit_vector(central_point(region))
    found = []
    for place in region.places:
        if place.outside:
            nodes = tuple(name for name, _ in place.component_weights) or (place.code,)
            km = [arc_between(centre, unit_vector(points[name])) for name in nodes if name in points]
            at = (place.lon, place.lat)
            found.append(OutsidePlace(say.name(place), at, (place.code, *nodes), (min(km), max(km)), True))
    known = {name for place in found for name in place.nodes}
    ends = {name for link in region.link_rows if link.status == "existing" for name in link.ends}
    for node in region.nodes:
        if node.kind == "outside" and node.id in ends - known and node.id in points:
            km = arc_between(centre, unit_vector(points[node.id]))
            name = say(node.id.removeprefix("EXT_").capitalize(), node.name_zh)
            found.append(OutsidePlace(name, points[node.id], (node.id,), (km, km), False))
    return found


def inside_frame(axes: Axes, place: OutsidePlace) -> bool:
    """Whether a place outside the prefecture lies on the map nevertheless."""
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    return west < place.point[0] < east and south < place.point[1] < north


def exits(figure: Figure, axes: Axes, places: list[OutsidePlace], centre: Point) -> list[Exit]:
    """Exits of places in the direction from the centre, moved apart so that names fit."""
    box = frame_box(figure, axes)
    found = [_exit(figure, axes, place, centre, box) for place in places]
    moved = []
    for side, (x, _) in SIDES.items():
        mine = [one for one in found if one.side == side]
        ends = (box.y0, box.y1) if x else (box.x0, box.x1)
        places_along = kept_inside(spread_labels([one.along for one in mine], ROOM[side]), ROOM[side], *ends)
        moved += [replace(one, along=along) for one, along in zip(mine, places_along, strict=True)]
    return moved


def frame_box(figure: Figure, axes: Axes) -> Bbox:
    """The frame of the map in inches; of an equal-aspect map it is known after a layout only."""
    figure.draw_without_rendering()
    return axes.get_window_extent().transformed(figure.dpi_scale_trans.inverted())


def _exit(figure: Figure, axes: Axes, place: OutsidePlace, centre: Point, box: Bbox) -> Exit:
    """Where the straight line from the centre leaves the frame."""
    inches = axes.transData + figure.dpi_scale_trans.inverted()
    (x0, y0), (x1, y1) = inches.transform([centre, place.point])
    east, north = x1 - x0, y1 - y0
    to_side = ((box.x1 if east > 0 else box.x0) - x0) / east if east else float("inf")
    to_level = ((box.y1 if north > 0 else box.y0) - y0) / north if north else float("inf")
    if to_side < to_level:
        return Exit(place, "right" if east > 0 else "left", y0 + north * to_side)
    return Exit(place, "top" if north > 0 else "bottom", x0 + east * to_level)


def anchors(figure: Figure, axes: Axes, found: list[Exit]) -> dict[str, Point]:
    """Longitude and latitude where links to outside nodes end: at the arrow of their place, by node id."""
    box, back = frame_box(figure, axes), figure.dpi_scale_trans + axes.transData.inverted()
    ends = {}
    for one in found:
        x, y = back.transform(one.at(box))
        ends |= {name: (float(x), float(y)) for name in one.place.nodes}
    return ends


def draw_exits(figure: Figure, axes: Axes, found: list[Exit], say: Words) -> None:
    """An arrow out of the frame and the name of each place; grey where nobody can move to."""
    box, inches = frame_box(figure, axes), figure.dpi_scale_trans
    arrow = {"arrowstyle": "-|>", "color": GREY, "lw": 1.0, "shrinkA": 0, "shrinkB": 0}
    align = {"left": ("right", "center"), "right": ("left", "center"), "top": ("center", "bottom")}
    for one in found:
        axes.annotate(
            "", one.at(box, ARROW), one.at(box), xycoords=inches, textcoords=inches, arrowprops=arrow,
            annotation_clip=False,
        )  # fmt: skip
        ha, va = align.get(one.side, ("center", "top"))
        figure.text(*one.at(box, NAME), one.place.text(say), transform=inches, ha=ha, va=va, fontsize=8,
                    color=INK if one.place.destination else GREY, linespacing=1.1)  # fmt: skip
