"""What people look at in a results folder: figures and the report page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from jcsim.experiments.results import Result


def publish(folder: Path, result: Result, lang: str = "en", by: str | None = None) -> list[Path]:
    """Draw the figures and write the report of a result into its folder; the files written.

    Raises
    ------
    InputError
        The language or ``by`` is unknown, or the region of the runs is gone.
    """
    from jcsim.population import build_population
    from jcsim.report import write_report
    from jcsim.viz import write_figures

    parts, region = result.parts(), result.region()
    page = folder / ("report.html" if lang == "en" else f"report_{lang}.html")
    starts = sorted({run["start"] for run in result.manifest["runs"]})
    drawn = folder / "figures"
    figures = write_figures(parts, drawn, region, lang)
    fit = {start: build_population(region, start).fit for start in starts}
    tables = {"fit": fit, "parameters": parameter_table(result)}
    write_report(parts, page, region, lang, manifest=result.manifest, by=by, figures=drawn, **tables)
    return [*figures, page]


def parameter_table(result: Result) -> pd.DataFrame:
    """Every parameter with its range and grade, and its value in the first run."""
    import pandas as pd

    from jcsim.parameters import read_definitions

    values = result.manifest["parameters"][result.manifest["runs"][0]["parameters_hash"]]
    rows = [
        (name, values[name], one.low, one.high, one.unit, one.grade, one.evidence)
        for name, one in read_definitions().items()
        if name in values
    ]
    return pd.DataFrame(rows, columns=["name", "value", "low", "high", "unit", "grade", "evidence"])
