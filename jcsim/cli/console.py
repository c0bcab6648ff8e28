"""What every command shares: results to stdout, progress and errors to stderr, exit codes, JSON."""

from __future__ import annotations

import contextlib
import json
import math
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import typer

from jcsim.errors import InputError, RunFailed

if TYPE_CHECKING:
    from jcsim.experiments.progress import State, Watch

SCHEMA = 1
WRONG_INPUT, FAILED, INTERRUPTED = 2, 3, 130
SECONDS_BETWEEN_LINES = 15.0


def say(text: str) -> None:
    """A line for people, on stderr."""
    print(text, file=sys.stderr, flush=True)


def show(text: str) -> None:
    """A result, on stdout."""
    print(text, flush=True)


def show_json(command: str, **content: Any) -> None:
    """The one JSON object of a command, on stdout (NaN is not JSON: who has one writes null or text)."""
    whole = {"schema": SCHEMA, "command": command, **content}
    show(json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False))


def records(table: Any) -> list[dict[str, Any]]:
    """Rows of a DataFrame as JSON has them: missing values are null."""
    rows: list[dict[str, Any]] = json.loads(table.to_json(orient="records", force_ascii=False, double_precision=15))
    return rows


@contextlib.contextmanager
def answering(command: str, as_json: bool = False) -> Iterator[None]:
    """Turn the errors a user can meet into one message and the exit code that belongs to it."""
    try:
        yield
    except InputError as error:
        refuse(command, as_json, error)
    except RunFailed as error:
        _fail(command, as_json, FAILED, error.kind, f"run failed: {error}", error.message)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the reader left (as head does): nobody to tell
        raise typer.Exit from None
    except OSError as error:
        reason = error.strerror or str(error)
        where = None if error.filename is None else str(error.filename)
        text = f"cannot read or write: {where}: {reason}" if where else f"cannot read or write: {reason}"
        _fail(command, as_json, FAILED, "storage", text, reason, file=where)
    except KeyboardInterrupt:
        text = "interrupted: what was finished is kept"
        _fail(command, as_json, INTERRUPTED, "interrupted", text, "interrupted")


def refuse(command: str, as_json: bool, error: InputError) -> NoReturn:
    """Say what is wrong with the input and leave."""
    about = ("file", "line", "field", "given", "allowed", "suggestion")
    details = {name: _plain(getattr(error, name)) for name in about}
    _fail(command, as_json, WRONG_INPUT, "input", str(error), error.problem, **details)


def _plain(value: object) -> object:
    """A value as JSON has it: NaN and what is no scalar become text."""
    finite = isinstance(value, float) and math.isfinite(value)
    return value if value is None or finite or isinstance(value, (bool, int, str)) else str(value)


def _fail(command: str, as_json: bool, code: int, kind: str, text: str, problem: str, **details: Any) -> NoReturn:
    say(f"jcsim: {text}")
    if as_json:
        show_json(command, error={"kind": kind, "problem": problem, **details})
    raise typer.Exit(code)


def watcher(quiet: bool) -> Progress | contextlib.nullcontext[None]:
    """A display of progress to be used in a ``with`` statement; none when quiet."""
    if quiet:
        return contextlib.nullcontext()
    return Bar() if sys.stderr.isatty() else Lines()


class Progress:
    """Told of the state of a batch; knows its rate and the time left."""

    def __init__(self) -> None:
        self.began = time.monotonic()

    def __enter__(self) -> Watch:
        return self.tell

    def __exit__(self, *error: object) -> None:
        pass

    def tell(self, state: State) -> None:
        raise NotImplementedError

    def in_words(self, state: State) -> str:
        """``12 of 83 runs, 1 failed, 14.2 simulated years/s``."""
        seconds = max(time.monotonic() - self.began, 1e-6)
        failed = f", {state.failed} failed" if state.failed else ""
        return f"{state.ended} of {counted(state.runs)}{failed}, {state.years / seconds:.2g} simulated years/s"

    def left(self, state: State) -> str:
        """Time left, from the share of the work that is done."""
        if state.share < 0.01:
            return "time left unknown"
        seconds = (time.monotonic() - self.began) * (1.0 - state.share) / state.share
        return f"about {duration(seconds)} left"


class Lines(Progress):
    """A plain line now and then, for logs."""

    def __init__(self) -> None:
        super().__init__()
        self.last = self.began

    def tell(self, state: State) -> None:
        if time.monotonic() - self.last >= SECONDS_BETWEEN_LINES:
            self.last = time.monotonic()
            say(f"jcsim: {100 * state.share:.0f} % of the work, {self.in_words(state)}, {self.left(state)}")


class Bar(Progress):
    """A bar on a terminal."""

    def __enter__(self) -> Watch:
        from rich.console import Console
        from rich.progress import BarColumn, TaskProgressColumn, TextColumn
        from rich.progress import Progress as RichProgress

        columns = (BarColumn(), TaskProgressColumn(), TextColumn("{task.description}"))
        self.bar = RichProgress(*columns, console=Console(stderr=True), transient=True)
        self.bar.start()
        self.line = self.bar.add_task("starting", total=1.0)
        return self.tell

    def __exit__(self, *error: object) -> None:
        self.bar.stop()

    def tell(self, state: State) -> None:
        words = f"{self.in_words(state)}, {self.left(state)}: {state.latest}"
        self.bar.update(self.line, completed=state.share, description=words)


def counted(runs: int) -> str:
    """``1 run``, ``2 runs``."""
    return f"{runs} run" if runs == 1 else f"{runs} runs"


def duration(seconds: float) -> str:
    """``45 s``, ``12 min``, ``3 h 05 min``."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"


def folder_of(out: Path | None, name: str) -> Path:
    """Where results go: as asked, else ``results/NAME`` below the current folder."""
    return Path("results") / name if out is None else out
