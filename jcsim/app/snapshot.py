"""What the page draws: the state of a run at the end of a year, copied so that the run may go on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from jcsim.model import JinchengModel


@dataclass(frozen=True, eq=False)
class Snapshot:
    """One run up to a year.

    Attributes
    ----------
    year : last year simulated; start, until : of the run
    case : name of the scenario the run was made from
    title : its title, ``zh`` and ``en``
    scale : share of the population simulated
    seed : of the run, the drawn one where none was given
    label : ``prior`` or ``posterior``: of the parameters
    series : indicators of the prefecture, one row a year
    urban_rate : percent, by county code
    households, residents : represented
    region : Region
    """

    year: int
    start: int
    until: int
    case: str
    title: Mapping[str, str]
    scale: float
    seed: int
    label: str
    series: pd.DataFrame
    urban_rate: Mapping[str, float]
    households: int
    residents: int
    region: Any

    @property
    def running(self) -> bool:
        """Whether years are left."""
        return self.year < self.until


def take(model: JinchengModel) -> Snapshot:
    """The snapshot of a model as it stands."""
    series = model.datacollector.get_model_vars_dataframe()
    series.index = pd.RangeIndex(model.start_year, model.start_year + len(series), name="year")
    region = model.region
    return Snapshot(
        year=model.year,
        start=model.start_year,
        until=model.case.until,
        case=model.case.name,
        title=model.case.title.model_dump(),
        scale=model.scale,
        seed=model.seed,
        label=model.parameters.label,
        series=series,
        urban_rate={c.code: model.indicator("urbanisation_rate", c.code) for c in region.counties},
        households=model.n_households,
        residents=model.n_persons,
        region=region,
    )
