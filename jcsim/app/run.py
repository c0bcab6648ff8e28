"""One session's run: a model built and stepped away from the page, with what the page may know of it."""

from __future__ import annotations

import gc
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum

import solara

from jcsim.agents.compat import forget_model
from jcsim.app.choices import Choices
from jcsim.app.snapshot import Snapshot, take
from jcsim.errors import InputError, RunFailed
from jcsim.model import JinchengModel

WORK = threading.Lock()  # one year or build at a time in the process: Numba's threads allow no second caller
PROBE = 0.2  # seconds between tries for the lock

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
    """What the page shows of a run: its stage, its last snapshot and what went wrong.

    ``seconds`` is the time the last build or year took.
    """

    stage: Stage = Stage.WAITING
    snapshot: Snapshot | None = None
    error: str = ""
    seconds: float = 0.0


class Run:
    """A model of one browser session; made anew by every Reset.

    Mesa's ``ModelController`` calls ``step`` and reads ``running``, and makes the next run with
    ``type(run)(**parameters)``. Making a run costs nothing; ``build`` makes its model and belongs in a
    thread of its own.
    """

    def __init__(self, choices: Choices, make_model: Callable[..., JinchengModel] = JinchengModel) -> None:
        self.choices = choices
        self.status: solara.Reactive[Status] = solara.reactive(Status())
        self._make_model = make_model
        self._model: JinchengModel | None = None
        self._closed = False

    @property
    def running(self) -> bool:
        """Whether there is another year to make."""
        status = self.status.peek()
        return status.stage is not Stage.FAILED and status.snapshot is not None and status.snapshot.running

    def build(self) -> None:
        """Make the model and the first snapshot."""
        self._work(Stage.BUILDING, self._build)

    def step(self) -> None:
        """Make one year; does nothing after the last."""
        if self.running:
            self._work(Stage.STEPPING, self._step)

    def close(self) -> None:
        """Give the model's memory back, once a year in the making is done; returns at once."""
        self._closed = True
        threading.Thread(target=self._drop, name="jcsim-close", daemon=True).start()

    def _build(self) -> Snapshot:
        choices = self.choices
        self._model = self._make_model(choices.scenario, scale=choices.scale, rng=choices.seed)
        return take(self._model)

    def _step(self) -> Snapshot:
        assert self._model is not None
        self._model.step()
        return take(self._model)

    def _work(self, stage: Stage, work: Callable[[], Snapshot]) -> None:
        """Do one piece of work alone in the process and say how it went."""
        while not WORK.acquire(timeout=PROBE):
            self._say(stage=Stage.WAITING)
            if self._closed:
                return
        try:
            if not self._closed:
                self._say(stage=stage)
                began = time.perf_counter()
                self._say(snapshot=work(), stage=Stage.READY, seconds=time.perf_counter() - began)
        except (InputError, RunFailed) as error:
            self._say(stage=Stage.FAILED, error=str(error))
        except Exception as error:  # the page says it, the log keeps the trace, the run ends
            log.exception("the run failed")
            self._say(stage=Stage.FAILED, error=f"{type(error).__name__}: {error}")
        finally:
            WORK.release()

    def _say(self, **changes: object) -> None:
        status = self.status.peek()
        if any(getattr(status, name) != value for name, value in changes.items()):
            self.status.set(replace(status, **changes))

    def _drop(self) -> None:
        with WORK:
            model, self._model = self._model, None
            if model is not None:
                forget_model(model)
                del model
            gc.collect()
