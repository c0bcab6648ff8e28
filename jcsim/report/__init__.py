"""One self-contained HTML page of a result, printable, in English or Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["write_report"]


def write_report(
    result_parts: Any,
    path: str | Path,
    region: Any,
    lang: str = "en",
    manifest: Mapping[str, Any] | None = None,
    fit: pd.DataFrame | Mapping[int, pd.DataFrame] | None = None,
    parameters: pd.DataFrame | None = None,
    *,
    by: str | None = None,
    figures: Path | None = None,
) -> Path:
    """Write the report of a result: text, tables and figures in one file that asks nothing of a network.

    Parameters
    ----------
    result_parts : mapping
        Any of ``full``, ``ensemble``, ``history``; each with ``.trajectories``, ``.tables``, ``.manifest``.
    path : path
        The HTML file; replaced at once when the page is complete.
    region : Region
        Counties, places, polygons, links, censuses and licences of its data.
    lang : str
        ``en`` or ``zh``.
    manifest : mapping, optional
        How the result was made; default that of the first part.
    fit : DataFrame, or mapping of census years to DataFrames, optional
        Fit report of the population: county, margin, cell, kind, target, achieved, difference.
    parameters : DataFrame, optional
        name, value, low, high, unit, grade, evidence.
    by : str, optional
        ``county`` adds tables by county.
    figures : path, optional
        Folder in which ``write_figures`` wrote the figures of the same result in the same language; drawn
        anew where not given.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    InputError
        An unknown language, part, or ``by``.
    """
    from jcsim.report.page import write_page

    return write_page(result_parts, Path(path), region, lang, manifest, fit, parameters, by, figures)
