"""The loop ribbon: Guess, Check, Adjust, Repeat in a circle, and Learn, which comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from gd_studio.gui.refits import Refits
from gd_studio.gui.steady import SteadyLabel
from gd_studio.gui.theme import repolish, set_look


@dataclass(frozen=True)
class Word:
    """One word of the loop: `widest` is the longest number line it makes room for."""

    key: str
    word: str
    widest: str
    place: str
    help: str


WORDS = (
    Word("guess", "Guess", "ŷ = −0.9999", "first",
         "Guess (forward pass): the model turns inputs into predictions with its present weights."),
    Word("check", "Check", "row loss 0.9999", "middle",
         "Check (loss): each guess is compared with the truth; the loss says how wrong it is."),
    Word("adjust", "Adjust", "gradient 0.9999", "middle",
         "Adjust (backward pass and update): each weight moves a little against its gradient."),
    Word("repeat", "Repeat ↺", "step 999999", "last",
         "Repeat (iteration): the loop goes round with the next batch until a stop rule ends it."),
    Word("learn", "Learn", "−100 % loss", "apart",
         "Learn (convergence): how far the loss has fallen since the start."),
)  # fmt: skip


BESIDE = 5  # pixels left and right of the words


class LoopRibbon(QWidget):
    """Five words, each over its number; one may be highlighted. Shows, never asks."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("The loop of learning")
        self._cells = {word.key: _Cell(word) for word in WORDS}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for key, cell in self._cells.items():
            if key == "learn":
                layout.addSpacing(8)
            layout.addWidget(cell)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def set_values(self, values: Mapping[str, str]) -> None:
        """Write the number line under each word given by its key, such as "guess"."""
        for key, text in values.items():
            self._cells[key].set_number(text)

    def set_active(self, key: str | None) -> None:
        """Highlight one word, or none."""
        for name, cell in self._cells.items():
            cell.set_active(name == key)

    def text(self, key: str) -> str:
        """Return the whole number line under a word."""
        return self._cells[key].full


class _Cell(Refits, QFrame):
    def __init__(self, word: Word) -> None:
        super().__init__()
        self._word = word
        self.full = ""
        self.setObjectName(f"ribbon.{word.key}")
        self.setProperty("place", word.place)
        self.setProperty("active", False)
        self.setToolTip(word.help)
        self._title = QLabel(word.word)
        self._number = SteadyLabel()
        for label, part in ((self._title, "word"), (self._number, "number")):
            label.setProperty("part", part)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._number.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(BESIDE, 4, BESIDE, 4)
        layout.setSpacing(0)
        layout.addWidget(self._title)
        layout.addWidget(self._number)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        set_look(self, "loop")
        self.set_number("")

    def set_number(self, text: str) -> None:
        self.full = text
        self.setAccessibleName(f"{self._word.word.rstrip(' ↺')}: {text}")
        self.fit()

    def set_active(self, active: bool) -> None:
        if self.property("active") != active:
            self.setProperty("active", active)
            for widget in (self, self._title, self._number):
                repolish(widget)

    def fit(self) -> None:
        metrics = self._number.fontMetrics()
        room = self.width() - self._edges()
        fitting = (t for t in shorter(self.full) if metrics.horizontalAdvance(t) <= room)
        self._number.setText(next(fitting, "") or " ")

    def _edges(self) -> int:
        margins = self.contentsMargins()
        return margins.left() + margins.right() + 2 * BESIDE

    def sizeHint(self) -> QSize:
        width = self._number.fontMetrics().horizontalAdvance(self._word.widest) + 2
        narrow = self.minimumSizeHint()
        return QSize(max(width + self._edges(), narrow.width()), narrow.height())

    def minimumSizeHint(self) -> QSize:
        number = self._number.fontMetrics().horizontalAdvance(shorter(self._word.widest)[-1])
        width = max(self._title.sizeHint().width(), number + 2) + self._edges()
        return QSize(width, super().minimumSizeHint().height())


def shorter(text: str) -> tuple[str, ...]:
    """Return a number line and what may stand for it in a narrower place, widest first.

    >>> shorter("row loss 0.001")
    ('row loss 0.001', '0.001')
    """
    words = text.split(" ")  # not at the narrow spaces within a number
    start = next((i for i, word in enumerate(words) if any(c.isdigit() for c in word)), None)
    if start is None:
        return (text,)
    end = start + (2 if words[start + 1 : start + 2] == ["%"] else 1)
    candidates = (text, " ".join(words[start:]), " ".join(words[start:end]))
    return tuple(dict.fromkeys(candidates))
