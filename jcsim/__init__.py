"""jcsim: a policy laboratory that simulates the Chinese prefecture Jincheng, person by person.

The names below load when they are first used, so that ``import jcsim`` is quick.
"""

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

_HOMES = {
    "InputError": "jcsim.errors",
    "RunFailed": "jcsim.errors",
    "JinchengModel": "jcsim.model",
    "rule_names": "jcsim.model",
    "RuralHousehold": "jcsim.agents",
    "UrbanHousehold": "jcsim.agents",
    "MigrantWorker": "jcsim.agents",
    "Person": "jcsim.agents",
    "Town": "jcsim.agents",
    "load_scenario": "jcsim.scenario",
    "run": "jcsim.experiments.run",
    "Result": "jcsim.experiments.results",
    "sweep": "jcsim.experiments.sweep",
    "Sweep": "jcsim.experiments.sweeps",
    "show_versions": "jcsim.experiments.versions",
}

__all__ = ["__version__", *_HOMES]

if TYPE_CHECKING:
    from jcsim.agents import MigrantWorker, Person, RuralHousehold, Town, UrbanHousehold
    from jcsim.errors import InputError, RunFailed
    from jcsim.experiments.results import Result
    from jcsim.experiments.run import run
    from jcsim.experiments.sweep import sweep
    from jcsim.experiments.sweeps import Sweep
    from jcsim.experiments.versions import show_versions
    from jcsim.model import JinchengModel, rule_names
    from jcsim.scenario import load_scenario


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'jcsim' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
