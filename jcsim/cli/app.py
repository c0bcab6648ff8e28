"""``jcsim app``: the app in a browser, on this machine."""

from __future__ import annotations

import webbrowser
from typing import Annotated

import typer

from jcsim.cli.console import answering, say, show


def app(
    host: Annotated[str, typer.Option(help="Address to listen on; whoever reaches it can use the app.")] = "localhost",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 is any free one.")] = 8765,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page.")] = True,
) -> None:
    """Serve the app until interrupted: set the plan's instruments and watch a live model."""

    def ready(url: str) -> None:
        show(url)
        say("jcsim: the app is at this address; Ctrl+C ends it")
        if browser and not webbrowser.open(url):
            say("jcsim: no browser was found: open the address yourself")

    with answering("app"):
        from jcsim.app import serve

        serve(host, port, ready)
