"""The two errors a user of the library meets."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path


class InputError(ValueError):
    """What the user wrote is wrong: says where, what was given and what is allowed.

    Attributes
    ----------
    file, line, field : where it stands (any may be None); ``field`` is a dotted path
    given, allowed : the value met and a sentence of what would be accepted
    suggestion : nearest valid name, or None
    """

    def __init__(
        self,
        problem: str,
        *,
        file: str | Path | None = None,
        line: int | None = None,
        field: str | None = None,
        given: object = None,
        allowed: str | None = None,
        suggestion: str | None = None,
    ) -> None:
        self.problem, self.file, self.line, self.field = problem, file, line, field
        self.given, self.allowed, self.suggestion = given, allowed, suggestion
        super().__init__(self._sentence())

    def _sentence(self) -> str:
        place = str(self.file) if self.file is not None else ""
        if self.line is not None:
            place += f":{self.line}"
        if self.field:
            place += f"{': ' if place else ''}{self.field}"
        parts = [f"{place}: {self.problem}" if place else self.problem]
        if self.given is not None:
            parts.append(f"given {self.given!r}")
        if self.allowed:
            parts.append(f"allowed: {self.allowed}")
        if self.suggestion:
            parts.append(f"did you mean {self.suggestion!r}?")
        return "; ".join(parts)

    def __reduce__(self):  # keyword-only arguments: tell pickle how to rebuild (errors cross processes)
        keywords = ("file", "line", "field", "given", "allowed", "suggestion")
        return _rebuild_input_error, (self.problem, {k: getattr(self, k) for k in keywords})


def _rebuild_input_error(problem: str, keywords: dict) -> InputError:
    return InputError(problem, **keywords)


class RunFailed(RuntimeError):
    """A run ended without a result. Carries the kind of failure and its message, never a value."""

    def __init__(self, kind: str, message: str) -> None:
        self.kind, self.message = kind, message
        super().__init__(f"{kind}: {message}")

    def __reduce__(self):
        return RunFailed, (self.kind, self.message)


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The valid name closest to ``name``, or None when nothing is close."""
    matches = difflib.get_close_matches(str(name), list(names), n=1, cutoff=0.5)
    return matches[0] if matches else None
