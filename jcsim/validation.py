"""Checking what was read against a schema: one InputError, at the first wrong line.

A ``Source`` knows where each value stands; ``Source.validate`` turns pydantic's problems into one error
with file, line, dotted path, what was given, what is allowed and the nearest valid name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple, TypeVar, get_args, get_origin

from pydantic import BaseModel, Field, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from jcsim.errors import InputError, nearest

YamlPath = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]  # no text, no boolean, no NaN
Text = Annotated[str, Field(min_length=1, strict=True)]
NAME = r"^[a-z][a-z0-9_]*$"


class Place(NamedTuple):
    """Where a value stands."""

    file: str | None
    line: int | None


class Source:
    """Where each value of a file (or of several files merged) stands.

    Parameters
    ----------
    file : shown in errors; None for data that came from Python
    places : path -> Place of every known node
    """

    def __init__(self, file: str | Path | None = None, places: Mapping[YamlPath, Place] | None = None):
        self.file = None if file is None else str(file)
        self.places: dict[YamlPath, Place] = dict(places or {})

    def locate(self, path: Sequence[str | int]) -> Place:
        """The place of ``path``, or of its nearest known parent."""
        for length in range(len(path), -1, -1):
            place = self.places.get(tuple(path[:length]))
            if place is not None:
                return place
        return Place(self.file, None)

    def error(self, problem: str, path: Sequence[str | int] = (), **keywords: Any) -> InputError:
        """An InputError at ``path``; ``keywords`` are ``given``, ``allowed`` and ``suggestion``."""
        place = self.locate(path)
        field = ".".join(str(step) for step in path) or None
        return InputError(problem, file=place.file, line=place.line, field=field, **keywords)

    def validate(self, model: type[Model], data: object, at: YamlPath = ()) -> Model:
        """``data``, which stands at path ``at``, as a validated ``model``.

        Raises
        ------
        InputError
            The first problem in file order with its line, path, what was given and what is allowed.
        """
        try:
            return model.model_validate(data)
        except ValidationError as problems:
            raise self._first(model, problems.errors(include_url=False), at) from None

    def _order(self, at: YamlPath, path: YamlPath, problem: ErrorDetails) -> tuple[bool, int]:
        """File order; what is missing comes last, since a misspelt key is both unknown and missing."""
        return problem["type"] == "missing", self.locate((*at, *path)).line or 0

    def _first(self, model: type[BaseModel], problems: list[ErrorDetails], at: YamlPath) -> InputError:
        found = [(_path_of(problem), problem) for problem in problems]
        path, problem = min(found, key=lambda one: self._order(at, *one))
        text, keywords = _in_words(model, path, problem)
        return self.error(text, (*at, *path), **keywords)


def refusal(
    problem: str,
    *,
    at: Sequence[str | int] = (),
    given: object = None,
    allowed: str | None = None,
    suggestion: str | None = None,
) -> PydanticCustomError:
    """What a validator raises: ``at`` is the path below the value under validation."""
    words = {"problem": problem, "at": tuple(at), "given": given}
    return PydanticCustomError("refusal", "{problem}", words | {"allowed": allowed, "suggestion": suggestion})


def _path_of(problem: ErrorDetails) -> YamlPath:
    deeper = problem["ctx"]["at"] if problem["type"] == "refusal" else ()
    steps = tuple(step for step in problem["loc"] if step != "[key]")  # pydantic's mark of a wrong key
    return (*steps, *deeper)


def _in_words(model: type[BaseModel], path: YamlPath, problem: ErrorDetails) -> tuple[str, dict[str, Any]]:
    """A pydantic problem as (problem, {given, allowed, suggestion})."""
    kind, context = problem["type"], problem.get("ctx", {})
    if kind == "refusal":
        return context["problem"], {k: context[k] for k in ("given", "allowed", "suggestion")}
    if kind == "missing":
        return "missing", {"allowed": f"a value for {path[-1]!r}"}
    if kind == "extra_forbidden":
        return "unknown key", unknown(path[-1], fields_at(model, path[:-1]))
    given = problem["input"]
    about = {"given": _shown(given), "allowed": _allowed(problem)}
    if kind == "literal_error" and isinstance(given, str):
        choices = [part.strip("' ") for part in re.split(r",| or ", context["expected"])]
        about["suggestion"] = nearest(given, choices)
    return "wrong value", about


def _allowed(problem: ErrorDetails) -> str:
    """What pydantic would accept, in words of the file and not of Python."""
    if problem["type"] == "string_pattern_mismatch" and problem["ctx"]["pattern"] == NAME:
        return "small letters, digits and _, a letter first"
    message = problem["msg"].removeprefix("Input should be ").removeprefix("Value error, ")
    if message.startswith("a valid dictionary"):
        return "a mapping: lines of the form 'key: value'"
    return _WORDS.get(message, message)


_WORDS = {
    "a valid boolean": "true or false",
    "a valid integer": "a whole number",
    "a valid list": "a list",
    "a valid number": "a number",
    "a valid string": "text",
    "a valid tuple": "a list",
}


def _shown(value: object) -> object:
    """A value as an error shows it: whole when it is a scalar, by its kind otherwise."""
    if isinstance(value, Mapping):
        return "a mapping"
    return "a list" if isinstance(value, (list, tuple)) else value


def unknown(name: object, names: Iterable[str]) -> dict[str, Any]:
    """``given``, ``allowed`` and ``suggestion`` for a name that is not among ``names``."""
    known = list(names)
    return {
        "given": name,
        "allowed": ", ".join(known) or None,
        "suggestion": nearest(str(name), known),
    }


def fields_at(model: type[BaseModel], path: Sequence[str | int]) -> list[str]:
    """Keys a mapping at ``path`` below ``model`` may have (as written in the file)."""
    here: list[Any] = [model]
    for step in path:
        here = [found for kind in here for found in _below(kind, step)]
    models = [kind for kind in here if isinstance(kind, type) and issubclass(kind, BaseModel)]
    return [field.alias or name for kind in models for name, field in kind.model_fields.items()]


def _below(kind: Any, step: str | int) -> list[Any]:
    """Annotations of what stands at ``step`` below the annotation ``kind``, unions opened."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        found = [f.annotation for n, f in kind.model_fields.items() if step in (n, f.alias)]
    elif get_origin(kind) in (dict, list, tuple):
        found = [get_args(kind)[1 if get_origin(kind) is dict else 0]]
    else:
        found = []
    return [inner for one in found for inner in _opened(one)]


def _opened(kind: Any) -> list[Any]:
    if get_origin(kind) is Annotated:
        return _opened(get_args(kind)[0])
    if get_origin(kind) in (dict, list, tuple) or isinstance(kind, type):
        return [kind]
    return [inner for one in get_args(kind) for inner in _opened(one)]
