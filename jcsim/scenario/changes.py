"""``--set path=value``: one value of the parameters or of a scenario changed, with the same checks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from jcsim.errors import InputError
from jcsim.parameters import ParameterSet
from jcsim.scenario.loading import load_scenario
from jcsim.scenario.model import OFF, Scenario
from jcsim.validation import Place, Source, YamlPath, unknown
from jcsim.yamlfile import parse_yaml

PARAMETERS = "parameters"
SCENARIO_KEYS = ("start", "until", "feedback", "relabelling", "assumptions", "instruments")


class Change(NamedTuple):
    """One assignment: the steps of a dotted path and the value."""

    path: tuple[str, ...]
    value: Any


def parse_setting(text: str) -> Change:
    """Read ``path.to.value=value``; the value is read as YAML (number, true/false, word or list).

    The path starts with ``parameters`` or with a key of a scenario: ``parameters.network_slope=3``,
    ``instruments.housing_subsidy.grant_yuan=30_000`` (every dated setting of the instrument),
    ``instruments.housing_subsidy.0.until=2028`` (its first), ``instruments.housing_subsidy=off``,
    ``assumptions.coal=low``, ``feedback=false``.

    Raises
    ------
    InputError
        No ``=``, or a path that starts with none of these.
    """
    path, equals, value = text.partition("=")
    steps = tuple(path.strip().split("."))
    if not equals or not all(steps) or not value.strip():
        raise InputError("not a setting", given=text, allowed="path.to.value=value")
    roots = (PARAMETERS, *SCENARIO_KEYS)
    if steps[0] not in roots:
        raise InputError("unknown setting", field=path.strip(), **unknown(steps[0], roots))
    few = {PARAMETERS: 2, "assumptions": 2, "instruments": 2}.get(steps[0], 1)
    many = 4 if steps[0] == "instruments" else few
    if not few <= len(steps) <= many:
        raise InputError("not a path to one value", field=path.strip(), allowed=_form(steps[0]))
    return Change(steps, parse_yaml(value.strip(), "--set").data)


def apply_changes(
    changes: Iterable[str | Change], scenario: Scenario, parameters: ParameterSet
) -> tuple[Scenario, ParameterSet]:
    """The scenario and the parameters with ``--set`` assignments made, in order; neither is altered.

    Raises
    ------
    InputError
        As ``parse_setting``, ``load_scenario`` and ``ParameterSet.replace`` do; an instrument that the
        scenario does not use.
    """
    content = scenario.as_dict()
    values: dict[str, Any] = {}
    touched: list[tuple[str, ...]] = []
    for change in changes:
        path, value = parse_setting(change) if isinstance(change, str) else change
        if path[0] == PARAMETERS:
            values[path[1]] = value
        else:
            _assign(content, path, value)
            touched.append(path)
    if touched:
        source = scenario._source
        scenario = load_scenario(content).model_copy(update={"extends": scenario.extends})
        scenario._source = _without_places(source, [full for path in touched for full in _full(path, content)])
    return scenario, parameters.replace(**values) if values else parameters


def _full(path: tuple[str, ...], content: dict[str, Any]) -> list[YamlPath]:
    """The path as a scenario's data has it: with the number of each dated setting it stands for."""
    root, *deeper = path
    if root != "instruments" or len(path) < 3:
        return [path]
    name, *number, value = deeper
    numbers = map(int, number) if number else range(len(content[root].get(name, ())))
    return [(root, name, one, value) for one in numbers]


def _without_places(source: Source, paths: list[YamlPath]) -> Source:
    """The source with no file and line for what stands at or below ``paths``."""
    nowhere = Place(None, None)
    places = {
        known: nowhere if any(known[: len(path)] == path for path in paths) else place
        for known, place in source.places.items()
    }
    return Source(source.file, {**places, **dict.fromkeys(paths, nowhere)})


def _assign(content: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    if path[0] == "instruments":
        _assign_instrument(content["instruments"], path, value)
    elif path[0] == "assumptions":
        content["assumptions"][path[1]] = value
    else:
        content[path[0]] = value


def _assign_instrument(instruments: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    name, *deeper = path[1:]
    field = ".".join(path)
    if name not in instruments:
        about = unknown(name, instruments)
        raise InputError("the scenario does not use the instrument", field=field, **about)
    if not deeper:
        if value is not False and value != OFF:
            raise InputError("not a setting", field=field, given=value, allowed=f"off, or {_form(path[0])}")
        del instruments[name]
        return
    settings = instruments[name]
    if len(deeper) == 2:
        if not deeper[0].isdigit() or int(deeper[0]) >= len(settings):
            allowed = f"0 to {len(settings) - 1}"
            raise InputError("no such dated setting", field=field, given=deeper[0], allowed=allowed)
        settings = [settings[int(deeper[0])]]
    for setting in settings:
        setting[deeper[-1]] = value


def _form(root: str) -> str:
    forms = {
        PARAMETERS: "parameters.NAME",
        "assumptions": "assumptions.SERIES",
        "instruments": "instruments.NAME.VALUE or instruments.NAME.NUMBER.VALUE",
    }
    return forms.get(root, root)
