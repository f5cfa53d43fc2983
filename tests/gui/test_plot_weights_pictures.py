"""Weights as pictures: maps of gradients and changes, histograms over time, tiles of images."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from gd_studio.gui.numbers import exact
from gd_studio.gui.plots.weights import QUANTITIES, VIEWS, WeightsPlot
from gd_studio.gui.plots.weights_map import places
from gd_studio.gui.plots.weights_tiles import MOST_TILES, NO_IMAGES, Mosaic
from gd_studio.gui.theme import DARK
from gd_studio.session.frame import Frame
from tests.gui.frames import LINE, trained
from tests.gui.test_plot_weights import shown

DIGITS: dict[str, Any] = {
    "data": {"kind": "digits"},
    "model": {"kind": "mlp", "hidden": [6]},
}


@cache
def moons() -> Frame:
    return trained({}, 30)


@cache
def digits() -> Frame:
    return trained(DIGITS, 3)


def plot_of(qtbot: QtBot, frame: Frame, view: str, selected: int = 0) -> WeightsPlot:
    plot = shown(qtbot, frame, selected)
    plot.set_view(view)
    return plot


def values_of(frame: Frame, quantity: str) -> np.ndarray:
    found: np.ndarray = {
        "weights": frame.parameters,
        "gradients": frame.gradient,
        "changes": frame.parameters - frame.previous,
    }[quantity]
    return found


# --- maps -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_the_map_shows_weights_gradients_or_changes(qtbot: QtBot, quantity: str) -> None:
    frame = moons()
    plot = plot_of(qtbot, frame, "map", 7)
    plot.set_quantity(quantity)
    values = values_of(frame, quantity)
    for layer, image in zip(
        frame.hypothesis.network.layers,
        plot._pictures.map._images,  # noqa: SLF001
        strict=True,
    ):
        assert np.array_equal(image.image[::-1], layer.matrix(values).T)
    largest = exact(float(np.abs(values).max()), 3)
    assert plot.header.detail.text() == f"{quantity} per layer · −{largest} to +{largest}"
    name = frame.hypothesis.said_name(7)
    assert f"{name} = {exact(float(values[7]))}" in plot.note.text()
    second = places(frame.hypothesis.network.layers, 105, 0.1)[1]
    hover = plot._hover_text(second.left + 0.01, -0.01)  # noqa: SLF001
    index = frame.hypothesis.network.parameter_index("hidden 2.weight[0,0]")
    assert hover.endswith(f"{quantity[:-1]} {exact(float(values[index]))}")


@pytest.mark.parametrize("view", ["map", "tiles"])
def test_what_is_not_a_number_gets_a_cross_and_is_counted(qtbot: QtBot, view: str) -> None:
    frame = digits()
    theta = frame.parameters.copy()
    theta[[3, 70]] = np.nan, np.inf
    plot = plot_of(qtbot, replace(frame, parameters=theta), view)
    picture = plot._pictures.by_name[view]  # noqa: SLF001
    assert len(picture._crosses.data) == 2  # type: ignore[union-attr]  # noqa: SLF001
    assert "× 2 not a number" in plot.note.text()
    assert "2 are not a number" in plot.summary
    plot.set_frame(frame)
    assert not picture._crosses.isVisible()  # type: ignore[union-attr]  # noqa: SLF001
    plot.grab()


# --- histogram ------------------------------------------------------------------------------------


def test_the_histogram_is_of_the_selected_parameter_s_layer(qtbot: QtBot) -> None:
    frame = moons()
    network = frame.hypothesis.network
    plot = plot_of(qtbot, frame, "histogram", network.parameter_index("hidden 2.weight[1,1]"))
    found = plot._pictures.histogram.shown  # noqa: SLF001
    assert found is not None
    layer = network.layers[1]
    own = frame.trajectory[:, layer.offset : layer.offset + layer.size]
    counts, _ = np.histogram(own[-1], found.edges)
    assert np.abs(found.shares[:, -1] * layer.size - counts).max() < 1e-9
    assert (found.edges[0], found.edges[-1]) == (own.min(), own.max())
    assert plot.header.detail.text() == "hidden 2 · spread over time"
    assert "dashed: hidden 2: 2 → 2" in plot.note.text()
    plot.selection.set_parameter(network.size - 1)
    assert plot.header.detail.text() == "output · spread over time"
    assert "Spread of 9 parameters of output" in plot.summary


def test_the_histogram_says_share_step_and_values_at_the_mouse(qtbot: QtBot) -> None:
    frame = moons()
    plot = plot_of(qtbot, frame, "histogram")
    found = plot._pictures.histogram.shown  # noqa: SLF001
    assert found is not None
    cell = int(found.shares[:, 10].argmax())
    y = float(found.edges[cell] + found.edges[cell + 1]) / 2
    text = plot._hover_text(10.0, y)  # noqa: SLF001
    share = 100 * float(found.shares[cell, 10])
    assert text.startswith(f"step 10\n{share:.1f} % from ")
    assert plot._hover_text(10.0, float(found.edges[-1]) + 1) == ""  # noqa: SLF001


def test_the_histogram_says_from_when_on_values_are_not_numbers(qtbot: QtBot) -> None:
    frame = moons()
    trajectory = frame.trajectory.copy()
    trajectory[20:, 2] = np.nan
    plot = plot_of(qtbot, replace(frame, trajectory=trajectory), "histogram")
    assert "not a number from step 20 on, now 4 %" in plot.note.text()
    assert "not a number from step 20 on" in plot.summary


def test_of_a_large_layer_the_histogram_says_how_many_are_counted(qtbot: QtBot) -> None:
    frame = trained({"model": {"kind": "mlp", "hidden": [40, 40]}}, 3)
    index = frame.hypothesis.network.parameter_index("hidden 2.weight[0,0]")
    plot = plot_of(qtbot, frame, "histogram", index)
    assert "500 of 1\u202f640 counted, evenly chosen" in plot.note.text()


# --- tiles ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", [{"kind": "logistic"}, {"kind": "mlp", "hidden": [6]}])
def test_each_tile_is_a_neuron_s_weights_in_the_image_s_own_shape(
    qtbot: QtBot, model: dict[str, Any]
) -> None:
    frame = trained({"data": {"kind": "digits"}, "model": model}, 3)
    plot = plot_of(qtbot, frame, "tiles")
    plot.grab()
    tiles = plot._pictures.tiles  # noqa: SLF001
    mosaic = tiles.mosaic
    assert mosaic is not None
    layer = frame.hypothesis.network.layers[0]
    assert mosaic.tiles == layer.outputs
    for tile in (0, layer.outputs - 1):
        top, left = mosaic.corner(tile)
        picture = tiles._image.image[::-1]  # noqa: SLF001
        weights = layer.weight(frame.parameters)[:, tile].reshape(8, 8)
        assert np.abs(picture[top : top + 8, left : left + 8] - weights).max() < 1e-6
        x, y = left + 2.5, -(top + 1.5)
        index = plot._parameter_at(x, y)  # noqa: SLF001
        assert frame.hypothesis.parameter_name(index or 0) == f"{layer.name}.weight[10,{tile}]"
        value = exact(float(frame.parameters[index or 0]))
        assert plot._hover_text(x, y).endswith(f"weight {value}")  # noqa: SLF001
    first = "0" if model["kind"] == "logistic" else "1"
    assert tiles._names[0].text == first  # noqa: SLF001
    plot._clicked(2.5, -(mosaic.corner(0)[0] + 1.5))  # noqa: SLF001
    assert frame.hypothesis.parameter_name(plot.selection.parameter) == f"{layer.name}.weight[10,0]"


def test_between_tiles_there_is_nothing() -> None:
    mosaic = Mosaic(5, (2, 3), 2, 1)
    assert (mosaic.height, mosaic.width) == (9, 7)
    assert mosaic.cell(0.5, -0.5) is None
    assert mosaic.cell(3.5, -1.5) is None
    assert mosaic.cell(0.5, -1.5) == (0, 0)
    assert mosaic.cell(6.5, -2.5) == (1, 5)
    assert mosaic.cell(0.5, -7.5) == (4, 0)
    assert mosaic.cell(4.5, -7.5) is None
    assert mosaic.cell(-0.5, -1.5) is None
    assert mosaic.cell(0.5, 1.5) is None
    picture = mosaic.picture(np.arange(30.0).reshape(5, 2, 3))
    assert np.isnan(picture).sum() == 63 - 30


def test_of_many_neurons_the_first_ones_are_drawn_and_it_is_said(qtbot: QtBot) -> None:
    frame = trained({"data": {"kind": "digits"}, "model": {"kind": "mlp", "hidden": [100]}}, 1)
    plot = plot_of(qtbot, frame, "tiles")
    assert plot._pictures.tiles.mosaic is not None  # noqa: SLF001
    assert plot._pictures.tiles.mosaic.tiles == MOST_TILES  # noqa: SLF001
    assert "the first 64 of 100 neurons" in plot.note.text()


@pytest.mark.parametrize("change", [{}, LINE])
def test_without_images_the_tiles_say_what_to_do(qtbot: QtBot, change: dict[str, Any]) -> None:
    plot = plot_of(qtbot, trained(change, 2), "tiles")
    assert plot.empty.isVisible()
    assert plot.empty.text() == NO_IMAGES
    assert plot.summary == NO_IMAGES
    assert plot._hover_text(0.5, -0.5) == ""  # noqa: SLF001
    plot.set_view("lines")
    assert not plot.empty.isVisible()


# --- all of them ----------------------------------------------------------------------------------


def test_one_view_after_another_leaves_nothing_of_the_one_before(qtbot: QtBot) -> None:
    plot = plot_of(qtbot, digits(), "lines")
    for view in (*VIEWS, *reversed(VIEWS)):
        plot.set_view(view)
        plot.grab()
        pictures = plot._pictures.by_name  # noqa: SLF001
        visible = {name: p for name, p in pictures.items() if _is_visible(p)}
        assert set(visible) == ({view} if view in pictures else set())
        assert plot.lines.dots.isVisible() == (view == "lines")
        assert plot.header.choices.action("Show", view).isChecked()
        assert plot.summary


def test_every_view_is_drawn_in_the_dark_and_for_a_landscape(qtbot: QtBot) -> None:
    landscape = trained({"data": {"kind": "none"}, "model": {"kind": "landscape"}}, 3)
    for frame in (digits(), landscape):
        plot = plot_of(qtbot, frame, "lines")
        plot.set_theme(DARK)
        for view in VIEWS:
            plot.set_view(view)
            plot.grab()


def _is_visible(picture: Any) -> bool:
    images = picture._images if hasattr(picture, "_images") else [picture._image]  # noqa: SLF001
    return any(image.isVisible() for image in images)


def test_a_layer_of_which_nothing_was_kept_says_so_and_nothing_else(qtbot: QtBot) -> None:
    frame = moons()
    plot = plot_of(qtbot, frame, "histogram")
    kept = frame.trajectory_parameters
    assert kept is None
    first = frame.hypothesis.network.layers[0]
    others = np.arange(first.size, frame.trajectory.shape[1])
    selected = frame.trajectory[:, others]
    subset = replace(frame, run_number=7, trajectory=selected, trajectory_parameters=others)
    plot.selection.set_parameter(0)
    plot.set_frame(subset)
    assert plot.empty.text() == f"None of {first.name}'s parameters was kept over time."
    assert plot.header.detail.text() == ""
    assert plot.summary == plot.empty.text()
