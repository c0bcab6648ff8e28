"""The app: one page in a browser to set the plan's instruments and watch a live model. Works offline."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["serve"]


def serve(host: str = "localhost", port: int = 8765, ready: Callable[[str], None] = lambda url: None) -> None:
    """Serve the app until interrupted; the visualisation libraries load only now.

    Parameters
    ----------
    host, port : address to listen on; port 0 is any free one
    ready : called once with the page's address when it can be opened

    Raises
    ------
    InputError
        The address is taken or not of this machine, or the browser's part of the page is not installed.
    """
    from jcsim.app.server import serve as run

    run(host, port, ready)
