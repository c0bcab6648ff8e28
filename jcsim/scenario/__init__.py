"""Scenarios: dated settings of policy instruments over stated assumptions, as immutable data."""

from jcsim.scenario.changes import apply_changes, parse_setting
from jcsim.scenario.loading import list_scenarios, load_scenario, scenario_folder
from jcsim.scenario.model import Scenario, Setting
from jcsim.scenario.schema import scenario_schema

__all__ = [
    "Scenario",
    "Setting",
    "apply_changes",
    "list_scenarios",
    "load_scenario",
    "parse_setting",
    "scenario_folder",
    "scenario_schema",
]
