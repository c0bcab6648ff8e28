"""One section of a report."""

from __future__ import annotations

from dataclasses import dataclass, field

from jcsim.report.grid import Grid


@dataclass
class Section:
    """One section: paragraphs, then figures, then tables; left out when it holds nothing.

    ``figures`` are (base64 PNG, what it shows).
    """

    key: str
    title: str
    text: list[str] = field(default_factory=list)
    figures: list[tuple[str, str]] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        return not (self.text or self.figures or any(grid.rows for grid in self.grids))
