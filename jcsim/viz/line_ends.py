"""Labels of line ends in the margin of a plot, moved apart where they would touch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from matplotlib.axes import Axes

from jcsim.viz.style import SIZE

EDGE = 0.035  # of the width of the axes: from their edge to a label


@dataclass(frozen=True)
class EndLabel:
    """What stands in the margin at the height ``y``; ``joined`` where what it names reaches the edge of the axes."""

    y: float
    text: str
    colour: str
    joined: bool = True


def spread_labels(positions: Iterable[float], gap: float) -> list[float]:
    """Positions moved as little as needed so that neighbours are at least ``gap`` apart; input order."""
    given = list(positions)
    order = sorted(range(len(given)), key=lambda i: given[i])
    groups: list[list[int]] = []  # labels that touch move together, about their mean
    for i in order:
        groups.append([i])
        while len(groups) > 1 and _start(groups[-1], given, gap) - _end(groups[-2], given, gap) < gap:
            last = groups.pop()
            groups[-1] += last
    placed = [0.0] * len(given)
    for group in groups:
        for rank, i in enumerate(group):
            placed[i] = _start(group, given, gap) + rank * gap
    return placed


def _start(group: list[int], given: list[float], gap: float) -> float:
    return sum(given[i] for i in group) / len(group) - gap * (len(group) - 1) / 2.0


def _end(group: list[int], given: list[float], gap: float) -> float:
    return _start(group, given, gap) + gap * (len(group) - 1)


def kept_inside(placed: list[float], gap: float, low: float, high: float) -> list[float]:
    """Positions already ``gap`` apart, pushed in from ``low`` and ``high`` as far as there is room."""
    order = sorted(range(len(placed)), key=lambda i: placed[i])
    inside, least, most = list(placed), low, high
    for i in order:
        inside[i] = max(inside[i], least)
        least = inside[i] + gap
    for i in reversed(order):
        inside[i] = min(inside[i], most)
        most = inside[i] - gap
    return inside


def label_ends(axes: Axes, labels: list[EndLabel], size: float = SIZE - 1, height: float = 2.5) -> None:
    """Write labels in the right margin at the height of what they name.

    The label of a line that had to move is joined to the line's end. ``height`` is the height of the axes in
    inches, which turns a line of text into data units.
    """
    if not labels:
        return
    low, high = axes.get_ylim()
    first, last = axes.get_xlim()
    axes.set_ylim(low, high)
    gap = (high - low) * size * 1.25 / (height * 72.0)
    placed = spread_labels([label.y for label in labels], gap)
    placed = kept_inside(placed, gap, low + gap / 2.0, high - gap / 2.0)
    step = (last - first) * EDGE
    for label, where in zip(labels, placed, strict=True):
        if label.joined and abs(where - label.y) > gap / 2.0:
            axes.plot([last, last + step], [label.y, where], color=label.colour, lw=0.6, alpha=0.7, clip_on=False)
        axes.annotate(
            label.text, (last, label.y), xytext=(last + step * 1.15, where), textcoords="data", fontsize=size,
            color=label.colour, va="center", annotation_clip=False,
        )  # fmt: skip
    axes.set_xlim(first, last)
