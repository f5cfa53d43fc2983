"""Errors are shown once, in the window's thread, and a bug can be copied."""

from __future__ import annotations

import sys
import threading

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from gd_studio.errors import DataError
from gd_studio.gui.controls.banner import Banner
from gd_studio.gui.notify import BugDialog, Notifier, details_of, install_excepthook


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    return window


def raised() -> Exception:
    try:
        raise KeyError("an inner mistake")
    except KeyError as error:
        return error


def test_a_user_s_error_is_one_sentence_in_the_banner(window: QWidget) -> None:
    banner = Banner(window)
    notifier = Notifier(banner, window)
    error = DataError("The file x.csv is empty; choose another one.")
    notifier.tell(error)
    assert banner.message == "The file x.csv is empty; choose another one."
    banner.clear()
    notifier.tell(error)
    assert banner.message == ""  # once is enough
    assert window.findChild(BugDialog) is None


def test_a_bug_is_shown_in_one_dialog_with_its_traceback(window: QWidget, qtbot: QtBot) -> None:
    window.show()
    notifier = Notifier(Banner(window), window)
    notifier.tell(raised())
    notifier.tell(raised())
    dialogs = window.findChildren(BugDialog)
    assert len(dialogs) == 1
    details = dialogs[0].details.toPlainText()
    assert "an inner mistake" in details
    assert "test_notify.py" in details
    copy = dialogs[0].findChild(QPushButton, "bug.copy")
    assert isinstance(copy, QPushButton)
    copy.click()
    assert QGuiApplication.clipboard().text() == details
    dialogs[0].accept()
    qtbot.waitUntil(lambda: not window.findChildren(BugDialog))
    notifier.tell(raised())
    assert len(window.findChildren(BugDialog)) == 1


def test_an_error_of_another_thread_is_shown_by_the_window_s(
    window: QWidget, qtbot: QtBot
) -> None:
    banner = Banner(window)
    notifier = Notifier(banner, window)
    thread = threading.Thread(target=notifier.tell, args=(DataError("From a worker."),))
    thread.start()
    thread.join()
    assert banner.message == ""
    qtbot.waitUntil(lambda: banner.message == "From a worker.")


def test_uncaught_errors_come_to_the_notifier_and_the_hooks_go_back(window: QWidget) -> None:
    banner = Banner(window)
    before = (sys.excepthook, threading.excepthook)
    restore = install_excepthook(Notifier(banner, window))
    try:
        error = DataError("Nobody caught this.")
        sys.excepthook(DataError, error, None)
        assert banner.message == "Nobody caught this."
    finally:
        restore()
    assert (sys.excepthook, threading.excepthook) == before


def test_the_details_name_the_cause() -> None:
    assert "KeyError" in details_of(raised())
