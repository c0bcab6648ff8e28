"""The app: one page in a browser to set the plan's instruments and watch a live model. Works offline."""

from __future__ import annotations

__all__ = ["serve"]


def serve(host: str = "localhost", port: int = 8765, open_browser: bool = True) -> None:
    """Serve the app until interrupted; the visualisation libraries load only now.

    Parameters
    ----------
    host, port : address to listen on
    open_browser : open the page in the user's browser once the server listens

    Raises
    ------
    InputError
        The address is taken or not of this machine, or the browser assets are not installed.
    """
    from jcsim.app.server import serve as run

    run(host, port, open_browser)
