"""``jcsim check``: validate scenario, sweep, parameter and region files; touch nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jcsim.cli.console import WRONG_INPUT, answering, say, show, show_json
from jcsim.errors import InputError

if TYPE_CHECKING:
    from jcsim.region import Region

Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="Files, or folders of regions.")]


def check(
    files: Files,
    region: Annotated[str, typer.Option(help="Region that scenarios are checked against.")] = "jincheng",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say of each file what it is and whether it is valid, with the first mistake of each.

    The exit code is 2 when any file has a mistake.
    """
    with answering("check", as_json):
        from jcsim.region import load_region

        places = load_region(region)
        found = [_judge(path, places) for path in files]
    if as_json:
        show_json("check", valid=all(problem is None for *_, problem in found), files=[
            {"file": str(path), "kind": kind, "valid": problem is None, "problem": problem}
            for path, kind, problem in found
        ])  # fmt: skip
    else:
        for path, kind, problem in found:
            (show if problem is None else say)(f"{path}: {kind}, valid" if problem is None else problem)
    if any(problem is not None for *_, problem in found):
        raise typer.Exit(WRONG_INPUT)


def _judge(path: Path, region: Region) -> tuple[Path, str, str | None]:
    """The path, what it holds, and its first mistake or None."""
    kind = "file"
    try:
        kind = _kind(path)
        _load(path, kind, region)
    except InputError as error:
        return path, kind, str(error)
    return path, kind, None


def _kind(path: Path) -> str:
    """What a file is, by what only such a file holds."""
    from jcsim.yamlfile import load_yaml

    if path.is_dir():
        return "region"
    if path.suffix == ".csv":
        return "parameters"
    keys = load_yaml(path).mapping().keys()
    if keys & {"scenarios", "outcomes"}:
        return "sweep"
    return "scenario" if keys & {"title", "extends", "instruments", "start"} else "parameters"


def _load(path: Path, kind: str, region: Region) -> None:
    if kind == "region":
        from jcsim.region import load_region

        load_region(path)
    elif kind == "sweep":
        from jcsim.experiments.design import load_design

        load_design(path)
    elif kind == "scenario":
        from jcsim.scenario import load_scenario

        load_scenario(path).check(region)
    else:
        from jcsim.parameters import load_parameters

        load_parameters(path)
