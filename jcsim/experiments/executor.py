"""Running tasks apart from each other, in processes of our own.

A run that raises, hangs or is killed costs itself only: its worker is replaced and the rest goes on.
(A pool of ``concurrent.futures`` is broken for good once one of its processes is killed.) Workers are
fresh interpreters, never forks, and do not import the caller's ``__main__``: no guard is needed there.
"""

from __future__ import annotations

import contextlib
import functools
import os
import pickle
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from jcsim.errors import RunFailed
from jcsim.experiments import worker as protocol
from jcsim.experiments.failure import KILLED, TIMEOUT, Failure
from jcsim.experiments.simulate import SIMULATOR
from jcsim.experiments.task import Task

START_SECONDS = 300.0  # a worker that has not imported its modules by then is hung
MOST_FALSE_STARTS = 3  # workers dying in a row before they are ready
THREAD_LIMITS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
BOOT = "import sys; sys.path[:] = {path!r}; from jcsim.experiments.worker import main; main()"

Progress = Callable[[Task, float], None]  # told the share of a running task that is done


@dataclass(frozen=True)
class Outcome:
    """How one task ended: no failure means that its run is in the store."""

    task: Task
    failure: Failure | None


Message = tuple[Any, ...]
Inbox = queue.SimpleQueue["tuple[Worker, Message | None]"]


class Worker:
    """One process and what it is doing. Its messages arrive in ``inbox`` as (worker, message or None)."""

    def __init__(self, inbox: Inbox, simulator: str, folder: Path, threads: int) -> None:
        self.task: Task | None = None
        self.ready = False
        self.deadline = float("inf")
        self.log = tempfile.TemporaryFile()  # noqa: SIM115 (open as long as the worker)
        limits = dict.fromkeys(THREAD_LIMITS, str(threads))
        self.process = subprocess.Popen(
            [sys.executable, "-c", BOOT.format(path=[str(entry) for entry in sys.path])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            env=os.environ | limits,
            start_new_session=True,  # Ctrl-C in the terminal reaches the parent only
        )
        self.tasks, self.replies = _pipe(self.process.stdin), _pipe(self.process.stdout)
        self.listener = threading.Thread(target=self._listen, args=(inbox,), daemon=True)
        self.listener.start()
        self._send((simulator, str(folder)))

    def _listen(self, inbox: Inbox) -> None:
        while (content := protocol.receive(self.replies)) is not None:
            inbox.put((self, pickle.loads(content)))
        inbox.put((self, None))

    def _send(self, message: object) -> None:
        with contextlib.suppress(BrokenPipeError):  # it died: its listener says so
            protocol.send(self.tasks, message)

    @property
    def assigned(self) -> Task:
        """The task it has."""
        if self.task is None:
            raise RuntimeError("an idle worker has no task")
        return self.task

    def start(self, task: Task, timeout: float | None) -> None:
        """Give it a task; the time allowed counts from when it is ready for one."""
        self.task = task
        if self.ready:
            self.deadline = time.monotonic() + (float("inf") if timeout is None else timeout)
            self._send(task)
        else:
            self.deadline = time.monotonic() + START_SECONDS

    def stop(self) -> None:
        """End the process and what it started, at once."""
        with contextlib.suppress(OSError):
            self.tasks.close()
        with contextlib.suppress(ProcessLookupError):
            if os.name == "posix":
                os.killpg(self.process.pid, signal.SIGKILL)
            else:
                self.process.kill()
        self.process.wait()
        self.listener.join()
        self.replies.close()
        self.log.close()

    def last_words(self) -> str:
        """The end of what the process wrote to its error stream."""
        self.log.seek(0, os.SEEK_END)
        self.log.seek(max(0, self.log.tell() - 4000))
        return self.log.read().decode(errors="replace").strip()

    def epitaph(self) -> str:
        """How the process ended, in words."""
        code = self.process.wait()
        if code >= 0:
            return f"its process ended by itself with code {code}"
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = f"signal {-code}"
        return f"its process was ended by {name}"


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    """The stream, which Popen made because it was asked for a pipe."""
    if stream is None:
        raise RuntimeError("the process has no pipe")
    return stream


class Executor:
    """Runs tasks on ``workers`` processes; see ``execute``."""

    def __init__(
        self, folder: Path, workers: int, timeout: float | None, threads: int, simulator: str,
        progress: Progress | None,
    ) -> None:  # fmt: skip
        self.timeout, self.progress = timeout, progress
        self.inbox: Inbox = queue.SimpleQueue()
        self.make = functools.partial(Worker, self.inbox, simulator, folder, threads)
        self.most = workers
        self.workers: list[Worker] = []
        self.waiting: deque[Task] = deque()
        self.false_starts = 0
        self.warm = False

    def outcomes(self, tasks: Iterable[Task]) -> Iterator[Outcome]:
        """Run the tasks: the shortest goes ahead alone until it is on its way, so that rules are compiled
        and populations built once and not in every worker; then long ones first, for even ends."""
        self.waiting.extend(sorted(tasks, key=lambda task: -task.cost))
        self.waiting.rotate(1)
        try:
            while self.waiting or any(worker.task for worker in self.workers):
                self._employ()
                yield from self._next()
        finally:
            for worker in self.workers:
                worker.stop()

    @property
    def pids(self) -> list[int]:
        """Process ids of the workers there are."""
        return [worker.process.pid for worker in self.workers]

    def _employ(self) -> None:
        for worker in self.workers:
            if worker.task is None and self.waiting:
                worker.start(self.waiting.popleft(), self.timeout)
        while self.waiting and len(self.workers) < (self.most if self.warm else 1):
            self.workers.append(self.make())
            self.workers[-1].start(self.waiting.popleft(), self.timeout)

    def _next(self) -> Iterator[Outcome]:
        """Wait for a message or a deadline; the outcomes that follow from it."""
        wait = min(worker.deadline for worker in self.workers) - time.monotonic()
        try:
            worker, message = self.inbox.get(timeout=max(0.0, min(wait, 3600.0)))
        except queue.Empty:
            yield from self._overdue()
            return
        if worker in self.workers:  # a stopped worker's last messages no longer count
            yield from self._gone(worker) if message is None else self._heard(worker, message)

    def _heard(self, worker: Worker, message: Message) -> Iterator[Outcome]:
        kind, *content = message
        self.warm = self.warm or kind != protocol.READY
        if kind == protocol.READY:
            worker.ready, self.false_starts = True, 0
            worker.start(worker.assigned, self.timeout)
        elif kind == protocol.PROGRESS:
            if self.progress:
                self.progress(worker.assigned, *content)
        elif kind == protocol.STORE:
            raise OSError(*content)
        else:
            task, worker.task, worker.deadline = worker.assigned, None, float("inf")
            yield Outcome(task, content[0] if kind == protocol.FAILED else None)

    def _gone(self, worker: Worker) -> Iterator[Outcome]:
        ending, words = worker.epitaph(), worker.last_words()
        self._dismiss(worker)
        if not worker.ready:
            self._false_start(worker, ending, words)
        elif worker.task is not None:
            yield Outcome(worker.task, Failure(KILLED, ending, words))

    def _overdue(self) -> Iterator[Outcome]:
        for worker in [w for w in self.workers if w.deadline <= time.monotonic()]:
            words = worker.last_words()
            self._dismiss(worker)
            if worker.ready:
                yield Outcome(worker.assigned, Failure(TIMEOUT, f"no result within {self.timeout:g} s", words))
            else:
                self._false_start(worker, f"not ready within {START_SECONDS:g} s", words)

    def _false_start(self, worker: Worker, ending: str, words: str) -> None:
        """Its task never began, which is no fault of the run: another worker gets it."""
        self.waiting.appendleft(worker.assigned)
        self.false_starts += 1
        if self.false_starts >= MOST_FALSE_STARTS:
            raise RunFailed(KILLED, f"worker processes do not start: {ending}\n{words}")

    def _dismiss(self, worker: Worker) -> None:
        self.warm = True  # whoever goes ahead may fail: the others do not wait for the next
        self.workers.remove(worker)
        worker.stop()


def execute(
    tasks: Iterable[Task],
    folder: Path,
    *,
    workers: int,
    timeout: float | None = None,
    threads: int = 1,
    simulator: str = SIMULATOR,
    progress: Progress | None = None,
) -> Generator[Outcome]:
    """Run tasks in worker processes; yields the outcome of each as it ends.

    Parameters
    ----------
    folder : the run store the workers write to
    workers : processes at most
    timeout : seconds a run may take; None is no limit
    threads : of each worker

    Raises
    ------
    OSError
        The store cannot be written.
    RunFailed
        Worker processes do not start at all.
    """
    executor = Executor(Path(folder), workers, timeout, threads, simulator, progress)
    yield from executor.outcomes(tasks)
