"""What a described setting is: the ground that engine, data and experiment all stand on.

A setting is written once, as an annotated field of a frozen struct:

    learning_rate: Annotated[float, described("Learning rate", "How far ...", gt=0, scale="log")]

Its form row, tooltip, bounds, `--set` path, file key and error sentence all come from that line.
Choices are tagged unions: each member is a class with a `kind` (its word in files) and a `title`.
"""

from gd_studio.settings.conversion import convert, plain
from gd_studio.settings.description import Setting, describe, described, visible
from gd_studio.settings.editing import (
    differences,
    edited,
    edited_together,
    merged,
    setting_at,
    value_at,
)
from gd_studio.settings.group import Choice, Settings, kind_of, kinds

__all__ = [
    "Choice",
    "Setting",
    "Settings",
    "convert",
    "describe",
    "described",
    "differences",
    "edited",
    "edited_together",
    "kind_of",
    "kinds",
    "merged",
    "plain",
    "setting_at",
    "value_at",
    "visible",
]
