"""``jcsim app``: the app in a browser, on this machine."""

from __future__ import annotations

from typing import Annotated

import typer

from jcsim.cli.console import answering


def app(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "localhost",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8765,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page.")] = True,
) -> None:
    """Serve the app until interrupted: set the plan's instruments and watch a live model."""
    with answering("app"):
        from jcsim.app import serve

        serve(host, port, browser)
