"""A designed batch: the points a sweep file stands for, every line of it checked.

Every combination of scenarios, settings and parameters is a point; every point is run in every
replicate. The order of points, and so of rows, is that of the file.
"""

from __future__ import annotations

import contextlib
import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from jcsim.errors import InputError
from jcsim.experiments.batch import batch_key
from jcsim.experiments.setup import Setup
from jcsim.experiments.sweepfile import SweepFile
from jcsim.experiments.task import COUNTIES, FULL, Task, replicate_numbers
from jcsim.parameters import load_parameters
from jcsim.region import load_region
from jcsim.scenario import list_scenarios, load_scenario, scenario_folder
from jcsim.validation import unknown
from jcsim.yamlfile import Document, load_yaml

FROM_SETTING = "--set"  # the file named by errors in an assignment


@dataclass(frozen=True)
class Point:
    """One combination of a design, with its runs in the order of their replicates."""

    number: int
    scenario: str
    values: dict[str, Any]  # path of a setting or name of a parameter -> value
    tasks: tuple[Task, ...]


@dataclass(frozen=True)
class Design:
    """A sweep file ready to run."""

    file: SweepFile
    setup: Setup
    areas: tuple[str, ...]
    points: tuple[Point, ...]

    @property
    def tasks(self) -> tuple[Task, ...]:
        """Every run, point by point."""
        return tuple(task for point in self.points for task in point.tasks)

    @property
    def key(self) -> str:
        """Content key: what is run, and what is tabulated under which names."""
        rows = [[p.scenario, p.values, [task.key for task in p.tasks]] for p in self.points]
        return batch_key([self.file.name, self.file.outcomes, self.areas, rows])

    @property
    def folder_name(self) -> str:
        return f"{self.file.name}-{self.key[:10]}"


def load_design(file: str | Path) -> Design:
    """Read and check a sweep file, given by path or by the name of a shipped one.

    Raises
    ------
    InputError
        With file, line and what is allowed.
    """
    path = find_sweep(file)
    document = load_yaml(path)
    content = document.validate(SweepFile, document.mapping())
    with _placed(document, ("region",)):
        region = load_region(content.region)
    with _placed(document, ("parameter_set",)):
        parameters = load_parameters(content.parameter_set)
    setup = Setup(region, parameters, content.region, seed=content.seed)
    areas = _checked_areas(document, content, setup)
    _check_each_value(document, content, setup, path)
    return Design(content, setup, areas, tuple(_points(content, setup, path, areas)))


def find_sweep(file: str | Path) -> Path:
    """The path of a sweep file: itself, or that of the shipped sweep of this name."""
    text = str(file)
    if "/" in text or text.endswith((".yaml", ".yml")):
        return Path(file)
    folder = scenario_folder() / "sweeps"
    names = sorted(path.stem for path in folder.glob("*.yaml"))
    if text not in names:
        raise InputError("unknown sweep", **unknown(text, names))
    return folder / f"{text}.yaml"


def _case(name: str, path: Path) -> Any:
    """A scenario of the file: a shipped name, or a file beside the sweep file."""
    if name in list_scenarios():
        return load_scenario(name)
    if name.endswith((".yaml", ".yml")):
        return load_scenario(path.parent / name)
    return load_scenario(name)


def _checked_areas(document: Document, content: SweepFile, setup: Setup) -> tuple[str, ...]:
    region = setup.region
    known = [
        region.code,
        *(county.code for county in region.counties),
        *(place.code for place in region.places),
    ]
    for position, code in enumerate(content.areas):
        if code not in known:
            about = unknown(code, known) | {"allowed": f"a code of {region.name_en}"}
            raise document.error("unknown area", ("areas", position), **about)
    return content.areas or (region.code,)


def _check_each_value(document: Document, content: SweepFile, setup: Setup, path: Path) -> None:
    """Every scenario, and every value of the grid in it, alone: an error names the line it stands in."""
    for position, name in enumerate(content.scenarios):
        with _placed(document, ("scenarios", position)):
            case = _case(name, path)
            setup.tasks(case)
        if content.until is not None:
            with _placed(document, ("until",)):
                setup.tasks(case, until=content.until)
        for root, where, value, text in _assignments(content):
            with _placed(document, (root, *where), given=value):
                replace(setup, settings=(text,)).tasks(case)


def _assignments(content: SweepFile) -> Iterator[tuple[str, tuple[str, int], Any, str]]:
    """Each value of the grid: its key in the file, path, value, and the text ``--set`` takes."""
    for root, grid in (("settings", content.settings), ("parameters", content.parameters)):
        for name, values in grid.items():
            for position, value in enumerate(values):
                yield root, (name, position), value, assignment(root, name, value)


def assignment(root: str, name: str, value: Any) -> str:
    """``path=value`` as ``--set`` takes it (JSON is YAML)."""
    return f"{'parameters.' if root == 'parameters' else ''}{name}={json.dumps(value)}"


@contextlib.contextmanager
def _placed(document: Document, path: tuple[str | int, ...], given: Any = None) -> Iterator[None]:
    """Give an error raised inside the line of the sweep file it comes from (unless it names a file)."""
    try:
        yield
    except InputError as error:
        if error.file not in (None, FROM_SETTING):
            raise
        about = {"allowed": error.allowed, "suggestion": error.suggestion}
        given = error.given if given is None else given
        raise document.error(error.problem, path, given=given, **about) from None


def _points(content: SweepFile, setup: Setup, path: Path, areas: tuple[str, ...]) -> Iterator[Point]:
    numbers = replicate_numbers(content.replicates)
    detail = FULL if any(len(code) == 9 for code in areas) else COUNTIES
    names = [*content.settings, *content.parameters]
    roots = ["settings"] * len(content.settings) + ["parameters"] * len(content.parameters)
    grids = (*content.settings.values(), *content.parameters.values())
    number = 0
    for scenario in content.scenarios:
        case = _case(scenario, path)
        for values in itertools.product(*grids):
            number += 1
            texts = tuple(map(assignment, roots, names, values))
            tasks = replace(setup, settings=texts).tasks(case, content.scale, numbers, content.until, detail)
            yield Point(number, case.name, dict(zip(names, values, strict=True)), tuple(tasks))
