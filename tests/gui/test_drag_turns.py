"""In a drag of the timeline as many plots follow at each frame as there is time for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from gd_studio.gui.drag_turns import MOST_SECONDS, DragTurns
from gd_studio.session.frame import Frame


def plots(count: int) -> list[Callable[[Frame], None]]:
    def made(number: int) -> Callable[[Frame], None]:
        def draw(frame: Frame) -> None:
            raise AssertionError(f"plot {number} is only dealt out here")

        return draw

    return [made(number) for number in range(count)]


def test_before_anything_is_known_half_of_them_take_turns() -> None:
    turns, (a, b, c, d, e) = DragTurns(), plots(5)
    everything = [a, b, c, d, e]
    assert turns.due(everything) == [a, b, c]
    assert turns.due(everything) == [d, e, a]
    assert turns.due(everything) == [b, c, d]


def test_a_quick_machine_soon_draws_all_of_them_at_every_frame() -> None:
    turns, everything = DragTurns(), plots(6)
    for _ in range(5):
        turns.due(everything)
        turns.took(MOST_SECONDS / 4)
    assert set(turns.due(everything)) == set(everything)
    assert turns.take_rest() == []


def test_a_slow_machine_draws_fewer_but_leaves_none_out() -> None:
    turns, everything = DragTurns(), plots(6)
    for _ in range(5):
        turns.due(everything)
        turns.took(3 * MOST_SECONDS)
    dealt = [turns.due(everything) for _ in range(12)]
    assert [len(due) for due in dealt] == [1] * 12
    assert set(Counter(draw for (draw,) in dealt).values()) == {2}


def test_what_went_out_of_sight_waits_no_more() -> None:
    turns, (a, b, c, d) = DragTurns(), plots(4)
    assert turns.due([a, b, c, d]) == [a, b]
    assert turns.due([a, b, d]) == [d, a]
    assert turns.take_rest() == [b]
    assert turns.take_rest() == []


def test_after_a_pause_those_come_first_that_were_drawn_longest_ago() -> None:
    turns, (a, b, c, d) = DragTurns(), plots(4)
    assert turns.due([a, b, c, d]) == [a, b]
    assert turns.take_rest() == [c, d]
    assert turns.due([a, b, c, d]) == [a, b]
