"""The house stands: a room imports only what lies below it, and Qt stays upstairs."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "gd_studio"

GROUND = frozenset({"settings", "errors", "paths", "version"})
BELOW = {
    "settings": frozenset({"errors"}),
    "errors": frozenset(),
    "paths": frozenset(),
    "version": frozenset(),
    "engine": frozenset({"settings", "errors"}),
    "data": GROUND,
    "experiment": GROUND | {"engine", "data"},
    "export": GROUND | {"engine", "data", "experiment"},
    "session": GROUND | {"engine", "data", "experiment", "export"},
    "gui": GROUND | {"engine", "data", "experiment", "export", "session"},
}
# A plain Python library, without Qt.
LIBRARY = [*sorted(GROUND), "engine", "data", "experiment", "export"]
# The public names come from `experiment`; those who start the house may use all of it.
BELOW["gd_studio"] = BELOW["export"]
STARTERS = frozenset({"app", "cli", "__main__"})
BELOW |= {name: BELOW["gui"] | {"gui", "gd_studio"} | STARTERS for name in STARTERS}

ENGINE_MAY_IMPORT = (sys.stdlib_module_names | {"numpy", "msgspec", "gd_studio"}) - {
    # what would make a step depend on anything but its arguments
    "logging",
    "pathlib",
    "random",
    "time",
    "datetime",
    "os",
}
WINDOWS_ONLY = ("PySide6", "pyqtgraph", "shiboken6")
COMMAND_LINE_ONLY = ("typer", "rich")
FILES = sorted(PACKAGE.rglob("*.py"))


def room_of(path: Path) -> str:
    first = path.relative_to(PACKAGE).parts[0]
    return "gd_studio" if first == "__init__.py" else first.removesuffix(".py")


def imports_of(source: str) -> Iterator[str]:
    """Yield the full name of everything a module imports, wherever in it the import stands."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = "." * node.level + (node.module or "")
            yield from (f"{start}.{alias.name}" for alias in node.names)


def upward_imports(room: str, source: str) -> list[str]:
    """Return the imports by which a module of `room` reaches for what is not below it."""
    wrong = []
    for name in imports_of(source):
        first, _, rest = name.partition(".")
        target = rest.partition(".")[0]
        if first != "gd_studio":
            wrong += [name] if name.startswith(".") else []
        elif not (PACKAGE / target).is_dir() and not (PACKAGE / f"{target}.py").is_file():
            target = "gd_studio"
        if first == "gd_studio" and (target or first) not in BELOW[room] | {room}:
            wrong.append(name)
    return wrong


def foreign(source: str, packages: tuple[str, ...]) -> list[str]:
    return [name for name in imports_of(source) if name.split(".")[0] in packages]


def test_every_room_has_a_floor() -> None:
    assert {room_of(path) for path in FILES} <= set(BELOW)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_what_stands_below_its_room(path: Path) -> None:
    source, room = path.read_text("utf-8"), room_of(path)
    assert upward_imports(room, source) == []
    if room in LIBRARY or room == "gd_studio":
        assert foreign(source, WINDOWS_ONLY) == []
    if room in {"session", "gui", "app"}:
        assert foreign(source, COMMAND_LINE_ONLY) == []
    if room == "session":
        qt = foreign(source, WINDOWS_ONLY)
        assert [name for name in qt if not name.startswith(("PySide6.QtCore", "shiboken6"))] == []
    if room == "engine":
        assert {name.split(".")[0] for name in imports_of(source)} <= ENGINE_MAY_IMPORT


@pytest.mark.parametrize(
    ("room", "line"),
    [
        ("engine", "from gd_studio.data.dataset import Dataset"),
        ("engine", "from gd_studio import data"),
        ("data", "def late():\n    import gd_studio.engine.losses"),
        ("experiment", "from gd_studio import load"),
        ("session", "from gd_studio.gui import theme"),
        ("gui", "from gd_studio import app"),
        ("gui", "from . import theme"),
    ],
)
def test_an_import_from_above_is_noticed(room: str, line: str) -> None:
    assert len(upward_imports(room, line)) == 1


def test_an_import_from_below_is_welcome() -> None:
    source = "from gd_studio.engine import losses\nimport gd_studio.settings\nimport json"
    assert upward_imports("experiment", source) == []


@pytest.mark.parametrize("room", ["gd_studio", *LIBRARY])
def test_the_library_loads_no_qt(room: str) -> None:
    module = "gd_studio" if room == "gd_studio" else f"gd_studio.{room}"
    heavy = (*WINDOWS_ONLY, *COMMAND_LINE_ONLY, "polars", "clevercsv", "scipy")
    code = f"import sys, {module}; print(*{{m.split('.')[0] for m in sys.modules}} & {{*{heavy}}})"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=PACKAGE.parent,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.split() == []
