"""The examples that come with GD Studio, in the order in which they tell the idea.

Each is an experiment in `resources/examples`, named by its number and a word or two; a new one is
a new file.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gd_studio.errors import FileError
from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.files import load_project
from gd_studio.paths import resource


@dataclass(frozen=True)
class Example:
    """One example: 5, "rate-too-high", where it lies, and what is in it."""

    number: int
    slug: str
    path: Path
    experiment: Experiment

    @property
    def names(self) -> tuple[str, ...]:
        """Return all words by which the command line knows it."""
        return (self.slug, self.path.stem, self.path.name, str(self.number), self.path.stem[:2])


def list_examples() -> tuple[Example, ...]:
    """Return all examples in order. Raises FileError or SettingError if one is broken."""
    paths = sorted(resource("examples").glob("[0-9][0-9]-*.json"))
    return tuple(_example(path) for path in paths)


def find_example(name: str) -> Example:
    """Return the example of a name such as "moons" or a number. Raises FileError."""
    examples = list_examples()
    found = next((e for e in examples if name.lower() in e.names), None)
    if found is None:
        known = ", ".join(e.slug for e in examples)
        raise FileError(f"There is no example {name!r}; the examples are {known}.")
    return found


def _example(path: Path) -> Example:
    number, _, slug = path.stem.partition("-")
    return Example(int(number), slug, path, load_project(path).experiment)
