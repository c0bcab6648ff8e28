"""The form of one picture of the page: its size, its heading and its bytes."""

from __future__ import annotations

import base64
import threading
from dataclasses import dataclass

from matplotlib.figure import Figure

from jcsim.viz.style import INK, SIZE
from jcsim.viz.write import image

WIDTH, HEIGHT, DPI = 4.5, 3.6, 170  # inches, inches, pixels an inch
SMALL = SIZE - 1.0  # points, the smallest text: 12 pixels where a tile is 480 wide
DRAWING = threading.Lock()  # a figure is drawn under settings matplotlib keeps for the whole process


@dataclass(frozen=True)
class Picture:
    """A picture for the page: its name, its address (a data URL) and what it says to those who cannot see it."""

    name: str
    source: str
    alt: str


def picture(name: str, figure: Figure, alt: str) -> Picture:
    """A figure as PNG in a data URL; call it with ``DRAWING`` held."""
    encoded = base64.b64encode(image(figure, "png", DPI)).decode("ascii")
    return Picture(name, f"data:image/png;base64,{encoded}", alt)


def heading(figure: Figure, title: str, value: str) -> None:
    """Title, and below it the value of the last year."""
    figure.text(0.03, 0.98, title, fontsize=SIZE + 1.5, ha="left", va="top", color=INK)
    figure.text(0.03, 0.918, value, fontsize=SIZE + 0.5, ha="left", va="top", color=INK)
