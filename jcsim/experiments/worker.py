"""A worker process: takes tasks one by one, writes each run into the store, says how each ended.

It ends when its parent does, however that died: a thread waits on the pipe tasks come through, which
closes with the parent; on Linux the system ends it as well.
"""

from __future__ import annotations

import gc
import importlib
import os
import pickle
import queue
import signal
import struct
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from jcsim.errors import InputError, RunFailed
from jcsim.experiments.failure import EXCEPTION, Failure
from jcsim.experiments.runfile import RunStore
from jcsim.experiments.simulate import Report, Tables, checked
from jcsim.experiments.task import Task

READY, PROGRESS, DONE, FAILED, STORE = "ready", "progress", "done", "failed", "store"
Simulate = Callable[[Task, Report], Tables]
LENGTH = struct.Struct(">Q")
PR_SET_PDEATHSIG = 1  # of <linux/prctl.h>


def send(stream: IO[bytes], message: object) -> None:
    """Write one message: its length, then its pickle."""
    content = pickle.dumps(message)
    stream.write(LENGTH.pack(len(content)) + content)
    stream.flush()


def receive(stream: IO[bytes]) -> bytes | None:
    """The pickle of the next message, or None when the other end is gone."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    content = stream.read(length)
    return content if len(content) == length else None


def resolve(simulator: str) -> Simulate:
    """The function named ``package.module:function``."""
    module, _, name = simulator.partition(":")
    function: Simulate = getattr(importlib.import_module(module), name)
    return function


def run_task(task: Task, simulate: Simulate, store: RunStore, report: Report) -> Failure | None:
    """Run one task into the store; the failure if it has one.

    Raises
    ------
    OSError
        The store cannot be written: no fault of the run.
    """
    try:
        tables = checked(task, simulate(task, report))
    except KeyboardInterrupt:
        raise
    except RunFailed as error:
        return Failure(error.kind, error.message, traceback.format_exc(), error)
    except BaseException as error:
        return Failure(EXCEPTION, f"{type(error).__name__}: {error}", traceback.format_exc(), error)
    try:
        store.write(task.key, tables)
    except ValueError as error:  # the tables are not what their layout says
        return Failure(EXCEPTION, str(error), traceback.format_exc(), error)
    return None


def _portable(failure: Failure) -> Failure:
    """A failure another process can read: of all exceptions, only ours are known to survive pickling."""
    return failure if isinstance(failure.cause, InputError) else replace(failure, cause=None)


def _listen(inbox: queue.SimpleQueue[bytes]) -> None:
    while (content := receive(sys.stdin.buffer)) is not None:
        inbox.put(content)
    os._exit(0)  # the parent is gone or has no more work


def _die_with_parent() -> None:
    """Have the system end this process with its parent, where it can: the thread that listens does not
    get its turn while a run holds the interpreter in one long call. (To Linux the parent is the thread
    that started the process: the one that waits for its results.)"""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _rarely(answer: Callable[[tuple[Any, ...]], None], seconds: float = 0.5) -> Report:
    """A report of progress that passes on no more than one message in ``seconds``."""
    last = -seconds

    def report(share: float) -> None:
        nonlocal last
        if time.monotonic() - last >= seconds:
            last = time.monotonic()
            answer((PROGRESS, share))

    return report


def main() -> None:
    """Run as a process: the first message names simulator and store, every further one is a task."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    _die_with_parent()
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a run prints must not stand among the replies
    inbox: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(inbox,), daemon=True).start()

    def answer(message: tuple[Any, ...]) -> None:
        send(replies, message)

    simulator, folder = pickle.loads(inbox.get())
    simulate, store = resolve(simulator), RunStore(Path(folder))
    answer((READY,))
    while True:
        task = pickle.loads(inbox.get())
        try:
            failure = run_task(task, simulate, store, _rarely(answer))
        except OSError as error:
            answer((STORE, error.errno, error.strerror, str(error.filename or store.folder)))
        else:
            answer((DONE,) if failure is None else (FAILED, _portable(failure)))
        gc.collect()  # Mesa models hold themselves in cycles: free this one before the next is built
