"""``jcsim report``: figures and the report page of a results folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jcsim.cli.console import answering, show, show_json
from jcsim.cli.publish import publish


def report(
    results: Annotated[Path, typer.Argument(help="Results folder.")],
    lang: Annotated[str, typer.Option(help="en or zh.")] = "en",
    by: Annotated[str | None, typer.Option(help="county adds tables by county.", show_default=False)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Draw the figures of a results folder and write its report: one HTML page, printable."""
    with answering("report", as_json):
        from jcsim.experiments.results import Result

        files = publish(results, Result.load(results), lang, by)
        if as_json:
            show_json("report", folder=str(results), files=[str(path) for path in files])
        else:
            show("\n".join(str(path) for path in files))
