"""What the page draws: the state of a run at the end of a year, copied so that the run may go on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from jcsim.indicators.select import PLAN
from jcsim.model import JinchengModel


@dataclass(frozen=True, eq=False)
class Snapshot:
    """One run up to a year.

    Attributes
    ----------
    year : last year simulated; start, until : of the run
    case : name of the scenario the run was made from
    title : its title, ``zh`` and ``en``
    label : ``prior`` or ``posterior``: of the parameters
    series : indicators of the prefecture, one row a year
    urban_rate : percent, by county code
    urban_residents : persons, by township code
    households, residents : represented
    region : Region
    """

    year: int
    start: int
    until: int
    case: str
    title: Mapping[str, str]
    label: str
    series: pd.DataFrame
    urban_rate: Mapping[str, float]
    urban_residents: Mapping[str, float]
    households: int
    residents: int
    region: Any

    @property
    def running(self) -> bool:
        """Whether years are left."""
        return self.year < self.until

    def value(self, indicator: str) -> float:
        """The prefecture's value in the last year."""
        return float(self.series[indicator].iloc[-1])


def take(model: JinchengModel) -> Snapshot:
    """The snapshot of a model as it stands."""
    series = model.datacollector.get_model_vars_dataframe()
    series.index = pd.RangeIndex(model.start_year, model.start_year + len(series), name="year")
    region = model.region
    towns = region.places[: region.n_towns]
    return Snapshot(
        year=model.year,
        start=model.start_year,
        until=model.case.until,
        case=model.case.name,
        title=model.case.title.model_dump(),
        label=model.parameters.label,
        series=series,
        urban_rate={c.code: model.indicator("urbanisation_rate", c.code) for c in region.counties},
        urban_residents={t.code: model.indicator("urban_population", t.code) for t in towns},
        households=model.n_households,
        residents=model.n_persons,
        region=region,
    )


def compared(snapshot: Snapshot) -> tuple[int, int]:
    """First and last year of the charts: history, the run, and the plan's target year."""
    return 2010, max(snapshot.until, TARGET_YEAR + 1)


TARGET_YEAR = 2025
__all__ = ["PLAN", "Snapshot", "compared", "take"]
