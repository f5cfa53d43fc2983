"""History: growing columns, bounded memory, and thinned curves that look like the full ones."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gd_studio.engine.arrays import Array
from gd_studio.experiment.columns import BLOCK, CHUNK, GrowingColumn
from gd_studio.experiment.history import History

PIXELS = 400


def column_of(values: Array) -> GrowingColumn:
    column = GrowingColumn()
    for value in values:
        column.append(float(value))
    return column


def drawn(x: Array, y: Array, count: int) -> tuple[Array, Array]:
    """Return the lowest and highest value of each pixel column."""
    pixel = np.minimum((x * PIXELS / count).astype(int), PIXELS - 1)
    low, high = np.full(PIXELS, np.inf), np.full(PIXELS, -np.inf)
    np.minimum.at(low, pixel, y)
    np.maximum.at(high, pixel, y)
    return low, high


def widened(low: Array, high: Array) -> tuple[Array, Array]:
    """Return the extremes of each pixel column and its two neighbours."""
    lows = [low, np.roll(low, 1), np.roll(low, -1)]
    highs = [high, np.roll(high, 1), np.roll(high, -1)]
    lows[1][0], lows[2][-1] = low[0], low[-1]
    highs[1][0], highs[2][-1] = high[0], high[-1]
    return np.min(lows, axis=0), np.max(highs, axis=0)


@example(2049, 4096, 2048)
@given(st.integers(0, 3 * CHUNK + 5), st.integers(0, 3 * CHUNK), st.integers(0, 3 * CHUNK))
def test_a_column_gives_back_what_went_in(count: int, start: int, stop: int) -> None:
    values = np.arange(float(count)) ** 1.5
    column = column_of(values)
    assert len(column) == count
    assert np.array_equal(column.values(), values)
    assert np.array_equal(column.values(start, stop), values[start:stop])
    if count:
        assert column.at(start % count) == values[start % count]
    short = column.cut(min(start, count))
    assert np.array_equal(short.values(), values[:start])
    short.append(-1.0)
    assert np.array_equal(column.values(), values), "a branch writes into nobody's past"


@pytest.mark.parametrize("count", [1, 2, 1999, 2000, 2001, CHUNK * 3, 64_000, 64_001, 150_077])
def test_a_thinned_curve_draws_the_same_picture(count: int) -> None:
    rng = np.random.default_rng(0)
    values = np.cumsum(rng.normal(size=count))
    values[rng.integers(0, count, 5)] += 500.0  # lone spikes, which plain sampling would lose
    x, y = column_of(values).thinned(2000)
    assert len(x) == len(y) <= 2002
    assert x[0] == 0
    assert x[-1] == count - 1
    assert (np.diff(x) >= 0).all()
    assert (y.min(), y.max()) == (values.min(), values.max())
    full, thin = drawn(np.arange(count), values, count), drawn(x, y, count)
    for inner, outer in ((full, widened(*thin)), (thin, widened(*full))):
        seen = np.isfinite(inner[0])
        assert (outer[0][seen] <= inner[0][seen]).all()
        assert (outer[1][seen] >= inner[1][seen]).all()


@pytest.mark.parametrize("count", [2400, 64 * 2000, CHUNK * 40])
def test_each_pair_of_points_is_the_extremes_of_its_part(count: int) -> None:
    values = np.random.default_rng(1).normal(size=count)
    _, y = column_of(values).thinned(1000)
    each = -(-2 * count // 1000) if count <= 1000 * BLOCK // 2 else None
    if each is None:
        each = BLOCK * -(-2 * -(-count // BLOCK) // 1000)
    starts = np.arange(0, count, each)
    assert list(y[0::2]) == list(np.minimum.reduceat(values, starts))
    assert list(y[1::2]) == list(np.maximum.reduceat(values, starts))


def fill(history: History, steps: int) -> None:
    for step in range(1, steps + 1):
        history.append(1, 1.0 / step, 0.5, 0.1, 2.0, 0.2)


def test_a_record_holds_what_was_appended() -> None:
    history = History()
    history.append(3, 0.5, 0.25, 0.1, 2.0, 0.2)
    found = history.record(1)
    assert (found.step, found.epoch, found.loss, found.penalty) == (1, 3, 0.5, 0.25)
    assert (found.total, found.learning_rate) == (0.75, 0.1)
    assert (found.gradient_norm, found.update_norm) == (2.0, 0.2)
    assert history["epoch"].dtype == history["evaluated_step"].dtype == np.int64


def test_a_cut_history_ends_with_its_step_and_its_evaluations() -> None:
    history = History()
    history.append_evaluation(0, (9.0, 0.1), None)
    for epoch in range(1, 5):
        for _ in range(3):
            history.append(epoch, 1.0, 0.0, 0.1, 1.0, 0.1)
        history.append_evaluation(3 * epoch, (1.0 / epoch, 0.9), (2.0 / epoch, 0.8))
        history.mark_time(3 * epoch, epoch, 0.5 * epoch, keep=True)
    short = history.cut(7)
    assert len(short) == 7
    assert list(short["evaluated_step"]) == [0, 3, 6]
    assert short.clock()[-2].tolist() == [6, 2, 1.0]
    assert short.clock()[-1] == pytest.approx([7, 2 + 1 / 3, 1.0 + 0.5 / 3])
    short.append(9, 1.0, 0.0, 0.1, 1.0, 0.1)
    assert len(history) == 12
    assert history["epoch"].max() == 4


def test_seconds_between_marks_are_interpolated() -> None:
    history = History()
    history.mark_time(5, 0.5, 9.0)  # gives way to the next
    history.mark_time(10, 1.0, 2.0, keep=True)
    history.mark_time(20, 2.0, 3.0)
    assert [history.seconds_at(step) for step in (0, 5, 10, 15, 20, 30)] == [0, 1, 2, 2.5, 3, 3]


def test_an_evaluated_curve_is_drawn_at_the_steps_of_its_evaluations() -> None:
    history = History()
    for step in range(0, 5000 * 7, 7):
        history.append_evaluation(step, (float(step), 0.5), None)
    curve = history.curve("train_loss", 500)
    assert len(curve.steps) <= 502
    assert (curve.steps[0], curve.steps[-1]) == (0, 4999 * 7)
    assert np.isin(curve.steps, np.arange(0, 5000 * 7, 7)).all()
    assert np.isnan(history.curve("validation_loss", 500).values).all()


def test_memory_grows_by_the_numbers_kept_and_nothing_else() -> None:
    tracemalloc.start()
    history = History()
    fill(history, 40_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40_000 * 7 * 8 * 1.5


@pytest.mark.long
def test_a_million_steps_fit_in_a_bounded_memory_and_draw_quickly() -> None:
    tracemalloc.start()
    history = History()
    fill(history, 10**6)
    kept, peak = tracemalloc.get_traced_memory()
    curve = history.curve("total")
    drawing = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert kept < 10**6 * 7 * 8 * 1.1
    assert max(peak, drawing) < kept + 4 * 2**20
    assert len(curve.steps) <= 2002
    assert curve.values.max() == history.record(1).total
