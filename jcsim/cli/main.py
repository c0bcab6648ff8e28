"""The program: its commands, and what a bare call does."""

from __future__ import annotations

import logging
import os
import sys
from itertools import pairwise
from typing import Annotated, Any

import typer

from jcsim.cli.app import app
from jcsim.cli.check import check
from jcsim.cli.console import refuse
from jcsim.cli.doctor import doctor
from jcsim.cli.info import info
from jcsim.cli.report import report
from jcsim.cli.run import run
from jcsim.cli.sweep import sweep
from jcsim.errors import InputError, nearest

REFUSAL: type[Exception] = typer.BadParameter.__mro__[1]  # typer has no public name for what all its refusals are

program = typer.Typer(
    name="jcsim",
    help="A policy laboratory of the Chinese prefecture Jincheng. Called bare it does the main job: see 'run'.",
    add_completion=False,
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)
COMMANDS = (run, sweep, report, app, check, info, doctor)
for command in COMMANDS:
    program.command()(command)


@program.callback(invoke_without_command=True)
def bare(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and leave.")] = False,
) -> None:
    """Without a command: the main job."""
    if version:
        from jcsim import __version__

        print(__version__)
        raise typer.Exit
    if context.invoked_subcommand is None:
        run()


def main() -> None:
    """Entry of ``jcsim``, ``python -m jcsim`` and ``python run.py``."""
    for name in ("stdout", "stderr"):  # closed by the caller: print would take the one for the other
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
    logging.basicConfig(level=logging.WARNING, format="jcsim: %(message)s", stream=sys.stderr)
    try:
        code = _called(sys.argv[1:])
    except typer.Exit as left:
        code = left.exit_code
    except SystemExit as left:  # typer's answer when the reader of a help page leaves, as head does
        if not isinstance(left.__context__, BrokenPipeError):
            raise
        code = 0
    sys.exit(code)


def _called(words: list[str]) -> int:
    """Carry out one call; the exit code."""
    as_json = "--json" in words
    names = [command.__name__ for command in COMMANDS]
    asked = words[0] if words and not words[0].startswith("-") else "jcsim"
    if asked not in (*names, "jcsim"):
        about: dict[str, Any] = {
            "given": asked,
            "allowed": ", ".join(names),
            "suggestion": nearest(asked, names),
        }
        refuse("jcsim", as_json, InputError("unknown command", **about))
    try:
        code = program(words, standalone_mode=False)
    except REFUSAL as error:
        refuse(asked, as_json, _in_words(error, words))
    return code if isinstance(code, int) else 0


def _in_words(error: Any, words: list[str]) -> InputError:
    """What the parser of the command line refuses, said as every other wrong input is."""
    options = [option for option in getattr(getattr(error, "param", None), "opts", ()) if option[0] == "-"]
    given = [after for word, after in pairwise(words) if word in options]
    given += [word.split("=", 1)[1] for word in words if "=" in word and word.split("=", 1)[0] in options]
    return InputError(
        " ".join((error.message if given else error.format_message()).split()).removesuffix("."),
        field=options[0] if given else None,
        given=given[-1] if given else None,
        suggestion=next(iter(getattr(error, "possibilities", None) or ()), None),
    )
