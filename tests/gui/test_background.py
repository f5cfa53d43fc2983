"""Work outside the GUI thread: in blocks that wait on the gate, newest first, and ended in time."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator

from pytestqt.qtbot import QtBot

from gd_studio.errors import GDStudioError
from gd_studio.gui.background import SECONDS_BETWEEN, THREADS, Background, Partial, open_gate


def squared(request: int) -> Generator[object, None, int]:
    yield None
    yield Partial(0)
    return request * request


def endless(request: int) -> Generator[object, None, int]:
    while True:
        time.sleep(0.001)
        yield None


def noted(worker: Background) -> list[tuple[int, int]]:
    answers: list[tuple[int, int]] = []
    worker.found.connect(lambda request, answer: answers.append((request, answer)))
    return answers


def test_partial_answers_come_before_the_last(qtbot: QtBot) -> None:
    worker = Background(open_gate())
    answers = noted(worker)
    worker.ask(3, squared)
    assert worker.is_busy
    qtbot.waitUntil(lambda: not worker.is_busy)
    assert answers == [(3, 0), (3, 9)]
    worker.shutdown()


def test_work_waits_at_the_gate(qtbot: QtBot) -> None:
    gate = threading.Event()
    worker = Background(gate)
    answers = noted(worker)
    worker.ask(3, squared)
    qtbot.wait(120)
    assert answers == []
    gate.set()
    qtbot.waitUntil(lambda: len(answers) == 2)
    worker.shutdown()


def test_shutdown_ends_work_that_waits_at_a_closed_gate(qtbot: QtBot) -> None:
    worker = Background(threading.Event())
    worker.ask(1, squared)
    started = time.monotonic()
    worker.shutdown()
    assert time.monotonic() - started < 2
    assert worker.running == 0
    worker.ask(1, squared)
    assert not worker.is_busy


def test_shutdown_does_not_wait_for_work_that_has_not_begun(qtbot: QtBot) -> None:
    busy = [Background(open_gate()) for _ in range(THREADS)]
    for worker in busy:
        worker.ask(1, endless)
    late = Background(open_gate())
    late.ask(1, squared)
    started = time.monotonic()
    late.shutdown()
    assert time.monotonic() - started < 2
    assert late.running == 0
    for worker in busy:
        worker.shutdown()
        assert worker.running == 0


def test_an_answer_to_what_was_cancelled_is_dropped(qtbot: QtBot) -> None:
    worker = Background(open_gate())
    answers = noted(worker)
    worker.ask(3, squared)
    qtbot.wait(50)  # the answers are on their way, and arrive only when events are handled
    worker.cancel()
    answers.clear()
    worker._on_found(worker.number - 1, 9, True)  # noqa: SLF001
    assert answers == []
    assert not worker.is_busy
    worker.shutdown()


def test_the_newest_request_wins_and_not_too_many_are_computed(qtbot: QtBot) -> None:
    worker = Background(open_gate())
    answers = noted(worker)
    started = time.monotonic()
    for request in range(6):
        worker.ask(request, squared)
    qtbot.waitUntil(lambda: (5, 25) in answers)
    assert time.monotonic() - started >= SECONDS_BETWEEN * 0.9
    assert {request for request, _ in answers} <= {0, 5}
    worker.shutdown()


def test_an_error_of_the_work_is_told(qtbot: QtBot) -> None:
    def refusing(request: int) -> Generator[object, None, int]:
        yield None
        raise GDStudioError("There is nothing to compute; make a step.")

    worker = Background(open_gate())
    with qtbot.waitSignal(worker.failed) as told:
        worker.ask(1, refusing)
    assert told.args == ["There is nothing to compute; make a step."]
    assert not worker.is_busy
    worker.shutdown()


def test_with_a_share_of_the_time_work_is_let_finish_and_followed_by_rest(qtbot: QtBot) -> None:
    worker = Background(open_gate(), seconds_between=0.0)
    worker.share = 0.25
    times: list[tuple[str, float]] = []

    def slow(request: int) -> Generator[object, None, int]:
        times.append((f"begun {request}", time.monotonic()))
        time.sleep(0.1)
        yield None
        times.append((f"ended {request}", time.monotonic()))
        return request

    answers = noted(worker)
    worker.ask(1, slow)
    qtbot.wait(20)
    worker.ask(2, slow)
    worker.ask(3, slow)
    qtbot.waitUntil(lambda: len(answers) == 2, timeout=3000)
    assert answers == [(1, 1), (3, 3)]
    at = dict(times)
    assert at["begun 3"] - at["ended 1"] >= 0.28
    worker.share = 1.0
    worker.ask(4, endless)
    qtbot.wait(20)
    worker.ask(5, squared)
    qtbot.waitUntil(lambda: answers[-1] == (5, 25), timeout=3000)
    worker.shutdown()
