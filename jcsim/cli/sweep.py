"""``jcsim sweep``: run a designed batch; the same call goes on where an earlier one was killed."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jcsim.cli.console import FAILED, answering, duration, folder_of, records, say, show, show_json, watcher

if TYPE_CHECKING:
    from jcsim.experiments.sweeps import Sweep


def sweep(
    file: Annotated[str, typer.Argument(help="Sweep file, or the name of a shipped one.")],
    workers: Annotated[int | None, typer.Option(help="Processes.", show_default="as many as fit")] = None,
    timeout: Annotated[float | None, typer.Option(help="Seconds a run may take.", show_default="none")] = None,
    threads: Annotated[int, typer.Option(help="Threads of each process.")] = 1,
    out: Annotated[Path | None, typer.Option(help="Results folder.", show_default="results/NAME-KEY")] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace what is in the results folder.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress, no remarks.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Run every point of a sweep file in every replicate; resumes by itself.

    A run that fails, hangs or is killed costs that run only: the exit code is then 3, the others are
    kept, and the next call repeats only what failed.
    """
    with answering("sweep", as_json):
        from jcsim.experiments.batch import Means
        from jcsim.experiments.design import load_design
        from jcsim.experiments.sweep import perform_sweep

        design = load_design(file)
        began = time.monotonic()
        with watcher(quiet) as watch:
            means = Means(workers, timeout, threads, watch)
            found = perform_sweep(design, means, folder_of(out, design.folder_name), overwrite=overwrite)
        _answer(found, len(design.tasks), time.monotonic() - began, quiet, as_json)
        if not found.complete:
            raise typer.Exit(FAILED)


def _answer(found: Sweep, runs: int, seconds: float, quiet: bool, as_json: bool) -> None:
    if as_json:
        show_json(
            "sweep",
            folder=str(found.folder),
            key=found.key,
            result_hash=found.hash,
            parameters=found.manifest["parameters_label"],
            complete=found.complete,
            points=found.manifest["points"],
            runs=runs,
            rows=len(found.table),
            failures=records(found.failures),
            seconds=round(seconds, 3),
            notes=[*found.manifest["notes"], *found.notes],
        )
        return
    for row in found.failures.itertuples():
        which = "central run" if row.replicate == 0 else f"replicate {row.replicate}"
        say(f"jcsim: point {row.point}, {row.scenario}, {which}: {row.kind}: {row.message}")
    if not quiet:
        for note in (*found.manifest["notes"], *found.notes):
            say(f"jcsim: {note}")
        say(f"jcsim: {runs} runs, {len(found.failures)} failed, in {duration(seconds)}")
    show(f"results: {found.folder}")
