"""From a task to its tables: the one place where batches meet the model."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from jcsim.errors import RunFailed
from jcsim.experiments.codeversion import code_version
from jcsim.experiments.failure import EXCEPTION, NAN
from jcsim.experiments.task import FULL, Task

if TYPE_CHECKING:
    import pandas as pd

SIMULATOR = "jcsim.experiments.simulate:simulate"

Tables = dict[str, "pd.DataFrame"]
Report = Callable[[float], None]  # told the share of the run that is done


def simulate(task: Task, report: Report) -> Tables:
    """Run the model of one task to its last year; the tables it recorded.

    Raises
    ------
    RunFailed
        Sources or data were edited since the task was made: the result would stand under a wrong key.
    """
    if code_version() != task.code:
        raise RunFailed(EXCEPTION, "source or data files were edited while the batch ran: start it again")
    from jcsim.model import JinchengModel

    model = JinchengModel(
        task.scenario,
        scale=task.scale,
        rng=task.seed,
        region=task.region,
        parameters=task.parameters,
        engine=task.engine,
        threads=task.threads,
    )
    first = model.year
    while model.year < task.until:
        model.step()
        report((model.year - first) / (task.until - first))
    tables = {"trajectories": model.trajectories()}
    if task.detail == FULL:
        tables |= {"population": model.population_table(), "flows": model.flows_table()}
    return tables


def checked(task: Task, tables: Tables) -> Tables:
    """The tables a task keeps.

    Raises
    ------
    RunFailed
        An outcome is NaN or infinite: the run has failed and none of its numbers may be used.
    """
    import numpy as np

    trajectories = tables["trajectories"]
    wrong = ~np.isfinite(trajectories["value"].to_numpy(dtype="float64", na_value=np.nan))
    if wrong.any():
        row = trajectories[wrong].sort_values(["year", "area", "indicator"]).iloc[0]
        place = f"{row['indicator']} of {row['area']} in {row['year']}"
        raise RunFailed(NAN, f"{place} is {row['value']}; values not finite: {int(wrong.sum())}")
    if task.detail != FULL:
        trajectories = trajectories[~is_town(trajectories["area"])]
        return {"trajectories": trajectories}
    return tables


def is_town(areas: pd.Series) -> pd.Series:
    """Whether each area code is a township's: nine digits."""
    return areas.str.fullmatch(r"\d{9}")
