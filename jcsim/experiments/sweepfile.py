"""What a sweep file may hold.

```yaml
name: subsidy
scenarios: [plan]
scale: 0.02
until: 2030
replicates: 4
settings:
  instruments.housing_subsidy.grant_yuan: [10_000, 20_000, 40_000]
parameters:
  network_slope: [1, 3]
outcomes: [urbanisation_rate, fiscal_cost]
areas: [140500]
```
"""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from jcsim.experiments.plans import MOST_REPLICATES
from jcsim.experiments.setup import MOST_SEED
from jcsim.indicators.catalogue import catalogue
from jcsim.scenario.model import Year
from jcsim.validation import NAME, Number, refusal, unknown

MOST_POINTS = 100_000
Text = Annotated[str, Field(min_length=1, strict=True)]
Whole = Annotated[int, Field(strict=True)]


class SweepFile(BaseModel):
    """What a sweep file holds.

    Attributes
    ----------
    name : of the results folder
    scenarios : names, or files beside the sweep file
    scale, until, seed, replicates, region, parameter_set : as of ``jcsim.run``
    settings : path -> values, as ``--set`` takes them
    parameters : name -> values
    outcomes : indicator ids to tabulate
    areas : codes to tabulate; the prefecture where none is given
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=NAME)]
    scenarios: Annotated[tuple[Text, ...], Field(min_length=1)]
    scale: Annotated[Number, Field(gt=0, le=1)] = 0.02
    until: Year | None = None
    seed: Annotated[Whole, Field(ge=0, le=MOST_SEED)] = 1
    replicates: Annotated[Whole, Field(ge=1, le=MOST_REPLICATES)] = 1
    region: Text = "jincheng"
    parameter_set: Text = "posterior"
    settings: dict[str, Annotated[tuple[Any, ...], Field(min_length=1)]] = Field(default_factory=dict)
    parameters: dict[str, Annotated[tuple[Number, ...], Field(min_length=1)]] = Field(default_factory=dict)
    outcomes: Annotated[tuple[Text, ...], Field(min_length=1)]
    areas: tuple[str, ...] = ()

    @field_validator("areas", mode="before")
    @classmethod
    def _as_codes(cls, areas: Any) -> Any:
        if not isinstance(areas, (list, tuple)):
            return areas
        return [str(code) if isinstance(code, int) and not isinstance(code, bool) else code for code in areas]

    @field_validator("outcomes")
    @classmethod
    def _known_outcomes(cls, outcomes: tuple[str, ...]) -> tuple[str, ...]:
        known = [entry.id for entry in catalogue()]
        for position, name in enumerate(outcomes):
            if name not in known:
                about = unknown(name, known) | {"allowed": "an id listed by 'info --indicators'"}
                raise refusal("unknown indicator", at=[position], **about)
        return outcomes

    @field_validator("settings", "parameters")
    @classmethod
    def _no_value_twice(cls, grid: dict[str, tuple[Any, ...]]) -> dict[str, tuple[Any, ...]]:
        for name, values in grid.items():
            for position, value in enumerate(values):
                if value in values[:position]:
                    raise refusal("the value stands twice", at=[name, position], given=value)
        return grid

    @model_validator(mode="after")
    def _not_too_many(self) -> Self:
        for name in ("scenarios", "outcomes", "areas"):
            listed = getattr(self, name)
            twice = [position for position, one in enumerate(listed) if one in listed[:position]]
            if twice:
                raise refusal("stands twice", at=[name, twice[0]], given=listed[twice[0]])
        if self.n_points > MOST_POINTS:
            raise refusal("too many points", given=self.n_points, allowed=f"at most {MOST_POINTS}")
        return self

    @property
    def n_points(self) -> int:
        count = len(self.scenarios)
        for values in (*self.settings.values(), *self.parameters.values()):
            count *= len(values)
        return count
