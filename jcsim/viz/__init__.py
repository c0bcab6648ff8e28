"""Figures of results: tables first, pictures from tables. matplotlib loads when a figure is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

__all__ = ["write_figures"]


def write_figures(result_parts: Any, folder: str | Path, region: Any, lang: str = "en") -> list[Path]:
    """Draw every figure the parts have data for and save each as PNG and SVG.

    Parameters
    ----------
    result_parts : mapping
        Any of ``full``, ``ensemble``, ``history``; each with ``.trajectories``, ``.tables``, ``.manifest``.
    folder : path
        Made when it does not exist; files are named after the figure, ``..._zh`` in Chinese.
    region : Region
        Polygons, places, links, counties and censuses.
    lang : str
        ``en`` or ``zh``; Chinese falls back to English labels where no font has the glyphs.

    Returns
    -------
    list of Path
        Files written, sorted by name.
    """
    from jcsim.viz.write import write_all

    return write_all(result_parts, Path(folder), region, lang)
