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
    """Every parameter: central value, what was drawn, range, unit, grade and evidence.

    ``value`` is of the central run, and where none was made of the definition; ``drawn_median``, ``drawn_low``
    and ``drawn_high`` are over the draws of the runs, and left out where there is none.
    """
    import pandas as pd

    from jcsim.parameters import read_definitions

    sets, runs = result.manifest["parameters"], result.manifest["runs"]
    central: dict[str, float] = next((sets[run["parameters_hash"]] for run in runs if run["replicate"] == 0), {})
    drawn = pd.DataFrame({run["replicate"]: sets[run["parameters_hash"]] for run in runs if run["replicate"] != 0}).T
    used = next(iter(sets.values()))
    rows = [
        {
            "name": name,
            "value": central.get(name, one.value),
            **({} if drawn.empty else _drawn(drawn[name])),
            "low": one.low,
            "high": one.high,
            "unit": one.unit,
            "grade": one.grade,
            "evidence": one.evidence,
        }
        for name, one in read_definitions().items()
        if name in used
    ]
    return pd.DataFrame(rows)


def _drawn(values: pd.Series) -> dict[str, float]:
    return {"drawn_median": values.median(), "drawn_low": values.min(), "drawn_high": values.max()}
