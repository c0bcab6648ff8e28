"""Names on a map without overlaps: the first free place around each point, or none."""

from __future__ import annotations

import itertools
import math

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from jcsim.viz.style import INK, halo

DIRECTIONS = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))
STEPS = (0.0, 7.0, 15.0, 24.0)  # points from a mark to its name; a name that is not beside its mark gets a line
ALIGN_X, ALIGN_Y = {1: "left", 0: "center", -1: "right"}, {1: "bottom", 0: "center", -1: "top"}


def place_labels(
    figure: Figure,
    axes: Axes,
    named: list[tuple[float, float, str, float, float]],
    dots: list[tuple[float, float, float]],
) -> int:
    """Write names beside points, important ones first; a name with no free place is left out.

    Parameters
    ----------
    named : list of (x, y, text, font size, marker area in points squared)
        In order of importance.
    dots : list of (x, y, marker area)
        Other marks that no name may cover.

    Returns
    -------
    int
        Names left out.
    """
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw_without_rendering()
    pixel = figure.dpi / 72.0
    taken = [_marker(axes, x, y, area, pixel) for x, y, area in dots]
    taken += [_marker(axes, x, y, area, pixel) for x, y, _, _, area in named]
    left_out = 0
    for x, y, text, size, area in named:
        box = _place(axes, renderer, (x, y), text, size, math.sqrt(area / math.pi) + 1.5, taken)
        if box is None:
            left_out += 1
        else:
            taken.append(box)
    return left_out


def _place(
    axes: Axes,
    renderer: RendererAgg,
    point: tuple[float, float],
    text: str,
    size: float,
    reach: float,
    taken: list[Bbox],
) -> Bbox | None:
    """Write one name in the first free place and return its box; None where there is no free place."""
    for step, (dx, dy) in itertools.product(STEPS, DIRECTIONS):
        line = {"arrowstyle": "-", "color": INK, "lw": 0.7, "shrinkA": 0, "shrinkB": 0} if step else None
        far = reach + step
        label = axes.annotate(
            text, point, xytext=(dx * far, dy * far), textcoords="offset points", fontsize=size, color=INK,
            ha=ALIGN_X[dx], va=ALIGN_Y[dy], path_effects=halo(), zorder=6, arrowprops=line, linespacing=1.1,
        )  # fmt: skip
        label.update_positions(renderer)
        box = Text.get_window_extent(label).padded(1.0)  # of the text alone, without its line
        inside = axes.bbox.contains(box.x0, box.y0) and axes.bbox.contains(box.x1, box.y1)
        if inside and not any(box.overlaps(other) for other in taken):
            return box
        label.remove()
    return None


def _marker(axes: Axes, x: float, y: float, area: float, pixel: float) -> Bbox:
    """Box of a circular marker in pixels."""
    centre_x, centre_y = axes.transData.transform((x, y))
    radius = math.sqrt(area / math.pi) * pixel * 0.8
    return Bbox.from_extents(centre_x - radius, centre_y - radius, centre_x + radius, centre_y + radius)
