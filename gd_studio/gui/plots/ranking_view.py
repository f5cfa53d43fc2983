"""ROC, and precision over recall: what each threshold finds of a class, and what it costs."""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pyqtgraph as pg

from gd_studio.experiment.failure import blocks
from gd_studio.experiment.ranking import Ranking, ranking
from gd_studio.gui.numbers import counted, exact, percent, whole
from gd_studio.gui.plots.all_rows import AllRows
from gd_studio.gui.plots.axes import Scale
from gd_studio.gui.plots.canvas import PlotPanel
from gd_studio.gui.plots.colours import colour, pen, shape_sign
from gd_studio.gui.plots.legend import Entry
from gd_studio.gui.plots.prediction_legend import split_entries
from gd_studio.gui.plots.samples import SPLITS, Sample, split_of
from gd_studio.gui.plots.view import View, figures
from gd_studio.gui.selection import SplitName

if TYPE_CHECKING:
    from gd_studio.data import Prepared
    from gd_studio.session.frame import Frame

Kind = Literal["roc", "precision"]
Rankings = dict[SplitName, Ranking]
MOST_POINTS = 1500
CHOSEN = 0.5
NEAR_PIXELS = 30
BESIDE = 0.05  # of the axes: curves run along 0 and 1, where the frame would cut them in half
UNKNOWING = "no knowledge"
DASHES: dict[SplitName, str] = {"train": "solid", "validation": "dashed"}


class RankingView(View):
    """One curve for each split, of one class against all others; the mark is at 0.5."""

    is_sampled = False

    def __init__(self, panel: PlotPanel, kind: Kind, rankings: AllRows) -> None:
        super().__init__(panel)
        self.kind = kind
        self.code: int | None = None
        self._rankings = rankings
        self._lines = {split: pg.PlotCurveItem(connect="finite") for split in SPLITS}
        self._marks = {split: pg.ScatterPlotItem(pxMode=True, size=10) for split in SPLITS}
        self._baseline = pg.PlotCurveItem()
        self._found: Rankings = {}
        self._note = ""
        items = (self._baseline, *self._lines.values(), *self._marks.values())
        for z, item in enumerate(items):
            item.setZValue(z)
            item.hide()
            panel.plot_item.addItem(item, ignoreBounds=True)

    @property
    def note(self) -> str:
        return self._note

    @property
    def found(self) -> Rankings:
        """The rankings last drawn, for each split that has any."""
        return self._found

    def set_theme(self) -> None:
        theme = self.panel.theme
        self._baseline.setPen(pen(theme, "muted", 1, "dotted"))
        for split in SPLITS:
            self._lines[split].setPen(pen(theme, split, 1.5, DASHES[split]))
            self._marks[split].setPen(pen(theme, split, 2))
            fill = split if split == "train" else "card"
            self._marks[split].setBrush(colour(theme, fill))

    def draw(self, frame: Frame, sample: Sample) -> None:
        code = self.positive(frame.hypothesis.prepared)
        found: Rankings = self._rankings.of(frame, code) or {}
        self._found = found
        for split in SPLITS:
            one = found.get(split)
            has_curve = one is not None and one.positives * one.negatives > 0
            is_shown = has_curve and self.panel.legend.shows(split)
            self._lines[split].setVisible(is_shown)
            self._marks[split].setVisible(is_shown)
            if one is not None and has_curve:
                x, y = self._curve(one)
                at = one.at(CHOSEN)
                self._lines[split].setData(*self._drawn(x, y))
                self._marks[split].setData(x[at : at + 1], y[at : at + 1])
        self._draw_baseline(found)
        self._set_axes()
        self._say(found)
        self._write_note(frame, found, code)

    def hide(self) -> None:
        for item in (self._baseline, *self._lines.values(), *self._marks.values()):
            item.hide()

    def stop(self) -> None:
        self._rankings.stop()

    def positive(self, prepared: Prepared) -> int:
        """Return the class taken as positive: the chosen one, or of two the second."""
        classes = len(prepared.classes)
        if self.code is not None and self.code < classes:
            return self.code
        return 1 if classes == 2 else 0

    def hover(self, frame: Frame, x: float, y: float) -> str:
        near = self._nearest(x, y)
        if near is None:
            return ""
        split, at = near
        one = self._found[split]
        rates = {
            "true positive rate (recall)": float(one.recall[at]),
            "false positive rate": float(one.false_rate[at]),
            "precision": float(one.precision[at]),
        }
        said = [f"{split}, threshold {exact(float(one.thresholds[at]), 4)}"]
        said += [f"{name} {value:.4f}" for name, value in rates.items()]
        found, wrong = whole(int(one.true[at])), whole(int(one.false[at]))
        return "\n".join([*said, f"{found} of {whole(one.positives)} found, {wrong} false alarms"])

    def entries(self, frame: Frame) -> list[Entry]:
        look = pen(self.panel.theme, "muted", 1, "dotted")
        help = "What scores that know nothing of the class would give."
        return [
            *split_entries(self._lines, self._found),
            Entry(UNKNOWING, "no knowledge", look, help),
        ]

    def export(self, frame: Frame, sample: Sample) -> tuple[list[str], list[list[Any]]]:
        header = ["part", "threshold", "true positive rate", "false positive rate", "precision"]
        rows: list[list[Any]] = [
            [split, *(float(v) for v in values)]
            for split, one in self._found.items()
            for values in zip(
                one.thresholds, one.recall, one.false_rate, one.precision, strict=True
            )
        ]
        return header, rows

    def _curve(self, one: Ranking) -> tuple[Any, Any]:
        """Return the points (x, y) of a ranking on this view's axes."""
        if self.kind == "roc":
            return one.false_rate, one.recall
        return one.recall, one.precision

    def _drawn(self, x: Any, y: Any) -> tuple[Any, Any]:
        """Return a curve thinned for drawing; precision goes in steps, as its average does."""
        if len(x) > MOST_POINTS:
            kept = np.linspace(0, len(x) - 1, MOST_POINTS).astype(np.intp)
            x, y = x[kept], y[kept]
        if self.kind == "roc":
            return x, y
        return np.repeat(x, 2)[:-1], np.repeat(y, 2)[1:]

    def _draw_baseline(self, found: Rankings) -> None:
        """Draw what scores that know nothing give: the diagonal, or the share of the class."""
        train = found.get("train")
        self._baseline.setVisible(train is not None and self.panel.legend.shows(UNKNOWING))
        if train is not None:
            rows = max(train.positives + train.negatives, 1)
            share = train.positives / rows
            self._baseline.setData([0, 1], [0, 1] if self.kind == "roc" else [share, share])

    def _set_axes(self) -> None:
        x, y = (Scale(name, ends=True, short=short, within=(0, 1)) for name, short in self._names)
        self.panel.set_scales(x, y)
        self.panel.want_range(-BESIDE, 1 + BESIDE, -BESIDE, 1 + BESIDE)

    @property
    def _names(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """The names of both axes, and what they are called in a small place."""
        if self.kind == "roc":
            alarms = "false positive rate (false alarms)", "false alarms"
            return alarms, ("true positive rate (recall)", "recall")
        return ("recall (true positive rate)", "recall"), ("precision", "precision")

    def _say(self, found: Rankings) -> None:
        what = ("AUC ",) if self.kind == "roc" else ("average precision ", "AP ")
        areas = {
            split: one.auc if self.kind == "roc" else one.average_precision
            for split, one in found.items()
        }
        numbers = {s: f"{area:.3f}" if math.isfinite(area) else "–" for s, area in areas.items()}
        first = next(iter(areas.values()), math.nan)
        self.panel.say(*figures(what, numbers, rounded=_rounded(first)))

    def _write_note(self, frame: Frame, found: Rankings, code: int) -> None:
        if not found:
            self._note = "Ranking all rows …"
            return
        name = f"{shape_sign(code)} {frame.hypothesis.classes[code]}"
        said = [f"Positive: {name}. Marked: threshold {CHOSEN}."]
        train = found["train"]
        if self.kind == "precision" and train.positives:
            share = train.positives / (train.positives + train.negatives)
            said.append(f"Dotted: no knowledge, {percent(share, 0)}.")
        elif self.kind == "roc":
            said.append("Dotted: no knowledge.")
        for split, one in found.items():
            if not (one.positives and one.negatives):
                kind = "positive" if one.positives else "negative"
                said.append(f"All {split} rows are {kind}: no curve.")
            if one.unscored:
                said.append(f"{counted(one.unscored, f'{split} row')} without a score, put last.")
        if not self._rankings.is_fresh(frame, code):
            said.append(f"Ranked at step {whole(self._rankings.step_of(code))}.")
        self._note = " ".join(said)

    def _nearest(self, x: float, y: float) -> tuple[SplitName, int] | None:
        """Return the split and the place of the curve's point within some pixels."""
        per_x, per_y = self.panel.pixel_size()
        best: tuple[float, SplitName, int] | None = None
        for split, one in self._found.items():
            if not self.panel.legend.shows(split):
                continue
            across, upwards = self._curve(one)
            away = np.hypot((across - x) / per_x, (upwards - y) / per_y)
            if not np.isfinite(away).any():
                continue
            at = int(np.nanargmin(away))
            if away[at] < NEAR_PIXELS and (best is None or away[at] < best[0]):
                best = (float(away[at]), split, at)
        return None if best is None else best[1:]


def rankings_of(frame: Frame, code: Any) -> Generator[None, None, Rankings]:
    """Rank all rows of each split by the probability of a class, yielding between blocks."""
    hypothesis = frame.hypothesis
    found: Rankings = {}
    for split in SPLITS:
        part = split_of(hypothesis.prepared, split)
        scores = np.empty(len(part.rows))
        for block in blocks(hypothesis, len(scores)):
            scores[block] = hypothesis.guess(frame.parameters, part.x[block])[:, code]
            yield
        if len(scores):
            found[split] = ranking(scores, part.y == code)
    return found


def _rounded(area: float) -> str:
    """Return an area in two digits; one below 1 never reads 1.00."""
    if not math.isfinite(area):
        return "–"
    return f"{area:.2f}" if area == 1 else f"{min(area, 0.99):.2f}"
