"""What an experiment says of itself: the note that goes with it, and how it is opened."""

from __future__ import annotations

from typing import Annotated

import msgspec

from gd_studio.settings import Settings


class Story(Settings, frozen=True):
    """The note that goes with an experiment."""

    what_this_is: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    try_this: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    look_for: Annotated[str, msgspec.Meta(max_length=2000)] = ""

    def __bool__(self) -> bool:
        return bool(self.what_this_is or self.try_this or self.look_for)


class Opening(Settings, frozen=True):
    """How an experiment presents itself when it is opened."""

    step: Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)] | None = None
    """The step to show; None for the last one reached."""
    panels: tuple[str, ...] | None = None
