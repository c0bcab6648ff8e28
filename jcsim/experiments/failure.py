"""What a run that failed leaves: its kind and message, never a value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NoReturn

from jcsim.errors import InputError, RunFailed

EXCEPTION, TIMEOUT, KILLED, NAN = "exception", "timeout", "killed", "nan"
KINDS = (EXCEPTION, TIMEOUT, KILLED, NAN)


@dataclass(frozen=True)
class Failure:
    """Why a run has no result.

    Attributes
    ----------
    kind : ``exception`` (the model raised), ``timeout`` (it took too long), ``killed`` (its process
        ended) or ``nan`` (an outcome was not a finite number)
    message : one line
    detail : traceback or last words of the process; for people, in no hash
    cause : the exception, where the run was in this process or the input was wrong
    """

    kind: str
    message: str
    detail: str = ""
    cause: BaseException | None = field(default=None, compare=False, repr=False)

    def throw(self, about: str) -> NoReturn:
        """Raise it.

        Raises
        ------
        InputError
            The model found the input wrong.
        RunFailed
            Anything else.
        """
        if isinstance(self.cause, InputError):
            raise self.cause
        raise RunFailed(self.kind, f"{about}: {self.message}") from self.cause
