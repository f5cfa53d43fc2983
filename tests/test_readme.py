"""What the README promises is tried, in a copy of the package."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")

TRY = """
import numpy as np
import gd_studio as gds
from gd_studio.engine.optimizers import OPTIMIZERS
from gd_studio.settings import describe
chosen = OPTIMIZERS["sign_descent"]
assert [s.name for s in describe(chosen)] == ["learning_rate"]
run = gds.Run(gds.Experiment().edit({"optimizer.kind": "sign_descent"}))
before = run.evaluate()["loss"]
run.step()
assert np.allclose(run.parameters, run.previous - 0.01 * np.sign(run.gradient), atol=1e-15)
run.advance(100)
first = run.fingerprint()
run.seek(40)
run.seek(run.last_step)
assert run.fingerprint() == first
assert run.evaluate()["loss"] < 0.8 * before
assert np.isfinite(gds.race(run, [0.001, 0.01], 5).totals).all()
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a folder with a copy of the package in which the walk-through has been followed."""
    shutil.copytree(ROOT / "gd_studio", tmp_path / "gd_studio")
    shutil.copytree(
        ROOT / "resources", tmp_path / "resources", ignore=shutil.ignore_patterns("screenshots")
    )
    found = re.search(r"Put this into `(gd_studio/\S+)`:\n\n```python\n(.*?)```", README, re.DOTALL)
    assert found
    path, source = found.groups()
    assert source.count("\n") <= 22, "about twenty lines"
    (tmp_path / path).write_text(source, encoding="utf-8")
    union = tmp_path / "gd_studio/engine/optimizers/__init__.py"
    text = union.read_text(encoding="utf-8")
    text = text.replace(
        "from gd_studio.settings import kind_of",
        "from gd_studio.engine.optimizers.sign import SignDescent\n"
        "from gd_studio.settings import kind_of",
    )
    named = text.replace("    Sgd | AdaGrad", "    SignDescent | Sgd | AdaGrad")
    assert named != text, "the union FirstOrder begins with other names"
    union.write_text(named, encoding="utf-8")
    return tmp_path


def test_the_walk_through_adds_an_optimizer_everywhere(copy: Path) -> None:
    python = [sys.executable, "-c", TRY]
    done = subprocess.run(python, cwd=copy, env={"PYTHONPATH": str(copy)}, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    train = [sys.executable, "-m", "gd_studio", "train", "moons", "--steps", "20"]
    train += ["--set", "optimizer.kind=sign_descent"]
    done = subprocess.run(train, cwd=copy, env={"PYTHONPATH": str(copy)}, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    assert b"step 20" in done.stdout


def test_the_walk_through_names_tests_that_exist() -> None:
    for path in re.findall(r"`(tests/\S+?)`", README):
        assert (ROOT / path).exists(), path


def test_the_python_example_runs_as_it_stands() -> None:
    found = re.search(r"```python\n(import gd_studio as gds\n.*?)```", README, re.DOTALL)
    assert found
    python = [sys.executable, "-W", "error", "-c", found.group(1)]
    environment = {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(python, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "accuracy" in done.stdout
