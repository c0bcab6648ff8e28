"""One session's run: a model built and stepped away from the page, with what the page may know of it."""

from __future__ import annotations

import gc
import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import Enum

import solara

from jcsim.agents.compat import forget_model
from jcsim.app.choices import Choices
from jcsim.app.snapshot import Snapshot, take
from jcsim.app.tile import Picture
from jcsim.errors import InputError, RunFailed
from jcsim.model import JinchengModel

WORK = threading.Lock()  # one year or build at a time in the process: Numba's threads allow no second caller
PROBE = 0.2  # seconds between tries for the lock

Draw = Callable[[Snapshot], Iterable[Picture]]

log = logging.getLogger(__name__)


class Stage(Enum):
    """What a run is doing."""

    WAITING = "waiting"  # for the run of another session
    BUILDING = "building"
    READY = "ready"
    STEPPING = "stepping"
    FAILED = "failed"


@dataclass(frozen=True)
class Status:
    """What the page shows of a run.

    Attributes
    ----------
    stage : what it is doing
    snapshot : of the last year; None before the build
    pictures : of the snapshot
    error, undrawn : what went wrong in the run and in the pictures; empty where nothing did
    seconds : time the last build or year took
    """

    stage: Stage = Stage.BUILDING
    snapshot: Snapshot | None = None
    pictures: tuple[Picture, ...] = ()
    error: str = ""
    undrawn: str = ""
    seconds: float = 0.0


class Run:
    """A model of one browser session; made anew by every Reset.

    Making a run costs nothing; ``build`` makes its model and belongs in a thread of its own. Pictures are drawn here and not by the page, whose passes must be short: what a user
    does during a long one is shown late, or undone.

    Parameters
    ----------
    choices : what to run
    draw : pictures of a snapshot
    """

    make_model: Callable[..., JinchengModel] = JinchengModel

    def __init__(self, choices: Choices, draw: Draw = lambda snapshot: ()) -> None:
        self.choices = choices
        self.status: solara.Reactive[Status] = solara.reactive(Status())
        self._draw = draw
        self._drawing = threading.Lock()  # pictures of one moment and one language at a time
        self._model: JinchengModel | None = None
        self._closed = False

    @property
    def running(self) -> bool:
        """Whether pressing Step or Play makes sense: true from the start, so that Play may wait for the build."""
        status = self.status.peek()
        if self._closed or status.stage is Stage.FAILED:
            return False
        return status.snapshot is None or status.snapshot.running

    def build(self) -> None:
        """Make the model and the first snapshot."""
        self._work(Stage.BUILDING, self._build)

    def step(self) -> None:
        """Make one year; does nothing before the build is done or after the last year."""
        if self.running and self.status.peek().snapshot is not None:
            self._work(Stage.STEPPING, self._step)

    def redraw(self) -> None:
        """Draw the last snapshot again, as ``draw`` now does."""
        with self._drawing:
            snapshot = self.status.peek().snapshot
            if snapshot is not None:
                self._say(**self._drawn(snapshot))

    def close(self) -> None:
        """Give the model's memory back, once a year in the making is done; returns at once."""
        self._closed = True
        threading.Thread(target=self._drop, name="jcsim-close", daemon=True).start()

    def _build(self) -> Snapshot:
        choices = self.choices
        self._model = self.make_model(choices.scenario, scale=choices.scale, rng=choices.seed)
        return take(self._model)

    def _step(self) -> Snapshot:
        assert self._model is not None
        self._model.step()
        return take(self._model)

    def _work(self, stage: Stage, work: Callable[[], Snapshot]) -> None:
        """Do one piece of work alone in the process, then draw it and say how it went."""
        while not WORK.acquire(timeout=PROBE):
            self._say(stage=Stage.WAITING)
        try:
            if self._closed:
                return
            self._say(stage=stage)
            began = time.perf_counter()
            snapshot = work()
            seconds = time.perf_counter() - began
        except (InputError, RunFailed) as error:
            log.info("the run ended", exc_info=True)
            self._say(stage=Stage.FAILED, error=str(error))
            return
        except Exception as error:  # the page says it, the log keeps the trace, the run ends
            log.exception("the run failed")
            self._say(stage=Stage.FAILED, error=f"{type(error).__name__}: {error}")
            return
        finally:
            WORK.release()
        with self._drawing:
            self._say(stage=Stage.READY, snapshot=snapshot, seconds=seconds, **self._drawn(snapshot))

    def _drawn(self, snapshot: Snapshot) -> dict[str, object]:
        """The pictures of a snapshot, or why there are none."""
        try:
            return {"pictures": tuple(self._draw(snapshot)), "undrawn": ""}
        except Exception as error:  # the page says it, the log keeps the trace, the run can go on
            log.exception("the pictures could not be drawn")
            return {"pictures": (), "undrawn": f"{type(error).__name__}: {error}"}

    def _say(self, **changes: object) -> None:
        status = self.status.peek()
        if not self._closed and any(getattr(status, name) != value for name, value in changes.items()):
            self.status.set(replace(status, **changes))

    def _drop(self) -> None:
        with WORK:
            model, self._model = self._model, None
            if model is not None:
                forget_model(model)
                del model
            gc.collect()
        self.status.set(Status())  # Solara keeps it as long as the session
