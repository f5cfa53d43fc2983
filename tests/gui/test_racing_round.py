"""The shares of a racing frame: the slow alone, the quick together, in their order."""

from __future__ import annotations

import pytest

from gd_studio.gui.drag_turns import Draw
from gd_studio.gui.racing_round import MOST_SECONDS, RacingRound
from gd_studio.session.frame import Frame


def things(count: int) -> list[Draw]:
    def made(number: int) -> Draw:
        def draw(frame: Frame) -> None:
            raise AssertionError(number)

        return draw

    return [made(number) for number in range(count)]


def shares(round_: RacingRound, draws: list[Draw], seconds: list[float]) -> list[list[int]]:
    """Go through one frame; each thing takes its seconds. Return what was drawn together."""
    round_.begin(draws)
    found = []
    while not round_.is_over:
        found.append([draws.index(draw) for draw in round_.share()])
        round_.took(sum(seconds[number] for number in found[-1]))
    return found


def test_what_is_not_known_yet_is_drawn_alone() -> None:
    assert shares(RacingRound(), things(3), [0.0001] * 3) == [[0], [1], [2]]


def test_what_is_quick_is_drawn_together_and_what_is_slow_alone() -> None:
    round_, draws = RacingRound(), things(6)
    part = MOST_SECONDS / 4
    seconds = [part, part, 3 * MOST_SECONDS, part, part, part]
    shares(round_, draws, seconds)
    assert shares(round_, draws, seconds) == [[0, 1], [2], [3, 4, 5]]


def test_what_becomes_slow_is_drawn_alone_after_a_while() -> None:
    round_, draws = RacingRound(), things(2)
    shares(round_, draws, [0.0001, 0.0001])
    assert shares(round_, draws, [0.0001, 0.0001]) == [[0, 1]]
    found = [shares(round_, draws, [MOST_SECONDS, MOST_SECONDS]) for _ in range(8)]
    assert found[-1] == [[0], [1]]


@pytest.mark.parametrize("drawn", [0, 1])
def test_a_thing_that_cannot_be_drawn_leaves_the_others_to_be_drawn(drawn: int) -> None:
    round_, draws = RacingRound(), things(3)
    shares(round_, draws, [0.0001] * 3)
    round_.begin(draws)
    share = round_.share()
    for _ in range(drawn + 1):
        next(share)
    share.close()  # as an error in what draws does
    assert list(round_.share()) == draws[drawn + 1 :]
    assert round_.is_over


def test_another_frame_takes_the_place_of_what_is_left() -> None:
    round_, (first, second) = RacingRound(), things(2)
    round_.begin([first, second])
    assert list(round_.share()) == [first]
    round_.begin([second])
    assert list(round_.share()) == [second]
    round_.begin([first])
    round_.end()
    assert round_.is_over
