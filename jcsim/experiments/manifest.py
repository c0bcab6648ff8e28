"""The manifest: what was run, from what, by what and when; enough to run it again.

Hashes are over contents. Host, times and the means of carrying out (workers, threads) stand here for
people and are part of no key and no hash.
"""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from jcsim.experiments.codeversion import code_version
from jcsim.experiments.task import Task
from jcsim.experiments.versions import Versions

if TYPE_CHECKING:
    from jcsim.parameters import ParameterSet
    from jcsim.region import Region

SCHEMA = 1


def now() -> str:
    """The time in UTC to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def command_line() -> list[str]:
    """How the program was called."""
    return [str(word) for word in sys.argv]


def describe(
    kind: str,
    name: str,
    key: str,
    *,
    seed: int,
    tasks: Iterable[Task],
    parts: dict[str, str],
    region: Region,
    parameters: ParameterSet,
    notes: Iterable[str],
    started: str,
) -> dict[str, Any]:
    """The manifest of a batch but for what came out (``hashes``, ``result_hash``, ``ended``).

    Parameters
    ----------
    kind : ``run`` or ``sweep``
    parts : task key -> part of the result (see ``Result.parts``)
    notes : what a reader of the results must know
    """
    tasks = list(tasks)
    return {
        "schema": SCHEMA,
        "made_by": "jcsim",
        "kind": kind,
        "name": name,
        "key": key,
        "seed": seed,
        "scale": max(task.scale for task in tasks),
        "parameters_label": parameters.label,
        "notes": list(notes),
        "region": {
            "id": region.id,
            "code": region.code,
            "name_zh": region.name_zh,
            "name_en": region.name_en,
            "asked_for": tasks[0].region,
            "hash": region.hash,
        },
        "code_version": code_version(),
        "runs": [run_entry(task, parts[task.key]) for task in tasks],
        "scenarios": {task.scenario.hash: task.scenario.as_dict() for task in tasks},
        "parameters": {task.parameters.hash: dict(task.parameters) for task in tasks},
        "versions": dict(Versions()),
        "command": command_line(),
        "host": platform.node(),
        "started": started,
    }


def run_entry(task: Task, part: str) -> dict[str, Any]:
    """One run as the manifest lists it; scenario and parameters by the hash they are listed under."""
    return {
        "key": task.key,
        "part": part,
        "scenario": task.scenario.name,
        "scenario_hash": task.scenario.hash,
        "replicate": task.replicate,
        "parameters_hash": task.parameters.hash,
        "seed": task.seed,
        "scale": task.scale,
        "start": task.start,
        "until": task.until,
        "engine": task.engine,
        "detail": task.detail,
    }
