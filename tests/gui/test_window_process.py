"""The whole program as a process: it starts, races, and ends cleanly however it is ended."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.files import Project, save_project
from gd_studio.experiment.story import Opening
from gd_studio.experiment.tape import Tape

# The window is driven from inside by what it tells of itself, then ended from outside or in.
RACE = """
import os, signal, sys
from gd_studio import Experiment, app, __main__
create = app.create_window
ending = sys.argv.pop()

def racing():
    window = create(Experiment.from_dict({"stop": {"max_steps": None}}))
    done = []

    def look(frame):
        if not done and frame.step == 0 and not frame.playing:
            done.append(frame)
            window.session.set_rate(None)
            window.session.play()
        elif len(done) == 1 and frame.step > 200:
            done.append(frame)
            end(window)

    window.frame_shown.connect(look)
    return window

def end(window):
    if ending == "close":
        window.close_now()
    elif ending == "quit":
        app.QApplication.quit()
    else:
        os.kill(os.getpid(), getattr(signal, ending))

app.create_window = racing
__main__.main()
"""


def start(tmp_path: Path, code: str, *words: str, **environment: str) -> subprocess.Popen[str]:
    settings = {"QT_QPA_PLATFORM": "offscreen", "GD_STUDIO_CONFIG": str(tmp_path / "config")}
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **settings, **environment},
    )


def end_of(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Return the exit code and what stood on stderr."""
    try:
        _, said = process.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        pytest.fail("the program did not end")
    # Qt's offscreen platform says this of every window; no other does.
    lines = [line for line in said.splitlines() if "This plugin does not support" not in line]
    return process.returncode, "\n".join(lines)


def races_and_ends(tmp_path: Path, ending: str, times: int) -> None:
    for _ in range(times):
        assert end_of(start(tmp_path, RACE, ending)) == (0, "")


@pytest.mark.parametrize("ending", ["close", "quit", "SIGTERM", "SIGINT"])
def test_a_race_ends_cleanly(tmp_path: Path, ending: str) -> None:
    races_and_ends(tmp_path, ending, 3 if ending == "close" else 1)


@pytest.mark.long
@pytest.mark.parametrize("ending", ["close", "quit", "SIGTERM", "SIGINT"])
def test_a_race_ends_cleanly_twenty_times_of_twenty(tmp_path: Path, ending: str) -> None:
    races_and_ends(tmp_path, ending, 20)


def test_ctrl_c_right_after_the_start_ends_it(tmp_path: Path) -> None:
    code = """
        import os, signal
        from gd_studio import app, __main__
        made = app.Signals

        def signals(window):
            kept = made(window)
            os.kill(os.getpid(), signal.SIGINT)
            return kept

        app.Signals = signals
        __main__.main()
    """
    assert end_of(start(tmp_path, code)) == (0, "")


@pytest.mark.parametrize("name", ["missing.gds", "nonsense", "--nonsense"])
def test_a_start_with_a_wrong_word_says_so_and_opens_nothing(tmp_path: Path, name: str) -> None:
    process = start(tmp_path, "from gd_studio.__main__ import main; main()", name)
    ended, said = end_of(process)
    assert ended == 2
    assert name.strip("-") in said
    assert "Traceback" not in said


OPENED = """
import sys
from gd_studio import app, __main__
create = app.create_window

def watched(*args, **more):
    window = create(*args, **more)
    window.frame_shown.connect(lambda frame: look(window, frame))
    return window

def look(window, frame):
    if frame.step == int(sys.argv[-1]) and (window.desk.banner.message or frame.step):
        print(frame.step, window.desk.banner.message)
        window.close_now()

app.create_window = watched
__main__.wants_window = lambda words: True
__main__.main()
"""


def test_a_project_named_at_the_start_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "own.gds"
    experiment = Experiment.from_dict({"opening": {"step": 7}})
    assert experiment.opening == Opening(step=7)
    save_project(path, Project(experiment, Tape(last_step=9)))
    process = start(tmp_path, OPENED, str(path), "7")
    said, errors = process.communicate(timeout=60)
    assert said.split() == ["7"], errors
    assert process.returncode == 0


def test_a_broken_project_named_at_the_start_is_told_and_the_window_opens(tmp_path: Path) -> None:
    path = tmp_path / "broken.gds"
    path.write_bytes(b"PK\x03\x04")
    process = start(tmp_path, OPENED, str(path), "0")
    said, errors = process.communicate(timeout=60)
    assert "broken.gds" in said, errors
    assert process.returncode == 0


def test_an_error_in_the_start_up_ends_with_its_traceback_and_no_crash(tmp_path: Path) -> None:
    code = """
        from gd_studio import __main__
        from gd_studio.gui.filing import Filing
        Filing.open_any = lambda *_: 1 / 0
        __main__.main()
    """
    path = tmp_path / "own.gds"
    save_project(path, Project(Experiment(), Tape()))
    ended, said = end_of(start(tmp_path, code, str(path)))
    assert ended == 1  # and not an abort
    assert said.splitlines()[-1].startswith("ZeroDivisionError")
    assert "QThread" not in said


def test_an_error_in_the_window_s_own_making_ends_with_its_traceback(tmp_path: Path) -> None:
    code = """
        from gd_studio import __main__
        from gd_studio.gui.main_window import MainWindow
        MainWindow._connect = lambda *_: 1 / 0
        __main__.main()
    """
    ended, said = end_of(start(tmp_path, code))
    assert ended == 1
    assert said.splitlines()[-1].startswith("ZeroDivisionError")


def test_without_a_display_the_start_says_what_to_do(tmp_path: Path) -> None:
    process = start(
        tmp_path,
        "from gd_studio.__main__ import main; main()",
        QT_QPA_PLATFORM="",
        DISPLAY="",
        WAYLAND_DISPLAY="",
    )
    ended, said = end_of(process)
    assert ended == 1
    assert "display" in said
    assert len(said.splitlines()) == 1


def test_importing_the_package_brings_no_qt_along(tmp_path: Path) -> None:
    code = "import gd_studio, sys; print([m for m in sys.modules if m.startswith('PySide')])"
    process = start(tmp_path, code)
    said, _ = process.communicate(timeout=60)
    assert said.strip() == "[]"
