"""What holds for every test: settings of its own, and nothing left running when it ends."""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections.abc import Generator, Iterator
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from PySide6.QtCore import QThread
    from PySide6.QtWidgets import QWidget

settings.register_profile("default", deadline=None, derandomize=True, database=None)
settings.register_profile("long", deadline=None, max_examples=2000, database=None)
settings.load_profile("long" if os.environ.get("GD_STUDIO_LONG") else "default")

_FAILED = pytest.StashKey[bool]()
_PATIENCE = 2.0  # seconds that a thread may take to end after its test
_told: set[int] = set()  # threads that outlived the test they were told of


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if which("Xvfb") or os.environ.get("DISPLAY"):
        return
    for item in items:
        if item.get_closest_marker("xvfb"):
            item.add_marker(pytest.mark.skip(reason="needs Xvfb: `make test` as root installs it"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed:
        item.stash[_FAILED] = True
    return report


@pytest.fixture(autouse=True)
def own_preferences(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "preferences"
    monkeypatch.setenv("GD_STUDIO_CONFIG", str(folder))
    return folder


@pytest.fixture(autouse=True)
def nothing_left_over(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a thread, an active timer or a top-level widget behind."""
    threads = set(threading.enumerate())
    widgets = set(_top_level_widgets())
    yield
    left = [f"thread {t.name}" for t in _running(threads)]
    left += [f"window {name}" for name in _left_windows(widgets)]
    if "qapp" in request.fixturenames:
        left += _busy_qt_objects()
    # What a failed test leaves behind is held by its traceback, and is not the news.
    if left and _FAILED not in request.node.stash:
        pytest.fail(f"left over: {', '.join(left)}", pytrace=False)


def _running(before: set[threading.Thread]) -> list[threading.Thread]:
    # A QThread that ran Python is listed as a "Dummy" for good: see _busy_qt_objects for those.
    new = [t for t in set(threading.enumerate()) - before if not t.name.startswith("Dummy-")]
    for thread in new:
        thread.join(_PATIENCE)
    return [thread for thread in new if thread.is_alive()]


def _top_level_widgets() -> dict[int, QWidget]:
    """Return the top-level widgets by their address: their Python wrappers come and go."""
    if "PySide6.QtWidgets" not in sys.modules:
        return {}
    import shiboken6
    from PySide6.QtWidgets import QApplication

    widgets = QApplication.topLevelWidgets() if QApplication.instance() else []
    return {shiboken6.getCppPointer(widget)[0]: widget for widget in widgets}


def _left_windows(before: set[int]) -> list[str]:
    if not _top_level_widgets().keys() - before:
        return []
    from PySide6.QtCore import QCoreApplication, QEvent

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    # pyqtgraph's plots and their menus are cycles: they go when the collector comes.
    gc.collect()
    left = [widget for address, widget in _top_level_widgets().items() if address not in before]
    for widget in left:
        widget.deleteLater()
    return [f"{type(w).__name__} {w.objectName()!r}" for w in left]


def _busy_qt_objects() -> list[str]:
    """Stop and name every timer and thread that is still running; Qt keeps no list of them."""
    import shiboken6
    from PySide6.QtCore import QCoreApplication, QThread, QThreadPool, QTimer

    left = []
    if not QThreadPool.globalInstance().waitForDone(int(_PATIENCE * 1000)):
        left.append("work in the global thread pool")
    app = QCoreApplication.instance()
    own = app.thread() if app else None
    for thing in gc.get_objects():
        if not issubclass(type(thing), QTimer | QThread) or not shiboken6.isValid(thing):
            continue
        if isinstance(thing, QTimer) and thing.isActive():
            thing.stop()
            left.append(f"timer {thing.objectName() or thing.interval()}")
        elif isinstance(thing, QThread) and thing is not own and not _ends(thing):
            _told.add(id(thing))
            left.append(f"QThread {thing.objectName()!r}")
    return left


def _ends(thread: QThread) -> bool:
    return not thread.isRunning() or id(thread) in _told or thread.wait(int(_PATIENCE * 1000))
