"""A server for the browser tests: the app at 1:1000 with seeds that make it fail, or Mesa's own page.

Run as ``python app_server.py app|mesa``; prints the page's address. ``/alive`` says how many models live.
"""

import gc
import os
import sys
import weakref

from starlette.responses import PlainTextResponse
from starlette.routing import Route

from jcsim.app import server
from jcsim.errors import RunFailed
from jcsim.model import JinchengModel

NO_MODEL, NO_YEAR = 666, 667  # seeds
ALIVE = weakref.WeakSet()


class Watched(JinchengModel):
    """A model that is counted; some seeds fail, in the ways a run can."""

    def __init__(self, *arguments, rng=None, **keywords):
        if rng == NO_MODEL:
            raise RunFailed("MemoryError", "no room for the population")
        super().__init__(*arguments, rng=rng, **keywords)
        ALIVE.add(self)

    def step(self):
        if self.seed == NO_YEAR and self.year == 2021:
            raise ZeroDivisionError("a rule divided by zero")
        super().step()


def app():
    from jcsim.app import page
    from jcsim.app.choices import Choices
    from jcsim.app.run import Run

    page.START = Choices.of("plan", scale=0.001)
    Run.make_model = Watched


async def alive(request):
    gc.collect()
    return PlainTextResponse(str(len(ALIVE)))


def with_count(build):
    def application():
        built = build()
        built.router.routes.insert(0, Route("/alive", alive))
        return built

    return application


if __name__ == "__main__":
    if sys.argv[1] == "mesa":
        server.PAGE = "app_mesa_page"
        sys.path.insert(0, os.path.dirname(__file__))
    else:
        app()
    server.application = with_count(server.application)
    server.serve("localhost", 0, lambda url: print(url, flush=True))
