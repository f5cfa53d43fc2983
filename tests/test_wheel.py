"""The wheel holds the whole application: it works where there is no checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[1]
NOT_SHIPPED = {"screenshots"}
# The offscreen platform says so of every window whose size is bounded.
PLATFORM_TALK = "This plugin does not support propagateSizeHints()"


def run(folder: Path, *arguments: str, path: Path | None = None) -> tuple[str, str]:
    """Run this Python in `folder` with `path`, not the checkout, on its path."""
    environment = os.environ | {"PYTHONPATH": str(path or ""), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout, done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(CHECKOUT, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder))
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into a folder of its own, without a network."""
    target = tmp_path_factory.mktemp("installed")
    quietly = ["--quiet", "--disable-pip-version-check", "--no-deps", "--no-index"]
    run(target, "-m", "pip", "install", *quietly, "--target", str(target), str(wheel))
    return target


def test_the_wheel_carries_the_resources_and_only_those_needed(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    shipped = {name.split("/")[2] for name in names if name.startswith("gd_studio/resources/")}
    present = {f.relative_to(CHECKOUT / "resources").parts[0] for f in _resource_files()}
    assert shipped == present - NOT_SHIPPED
    assert "gd_studio/py.typed" in names
    assert {name.split("/")[0].split("-")[0] for name in names} == {"gd_studio"}


def test_the_library_of_the_wheel_trains(installed: Path, tmp_path: Path) -> None:
    code = (
        "import gd_studio as gds; run = gds.Run(gds.Experiment()); run.advance(50);"
        "print(run.step_number, gds.__file__)"
    )
    said, complaints = run(tmp_path, "-c", code, path=installed)
    steps, where = said.split(maxsplit=1)
    assert (steps, complaints) == ("50", "")
    assert Path(where.strip()).is_relative_to(installed)


def test_the_command_line_of_the_wheel_knows_the_examples(installed: Path, tmp_path: Path) -> None:
    listed, _ = run(tmp_path, "-m", "gd_studio", "examples", path=installed)
    examples = list((CHECKOUT / "resources" / "examples").glob("*.*"))
    assert len(examples) >= 10
    for example in examples:
        assert example.stem in listed


def test_the_window_of_the_wheel_opens_and_closes(installed: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from PySide6.QtWidgets import QApplication; app = QApplication(sys.argv);"
        "from gd_studio.app import create_window; window = create_window(); window.show();"
        "app.processEvents(); window.close(); app.processEvents(); print('closed')"
    )
    said, complaints = run(tmp_path, "-c", code, path=installed)
    assert (said, set(complaints.splitlines()) - {PLATFORM_TALK}) == ("closed\n", set())


def _resource_files() -> list[Path]:
    return [path for path in (CHECKOUT / "resources").rglob("*") if path.is_file()]
