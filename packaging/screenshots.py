"""The README's pictures and every view; or every example in both themes and two sizes.

    python packaging/screenshots.py            both: resources/screenshots/, and all of `views`
    python packaging/screenshots.py readme     resources/screenshots/light.png, dark.png, …
    python packaging/screenshots.py all        out/screenshots/<example>-<theme>-<size>.png
    python packaging/screenshots.py all loan   only examples whose name contains "loan"
    python packaging/screenshots.py views      out/screenshots/views/<data>-<view>-<theme>.png
    python packaging/screenshots.py views line only of the data "line"

Needs no display: set QT_QPA_PLATFORM=offscreen.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QWidget

from gd_studio.app import create_application, create_window, settle
from gd_studio.experiment.examples import list_examples
from gd_studio.experiment.experiment import Experiment, Opening
from gd_studio.gui.background import Background
from gd_studio.gui.main_window import MainWindow
from gd_studio.gui.plots.canvas import PlotPanel

ROOT = Path(__file__).resolve().parent.parent
THEMES = ("light", "dark")
README_SIZE = (1440, 900)
SIZES = ((1024, 640), README_SIZE)
TELLING_STEP = 300
BEFORE_RATE = 0.1
# An example that opens at its first step is shown after this many.
LATER = 60


def opened_at(experiment: Experiment, step: int) -> Experiment:
    """Return the experiment as one that opens at a step, with all its panels."""
    return msgspec.structs.replace(
        experiment, opening=Opening(step=step, panels=experiment.opening.panels)
    )


def shown(experiment: Experiment, step: int, size: tuple[int, int]) -> MainWindow:
    """Return a window of a size that shows a step."""
    window = create_window(opened_at(experiment, step), remember=False)
    window.desk.start_strip.hide()
    window.desk.note.setVisible(bool(experiment.story))
    window.resize(*size)
    window.show()
    settle(create_application(), window, step)
    return window


def take(window: MainWindow, theme: str, step: int, path: Path) -> None:
    """Write the picture of a window in a theme."""
    window.actions_by_key[f"theme_{theme}"].trigger()
    settle(create_application(), window, step)
    path.parent.mkdir(parents=True, exist_ok=True)
    save(window.grab(), path)


def readme_pictures() -> None:
    """Take the default experiment with the ghost of a slower run behind it."""
    after = Experiment()
    before = after.edit({"optimizer.learning_rate": BEFORE_RATE})
    window = shown(before, TELLING_STEP, README_SIZE)
    window.document.new(opened_at(after, TELLING_STEP))
    frame = window.session.frame
    while window.session.frame is frame:
        create_application().processEvents()
    folder = ROOT / "resources/screenshots"
    for theme in reversed(THEMES):
        take(window, theme, TELLING_STEP, folder / f"{theme}.png")
    for name, seen in closer_looks(window):
        rest(window, seen)
        save(seen.grab(), folder / f"{name}.png")
    window.close_now()


def closer_looks(window: MainWindow) -> Iterator[tuple[str, QWidget]]:
    """Yield the parts of the window that the README shows by themselves."""
    desk = window.desk
    desk.docks.docks["plot.surface3d"].toggleViewAction().trigger()
    yield "surface-3d", desk.docks.panel("plot.surface3d")
    prediction = desk.docks.panel("plot.prediction")
    prediction.header.choices.action("Show", "failure").trigger()
    yield "failure", prediction
    yield "network", desk.network
    desk.inside.folds["Guess"].button.click()
    yield "ledger", desk.inside


# What between them has something to show in every view.
VIEWED: dict[str, dict[str, Any]] = {
    "moons": {"data": {"kind": "moons"}, "optimizer": {"kind": "sgd", "learning_rate": 0.6}},
    "line": {"data": {"kind": "line"}, "model": {"kind": "linear"}},
    "diabetes": {"data": {"kind": "diabetes"}},
    "digits": {"data": {"kind": "digits"}},
    "landscape": {"data": {"kind": "none"}, "model": {"kind": "landscape"}},
}
CALM = {"kind": "sgd", "learning_rate": 0.05}
VIEW_SIZE = (960, 760)
# The groups of a plot's menu that change what is drawn, rather than how.
GROUPS = ("Show", "Plane", "Measure")
# A round of the loop can take longer than that, and lay out only what the next one paints.
QUIET_SECONDS, QUIET_ROUNDS = 0.2, 10
# A surface of many rows gets finer for minutes; one that is not there yet is waited for.
FINE_ENOUGH_SECONDS, PATIENCE_SECONDS = 4.0, 40.0


def view_pictures(part: str) -> None:
    """Take every view of every plot, and the cards of the right column, in both themes.

    The change of theme takes longest, so there is one for all views of the data.
    """
    folder = ROOT / "out/screenshots/views"
    folder.mkdir(parents=True, exist_ok=True)
    for kind, settings in VIEWED.items():
        if part not in kind:
            continue
        experiment = Experiment.from_dict({"optimizer": CALM, **settings})
        window = shown(experiment, LATER, README_SIZE)
        for theme in THEMES:
            window.actions_by_key[f"theme_{theme}"].trigger()
            for name, seen in views(window):
                rest(window, seen)
                save(seen.grab(), folder / f"{kind}-{name}-{theme}.png")
        window.close_now()


def views(window: MainWindow) -> Iterator[tuple[str, QWidget]]:
    """Yield each view by name when it is next to be drawn: cards, then the plots one by one."""
    window.resize(*README_SIZE)
    desk = window.desk
    cards = {"inside": desk.inside, "movers": desk.movers, "network": desk.network}
    yield from ((name, card) for name, card in cards.items() if card.isVisible())
    window.resize(*VIEW_SIZE)
    for key, panel in window.desk.docks.panels.items():
        window.desk.enlarge(key)
        for word in choices_of(panel):
            yield f"{key.partition('.')[2]}-{word}".rstrip("-"), panel
        window.desk.enlarge("")


def choices_of(panel: PlotPanel) -> Iterator[str]:
    """Yield one view after the other, once it has been chosen; the first is chosen at the end."""
    choices = panel.header.choices
    group = next((name for name in GROUPS if choices.offered(name)), "")
    words = choices.offered(group)
    if not words:
        yield ""
        return
    for word in words:
        choices.action(group, word).trigger()
        yield word
    choices.action(group, words[0]).trigger()


def rest(window: MainWindow, seen: QWidget) -> None:
    """Let the window work until nothing has been computed for a while, and all is painted."""
    app, start = create_application(), time.monotonic()
    quiet_since = now = start
    rounds = 0
    while now < start + PATIENCE_SECONDS:
        if rounds >= QUIET_ROUNDS and now >= quiet_since + QUIET_SECONDS:
            break
        app.processEvents()
        time.sleep(0.005)
        now, rounds = time.monotonic(), rounds + 1
        is_there = not (isinstance(seen, PlotPanel) and seen.empty.isVisible())
        is_fine = is_there and now > start + FINE_ENOUGH_SECONDS
        if not is_fine and any(work.is_busy for work in window.findChildren(Background)):
            quiet_since, rounds = now, 0


def save(picture: QPixmap, path: Path) -> None:
    """Write a picture."""
    if not picture.save(str(path)):
        raise SystemExit(f"{path} could not be written.")
    print(path.relative_to(ROOT), flush=True)


def example_pictures(part: str) -> None:
    """Take every example whose name contains `part`."""
    for example in list_examples():
        if part not in example.path.stem:
            continue
        step = example.experiment.opening.step or LATER
        for size in SIZES:
            window = shown(example.experiment, step, size)
            for theme in THEMES:
                name = f"{example.path.stem}-{theme}-{size[0]}x{size[1]}.png"
                take(window, theme, step, ROOT / "out/screenshots" / name)
            window.close_now()


if __name__ == "__main__":
    kind, part = (*sys.argv[1:], "", "")[:2]
    if kind in ("", "views"):
        view_pictures(part)
    if kind == "all":
        example_pictures(part)
    if kind in ("", "readme"):
        readme_pictures()
