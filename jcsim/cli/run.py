"""``jcsim run``: simulate scenarios, print the scoreboard, write a results folder."""

from __future__ import annotations

import contextlib
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jcsim.cli.console import answering, counted, duration, folder_of, records, say, show, show_json, watcher
from jcsim.cli.publish import publish

if TYPE_CHECKING:
    from jcsim.experiments.plans import Plan
    from jcsim.experiments.results import Result

Scenarios = Annotated[
    list[str] | None, typer.Argument(help="Names or files; none runs the main job.", show_default=False)
]
Replicates = Annotated[
    int | None,
    typer.Option(help="1: central parameter values; N: draws 1 to N.", show_default="1; the main job 40"),
]
Until = Annotated[
    int | None,
    typer.Option(help="Last year, up to the last of the region's series.", show_default="the scenario's"),
]
Settings = Annotated[
    list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="Change one value; repeatable.")
]


def run(
    scenarios: Scenarios = None,
    scale: Annotated[float, typer.Option(help="Share of the population: 1.0 is 1:1, 0.001 is 1:1000.")] = 1.0,
    replicates: Replicates = None,
    seed: Annotated[int, typer.Option(help="Whole number from 0.")] = 1,
    until: Until = None,
    settings: Settings = None,
    region: Annotated[str, typer.Option(help="Name or folder.")] = "jincheng",
    parameters: Annotated[str, typer.Option(help="prior, posterior, mean or a file.")] = "posterior",
    engine: Annotated[str, typer.Option(help="compiled, agents or both.")] = "compiled",
    threads: Annotated[int | None, typer.Option(help="Threads of each run.", show_default=False)] = None,
    workers: Annotated[int | None, typer.Option(help="Processes.", show_default="as many as fit")] = None,
    out: Annotated[Path | None, typer.Option(help="Results folder.", show_default="results/NAME-KEY")] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace what is in the results folder.")] = False,
    figures: Annotated[bool, typer.Option("--figures/--no-figures", help="Figures and report.")] = True,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress, no remarks.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Simulate scenarios and print the scoreboard against the plan's targets.

    Without SCENARIO this is the main job: baseline and plan (2020 to 2035) at SCALE with central
    parameter values, an ensemble of paired parameter draws at 1:50 from which intervals come, and
    history (2010 to 2021) at 1:10.
    """
    with answering("run", as_json):
        from jcsim.experiments.batch import Means
        from jcsim.experiments.setup import Setup

        common = {"seed": seed, "engine": engine, "threads": threads, "settings": tuple(settings or ())}
        setup = Setup.load(region, parameters, **common)
        plan = _plan(setup, scenarios or [], scale, replicates, until)
        began = time.monotonic()
        with watcher(quiet) as watch, contextlib.redirect_stdout(sys.stderr):  # stdout is for results
            result = _perform(plan, Means(workers, None, threads, watch), out, overwrite, figures)
        _answer(result, time.monotonic() - began, quiet, as_json)


def _plan(setup: Any, scenarios: list[str], scale: float, replicates: int | None, until: int | None) -> Plan:
    from jcsim.experiments.plans import ENSEMBLE_DRAWS, plan_main_job, plan_runs

    if not scenarios:
        number = ENSEMBLE_DRAWS if replicates is None else replicates
        return plan_main_job(setup, scale=scale, replicates=number, until=until)
    number = 1 if replicates is None else replicates
    return plan_runs(scenarios, setup, scale=scale, replicates=number, until=until)


def _perform(plan: Plan, means: Any, out: Path | None, overwrite: bool, figures: bool) -> Result:
    from jcsim.experiments.run import perform

    folder = folder_of(out, plan.folder_name)
    return perform(plan, means, folder, overwrite=overwrite, decorate=publish if figures else None)


def _answer(result: Result, seconds: float, quiet: bool, as_json: bool) -> None:
    board = result.scoreboard() if result.projects else None
    past = result.hindcast() if result.looks_back else None
    manifest = result.manifest
    if as_json:
        show_json(
            "run",
            folder=str(result.folder),
            key=result.key,
            result_hash=result.hash,
            parameters=manifest["parameters_label"],
            runs=len(manifest["runs"]),
            seconds=round(seconds, 3),
            notes=[*manifest["notes"], *result.notes],
            hindcast=None if past is None else records(past),
            scoreboard=None if board is None else records(board),
        )
        return
    if past is not None:
        from jcsim.indicators import hindcast

        show(hindcast.render_text(past, untuned=manifest["parameters_label"] != "posterior"))
        if board is not None:
            show("")
    if board is not None:
        from jcsim.indicators import scoreboard

        show(scoreboard.render_text(board).rstrip("\n"))
    if not quiet:
        for note in (*manifest["notes"], *result.notes):
            say(f"jcsim: {note}")
        say(f"jcsim: {counted(len(manifest['runs']))} in {duration(seconds)}")
    show(f"results: {result.folder}")
