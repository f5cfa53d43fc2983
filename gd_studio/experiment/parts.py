"""Work in parts: a generator that pauses, so that others get on in between."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, TypeVar

Answer = TypeVar("Answer")


def finished(work: Generator[Any, None, Answer]) -> Answer:
    """Do all of a work that is made to be paused, and return its answer."""
    while True:
        try:
            next(work)
        except StopIteration as done:
            answer: Answer = done.value
            return answer
