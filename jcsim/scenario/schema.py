"""The JSON Schema of a scenario file, for editors: generated from the definitions that validate it."""

from __future__ import annotations

from typing import Any

from jcsim.instruments import Instrument, load_instruments
from jcsim.scenario.model import OFF, Scenario, Setting
from jcsim.scenario.places import GROUPS

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def scenario_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a scenario file, instruments and their ranges included.

    What only a program can check stays with ``load_scenario``: overlaps, circles of ``extends``,
    places and series of a region.
    """
    schema = Scenario.model_json_schema()
    definitions = schema.pop("$defs")
    common = Setting.model_json_schema()["properties"]
    common.pop("values")
    place = {"type": ["string", "integer"], "description": f"a code, or {', '.join(GROUPS)}"}
    common["where"] = {"anyOf": [place, {"type": "array", "items": place, "minItems": 1}]}
    schema["properties"]["instruments"] = {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: _instrument(one, common) for name, one in load_instruments().items()},
    }
    schema["required"] = ["name", "title"]  # the others may be inherited
    return {"$schema": DIALECT, **schema, "$defs": {"Title": definitions["Title"]}}


def _instrument(instrument: Instrument, common: dict[str, Any]) -> dict[str, Any]:
    doses = {
        name: {
            "type": "number",
            "minimum": dose.low,
            "maximum": dose.high,
            "default": dose.default,
            "title": f"{dose.title.zh} {dose.title.en}",
            "description": f"{dose.description} [{dose.unit}]",
        }
        for name, dose in instrument.settings.items()
    }
    dated = common | {"from": common["from"] | {"minimum": instrument.year_first}}
    if not instrument.local:
        dated = {key: value for key, value in dated.items() if key != "where"}
    setting: dict[str, Any] = {
        "type": "object",
        "additionalProperties": False,
        "properties": dated | doses,
        "required": ["from"],
    }
    if instrument.doses:
        setting["anyOf"] = [{"required": [name]} for name in instrument.doses]
    return {
        "title": f"{instrument.title.zh} {instrument.title.en}",
        "description": f"{instrument.mechanism} Clause: {instrument.clause}.",
        "anyOf": [{"const": OFF}, {"const": False}, {"type": "array", "items": setting, "minItems": 1}],
    }
