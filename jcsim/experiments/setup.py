"""What the runs of a batch have in common, checked before anything is run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jcsim.errors import InputError, nearest
from jcsim.experiments.task import CENTRAL, FULL, Task, replicate_seed

if TYPE_CHECKING:
    from jcsim.parameters import ParameterSet
    from jcsim.region import Region

ENGINES = ("compiled", "agents", "both")
MOST_SEED = 2**53 - 1
LEAST_SCALE = 0.0001  # as of ``jcsim.population.sample``, which loads when a run needs it


def whole(value: Any, field: str, least: int, most: int) -> int:
    """``value``, which must be a whole number from ``least`` to ``most``."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise InputError("wrong value", field=field, given=value, allowed=f"a whole number from {least} to {most}")
    return value


@dataclass(frozen=True)
class Setup:
    """What runs have in common, checked.

    Raises
    ------
    InputError
        A value is not what it may be.
    """

    region: Region
    parameters: ParameterSet
    asked_region: str
    seed: int = 1
    engine: str = "compiled"
    threads: int | None = None
    settings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        whole(self.seed, "seed", 0, MOST_SEED)
        if self.engine not in ENGINES:
            raise InputError(
                "unknown engine", field="engine", given=self.engine, allowed=", ".join(ENGINES),
                suggestion=nearest(self.engine, ENGINES),
            )  # fmt: skip

    @classmethod
    def load(cls, region: str | Path, parameters: Any, **common: Any) -> Setup:
        """A set-up from names: of a region or its folder, and of a set of parameters or its file."""
        from jcsim.parameters import load_parameters
        from jcsim.region import load_region

        return cls(load_region(region), load_parameters(parameters), str(region), **common)

    def tasks(
        self,
        case: Any,
        scale: float = 1.0,
        replicates: Iterable[int] = (CENTRAL,),
        until: int | None = None,
        detail: str = FULL,
    ) -> list[Task]:
        """The runs of one scenario, in the order of their replicates.

        Raises
        ------
        InputError
            The scenario does not hold for the region, a setting is wrong, or scale or year out of range.
        """
        from jcsim.scenario import apply_changes, load_scenario

        scenario, parameters = apply_changes(self.settings, load_scenario(case), self.parameters)
        scenario.check(self.region)
        last = scenario.until if until is None else until
        whole(last, "until", scenario.start + 1, self.region.config.series_years[1])
        if isinstance(scale, bool) or not isinstance(scale, (int, float)) or not LEAST_SCALE <= scale <= 1.0:
            allowed = f"a number from {LEAST_SCALE} to 1 (1:1)"
            raise InputError("wrong value", field="scale", given=scale, allowed=allowed)
        return [
            Task(
                scenario=scenario,
                parameters=parameters.central() if k == CENTRAL else parameters.draw(k),
                replicate=k,
                seed=replicate_seed(self.seed, k),
                scale=float(scale),
                until=last,
                region=self.asked_region,
                region_hash=self.region.hash,
                engine=self.engine,
                threads=self.threads,
                detail=detail,
            )
            for k in replicates
        ]
