"""``jcsim doctor``: what this machine can do, and the scale that fits it."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from jcsim.cli.console import FAILED, answering, say, show, show_json

SUPPORTED = ((3, 11), (3, 14))
ENOUGH_DISK = 2_000_000_000


def doctor(as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False) -> None:
    """Say what this machine can do, which scale fits it, and what stands in the way.

    The exit code is 3 when something does.
    """
    with answering("doctor", as_json):
        facts, problems = _facts(), _problems()
    if as_json:
        show_json("doctor", problems=problems, **facts)
    else:
        for name, value in facts.items():
            show(f"{name.replace('_', ' '):<28} {_text(value)}")
        for problem in problems:
            say(f"jcsim: {problem}")
        if not problems:
            show("nothing stands in the way")
    if problems:
        raise typer.Exit(FAILED)


def _facts() -> dict[str, Any]:
    from jcsim.compilation import cache_folder
    from jcsim.experiments import machine
    from jcsim.experiments.task import scale_text

    free, scale = machine.memory(), machine.largest_scale()
    return {
        "python": platform.python_version(),
        "processors": machine.processors(),
        "memory_free": "unknown" if free is None else _bytes(free),
        "largest_scale_of_one_run": "unknown" if scale is None else scale_text(scale),
        "runs_side_by_side_at_1:1": machine.workers_that_fit(1.0, 1000),
        "runs_side_by_side_at_1:50": machine.workers_that_fit(0.02, 1000),
        "disk_free_here": _bytes(shutil.disk_usage(Path.cwd()).free),
        "compiled_rules": f"{cache_folder()} ({'there' if cache_folder().is_dir() else 'made by the first run'})",
        "chinese_font": _chinese_font() or "none: figures fall back to English",
    }


def _problems() -> list[str]:
    from jcsim.compilation import cache_folder
    from jcsim.experiments.versions import PACKAGES, Versions

    found = []
    least, most = SUPPORTED
    if not least <= sys.version_info[:2] < most:
        found.append(f"Python {platform.python_version()} is not supported: 3.11 to 3.13 are")
    versions = Versions()
    found += [f"{name} is not installed" for name in PACKAGES if versions[name] == "not installed"]
    if shutil.disk_usage(Path.cwd()).free < ENOUGH_DISK:
        found.append(f"less than {_bytes(ENOUGH_DISK)} are free on the disk of this folder")
    folder = next(parent for parent in (cache_folder(), *cache_folder().parents) if parent.exists())
    if not os.access(folder, os.W_OK):
        found.append(f"{folder} cannot be written: rules would be compiled anew in every process")
    return found


def _chinese_font() -> str | None:
    from jcsim.viz.style import chinese_font

    return chinese_font()


def _bytes(number: int) -> str:
    return f"{number / 1e9:.1f} GB"


def _text(value: object) -> str:
    return str(value)
