"""Try rates: sixteen learning rates, 200 steps each, beside the run; a click takes one."""

from __future__ import annotations

import threading
from collections.abc import Generator
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from gd_studio.gui.background import Background, Partial
from gd_studio.gui.cards import ElidedLabel, GlyphButton, WrappedLabel
from gd_studio.gui.forms.rate_axis import RateAxis
from gd_studio.gui.forms.stable_zone import StableZone
from gd_studio.gui.numbers import counted, exact, whole

if TYPE_CHECKING:
    from gd_studio.experiment.rate_trial import RateTrial, TriedRates
    from gd_studio.gui.panels.rates_plot import RatesPlot

COUNT = 16
STEPS_BETWEEN_NEWS = 20


class TryRates(QWidget):
    """What becomes of sixteen rates: a line of words and a plot, closed until asked for.

    Signals: `wished` (rates) asks the run for a trial, which `take_trial` then makes in the
    background; `rate_chosen` (rate) is a rate taken from the plot.
    """

    wished = Signal(object)
    rate_chosen = Signal(float)

    def __init__(self, gate: threading.Event) -> None:
        super().__init__()
        self.setObjectName("rates")
        self._background = Background(gate, self, seconds_between=0.0)
        self._background.found.connect(self._on_found)
        self._background.failed.connect(self._say)
        self._axis = RateAxis()
        self._zone: StableZone | None = None
        self._is_awaited = self._is_new = False
        self._tried: TriedRates | None = None
        self.plot: RatesPlot | None = None
        self.words = WrappedLabel(look="small")
        self.words.setObjectName("rates.words")
        close = GlyphButton("close", "Close the tried rates", "Put the tried rates away.")
        close.clicked.connect(self.close_rates)
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self.words, 1)
        head.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(4)
        self._rows.addLayout(head)
        self.looked_at = ElidedLabel(look="small")
        self.looked_at.setObjectName("rates.looked_at")
        self._rows.addWidget(self.looked_at)
        self.hide()

    @property
    def tried(self) -> TriedRates | None:
        """What is shown."""
        return self._tried

    def ask(self, axis: RateAxis) -> None:
        """Try rates over the whole axis, from the parameters of the step on screen."""
        self._background.cancel()
        self._axis, self._is_awaited = axis, True
        self._show(None)
        self._say("Trying 16 rates…")
        self.show()
        self.wished.emit(axis.spread(COUNT))

    @Slot(object)
    def take_trial(self, trial: RateTrial | str) -> None:
        """Make the trial that the run has prepared, or say why it has not."""
        if not self._is_awaited:
            return
        self._is_awaited = False
        if isinstance(trial, str):
            self._say(trial)
        else:
            self._background.ask(trial, made_with_news)

    def set_zone(self, zone: StableZone | None) -> None:
        """Draw the slider's zone on the plot's axis, too."""
        self._zone = zone
        if self.plot is not None:
            self.plot.set_zone(zone)

    @Slot()
    def close_rates(self) -> None:
        """Put away what was tried, and end what is under way."""
        self._is_new = False
        self._background.cancel()
        self._is_awaited = False
        if self.isAncestorOf(self.focusWidget() or self):
            # Otherwise the next field would get the focus, and with it the next key.
            self.window().setFocus()
        self._show(None)
        self.hide()

    def shutdown(self) -> None:
        """End what is under way."""
        self._background.shutdown()

    @Slot(object, object)
    def _on_found(self, trial: RateTrial, answer: TriedRates | int) -> None:
        if isinstance(answer, int):
            self._say(f"Trying 16 rates: step {answer} of {trial.steps}…")
            return
        self._show(answer)

    def _show(self, tried: TriedRates | None) -> None:
        self._tried = tried
        if tried is not None:
            plot = self.plot or self._new_plot()
            plot.set_tried(tried, self._axis)
            plot.set_zone(self._zone)
            plot.setAccessibleDescription(told(tried))
            self._say(told(tried))
            self._tell(plot.value())
            self._is_new = True
            QTimer.singleShot(0, self, self._reveal)
        if self.plot is not None:
            self.plot.setVisible(tried is not None)
        self.looked_at.setVisible(tried is not None)

    def _new_plot(self) -> RatesPlot:
        from gd_studio.gui.panels.rates_plot import RatesPlot  # here: the window comes first

        self.plot = plot = RatesPlot()
        plot.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        copy = QAction("Copy numbers", plot)
        copy.triggered.connect(self._copy)
        plot.addAction(copy)
        plot.setToolTip("Each rate's loss after the steps tried; a click or Enter takes the rate.")
        plot.valueChanged.connect(self._tell)
        plot.taken.connect(self._on_taken)
        self._rows.insertWidget(1, plot)
        return plot

    @Slot(int)
    def _on_taken(self, index: int) -> None:
        self._is_new = False
        if self._tried is not None:
            self.rate_chosen.emit(float(self._tried.rates[index]))

    @Slot()
    def _copy(self) -> None:
        if self._tried is not None:
            QGuiApplication.clipboard().setText(as_table(self._tried))

    @Slot(int)
    def _tell(self, index: int) -> None:
        """Say what became of the rate looked at."""
        if self._tried is not None:
            self.looked_at.set_text(outcome(self._tried, index))

    @Slot()
    def _reveal(self) -> None:
        """Scroll the column so that the plot is seen."""
        place = self.parentWidget()
        while place is not None and not isinstance(place, QScrollArea):
            place = place.parentWidget()
        if isinstance(place, QScrollArea) and self.isVisible():
            place.ensureWidgetVisible(self)

    @Slot(str)
    def _say(self, sentence: str) -> None:
        self.words.setText(sentence)
        self.words.setAccessibleName(sentence)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._is_new:  # its layout comes only after it was shown
            QTimer.singleShot(0, self, self._reveal)


def made_with_news(trial: RateTrial) -> Generator[Partial | None, None, TriedRates]:
    """Return what became of the rates, telling on the way how far it has come."""
    from gd_studio.experiment.rate_trial import make_trial

    work, step = make_trial(trial), 0
    while True:
        try:
            next(work)
        except StopIteration as done:
            tried: TriedRates = done.value
            return tried
        step += 1
        news = step % STEPS_BETWEEN_NEWS == 0 and step <= trial.steps
        yield Partial(step) if news else None


def told(tried: TriedRates) -> str:
    """Say in a sentence what became of all rates."""
    of = f"Loss after {counted(tried.steps, 'step')} from step {whole(tried.from_step)}"
    diverged = int(tried.diverged.sum())
    best = tried.best
    if best is None:
        end = f"none of {len(tried.rates)} rates got below {exact(tried.before, 3)}"
    else:
        end = f"best {exact(float(tried.losses[best]), 3)} at rate {tried.rates[best]:g}"
    return f"{of}: {end}" + (f", {diverged} diverged." if diverged else ".")


def outcome(tried: TriedRates, index: int) -> str:
    """Say what became of one rate."""
    rate = f"Rate {tried.rates[index]:g}"
    if tried.diverged[index]:
        return f"{rate} diverged."
    word = " (worse)" if tried.worse[index] else ""
    return f"{rate}: loss {exact(float(tried.losses[index]), 5)}{word}. Enter takes it."


def as_table(tried: TriedRates) -> str:
    """Return rates and losses as lines of tab-separated text."""
    ends = zip(tried.rates, tried.losses, strict=True)
    lines = [f"{float(rate)!r}\t{float(loss)!r}" for rate, loss in ends]
    return "\n".join(["learning rate\tloss", *lines])
