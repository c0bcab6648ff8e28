"""Serving the page: on an address of this machine, from files of this machine only."""

from __future__ import annotations

import asyncio
import os
import re
import socket
import warnings
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from jcsim.app.look import FONT_PATH
from jcsim.errors import InputError
from jcsim.viz.style import FONT_PACKAGE

PAGE = "jcsim.app.page"
KEPT = "10m"  # how long the session of a page that lost its connection is kept
GRACE = 2  # seconds open pages get when the server ends
EVERYWHERE = ("0.0.0.0", "::")


def serve(host: str, port: int, ready: Callable[[str], None]) -> None:
    """See :func:`jcsim.app.serve`."""
    listening = listen(host, port)
    os.environ["SOLARA_APP"] = PAGE  # read when Solara's server is imported
    import uvicorn

    class Server(uvicorn.Server):
        """Says when it listens."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                await asyncio.to_thread(ready, address(host, listening))

    with listening:
        options = {"log_level": "warning", "access_log": False, "timeout_graceful_shutdown": GRACE}
        Server(uvicorn.Config(application(), **options)).run(sockets=[listening])


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to the address; port 0 is any free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except socket.gaierror:
        listening.close()
        raise InputError(
            "unknown address", field="host", given=host, allowed="a name or number of this machine"
        ) from None
    except OSError as error:
        listening.close()
        allowed = "a free port of an address of this machine; --port 0 finds one"
        raise InputError(
            error.strerror or str(error), field="host and port", given=f"{host}:{port}", allowed=allowed
        ) from None
    return listening


def address(host: str, listening: socket.socket) -> str:
    """What to type in a browser on this machine."""
    name = "localhost" if host in EVERYWHERE else f"[{host}]" if ":" in host else host
    return f"http://{name}:{listening.getsockname()[1]}/"


def application() -> Callable:
    """Solara's server with this page, settings that keep it on this machine, and the Chinese font.

    Raises
    ------
    InputError
        The browser's part of the page is not installed: without it Solara's server would ask the internet.
    """
    import solara.settings
    from solara.server import settings, starlette
    from starlette.routing import Mount
    from starlette.staticfiles import StaticFiles

    # Said of pages opened at a number instead of "localhost", where the cookie it is about is not needed.
    warnings.filterwarnings("ignore", message="Cookies with samesite=none require https")
    solara.settings.assets.proxy = True  # the browser asks this server only
    settings.main.mode = "production"  # no reload on edits, no look for a newer version
    settings.telemetry.mixpanel_enable = False
    settings.theme.variant = settings.ThemeVariant.light  # the pictures are drawn on white
    settings.theme.title = "jcsim"
    settings.theme.show_banner = False
    settings.assets.fontawesome_enabled = False  # no icon of it is used
    settings.kernel.cull_timeout = KEPT
    assets = Path(settings.assets.proxy_cache_dir)
    missing = [name for name in asked_for(starlette.server.solara_static.parent) if not (assets / name).is_file()]
    if missing:
        raise InputError(
            "the browser's part of the page is not installed", file=assets / missing[0],
            allowed="package solara-assets of a version that fits the installed solara",
        )  # fmt: skip
    # Before Solara's own route, which fetches from the internet what it does not have.
    starlette.app.router.routes[:0] = [
        Mount(f"/{starlette.cdn_url_path}", app=StaticFiles(directory=assets)),
        Mount(FONT_PATH, app=StaticFiles(directory=str(files(FONT_PACKAGE)))),
    ]
    return starlette.app


def asked_for(server: Path) -> list[str]:
    """Files below the folder of assets that Solara's page asks for at once, as its template names them."""
    text = (server / "templates" / "solara.html.j2").read_text(encoding="utf-8")
    names = re.findall(r'"\{\{cdn\}\}/(@widgetti/solara-vuetify-app@[^"]+(?:\.css|\.min\.js)|requirejs@[^"]+)"', text)
    return sorted({name.replace("{{ipywidget_major_version}}", "8") for name in names})
