"""Names on a map without overlaps: the first free of eight places around each point, or none."""

from __future__ import annotations

import math

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from jcsim.viz.style import INK, halo

DIRECTIONS = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))
ALIGN_X, ALIGN_Y = {1: "left", 0: "center", -1: "right"}, {1: "bottom", 0: "center", -1: "top"}


def place_labels(figure: Figure, axes: Axes, named: list[tuple[float, float, str, float, float]]) -> int:
    """Write names beside points, important ones first; a name with no free place is left out.

    Parameters
    ----------
    named : list of (x, y, text, font size, marker area in points squared)
        In order of importance.

    Returns
    -------
    int
        Names left out.
    """
    FigureCanvasAgg(figure)  # the canvas that measures text
    figure.draw_without_rendering()
    pixel = figure.dpi / 72.0
    taken: list[Bbox] = [_marker(axes, x, y, area, pixel) for x, y, _, _, area in named]
    left_out = 0
    for place, (x, y, text, size, area) in enumerate(named):
        reach = math.sqrt(area / math.pi) + 1.5
        others = taken[:place] + taken[place + 1 :]
        for dx, dy in DIRECTIONS:
            label = axes.annotate(
                text, (x, y), xytext=(dx * reach, dy * reach), textcoords="offset points", fontsize=size, color=INK,
                ha=ALIGN_X[dx], va=ALIGN_Y[dy], path_effects=halo(), zorder=6,
            )  # fmt: skip
            box = label.get_window_extent().padded(1.0)
            if not any(box.overlaps(other) for other in others) and axes.bbox.contains(box.x0, box.y0):
                taken.append(box)
                break
            label.remove()
        else:
            left_out += 1
    return left_out


def _marker(axes: Axes, x: float, y: float, area: float, pixel: float) -> Bbox:
    """Box of a circular marker in pixels."""
    centre_x, centre_y = axes.transData.transform((x, y))
    radius = math.sqrt(area / math.pi) * pixel * 0.8
    return Bbox.from_extents(centre_x - radius, centre_y - radius, centre_x + radius, centre_y + radius)
