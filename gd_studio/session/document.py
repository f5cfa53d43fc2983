"""The document: the experiment on screen, its file, and every edit that can be undone by name.

An edit is validated as a whole before anything changes. Live settings go to the run as it is;
all others start it again from step 0. Undo brings back the run without the edit, at the step at
which it was made.
"""

from __future__ import annotations

import random
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QObject, Signal, Slot

from gd_studio.errors import GDStudioError
from gd_studio.experiment.experiment import Experiment, check_task
from gd_studio.experiment.files import (
    Project,
    experiment_from_text,
    experiment_text,
    load_project,
    save_project,
)
from gd_studio.experiment.fitting import is_live
from gd_studio.experiment.models import LandscapeModel
from gd_studio.experiment.story import Opening, Story
from gd_studio.experiment.tape import Tape
from gd_studio.session.consequences import is_note, with_changes, with_data, with_note_of
from gd_studio.session.edits import Edits, Entry
from gd_studio.session.frame import Frame
from gd_studio.session.session import Session
from gd_studio.session.words import carried_along, edit_name
from gd_studio.settings import differences


@dataclass(frozen=True)
class Opened:
    """What was there before something was opened, until the run has begun or was refused."""

    wish: int
    experiment: Experiment
    path: Path | None
    edits: Edits


class Document(QObject):
    """Holds the experiment on screen; asks the session for whatever runs.

    Signals: `changed` (Experiment) whenever the settings on screen change; `state_changed` when
    path, unsaved mark or undo names do; `carried` (sentence) when an edit changed more than was
    asked for; `failed` (sentence, setting's path) for what was refused.
    """

    changed = Signal(object)
    state_changed = Signal()
    carried = Signal(str)
    failed = Signal(str, str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.experiment = Experiment()
        self.path: Path | None = None
        self._edits = Edits()
        self._opened: list[Opened] = []
        self._wishes = 0
        self._asked = 0  # the last wish that the run has to answer
        self._frame: Frame | None = None
        session.frame_changed.connect(self._on_frame_changed)
        session.refused.connect(self._on_refused)

    # --- what it is ---------------------------------------------------------------------------

    @property
    def dirty(self) -> bool:
        """Whether there are edits that no file holds."""
        return not self._edits.is_saved

    @property
    def undo_name(self) -> str | None:
        """What undo would undo."""
        return self._edits.undo_name

    @property
    def redo_name(self) -> str | None:
        """What redo would redo."""
        return self._edits.redo_name

    @property
    def _task(self) -> str:
        """The task of the data on screen."""
        return self._frame.hypothesis.task if self._frame is not None else ""

    @property
    def folder(self) -> Path | None:
        """The folder that relative data paths are relative to."""
        return self.path.resolve().parent if self.path else None

    # --- opening and saving -------------------------------------------------------------------

    def new(self, experiment: Experiment) -> None:
        """Begin with an experiment that has no file yet."""
        wish = self._take(experiment, None)
        self._session.begin(experiment, None, None, experiment.opening.step or 0, wish)

    def open(self, path: Path, keep_path: bool = True) -> None:
        """Open a project or experiment file; raises GDStudioError and changes nothing if it can't.

        With `keep_path` False (an example) saving will ask for a new name. What only the run finds
        out comes later, by `failed`, and brings back what was there.
        """
        project = load_project(path)
        folder = path.resolve().parent
        check_task(project.experiment, project.experiment.data.load(folder).task)
        wish = self._take(project.experiment, path if keep_path else None)
        opening = project.experiment.opening.step
        show = project.tape.last_step if opening is None else opening
        self._session.begin(project.experiment, folder, project.tape, show, wish)

    def save(self, path: Path, panels: tuple[str, ...] | None = None) -> None:
        """Write the project: where the run started, and its tape. Raises GDStudioError."""
        if self._frame is None or self._frame.obeyed < self._asked:
            raise GDStudioError("The run is still beginning; save again in a moment.")
        recorded = self._session.recorded()
        project = self.project(panels, recorded.tape if recorded else None)
        if path.suffix.lower() == ".json" and project.tape.acts:
            raise GDStudioError(
                f"{path.name} would hold only the settings at the start; what was changed in "
                "mid-run would be lost. Save it as a .gds project."
            )
        save_project(path, project, self.folder, recorded.trace if recorded else None)
        self.path = path
        self._edits.mark_saved()
        self.state_changed.emit()

    def project(self, panels: tuple[str, ...] | None = None, tape: Tape | None = None) -> Project:
        """Return what a file would hold now; of the frame on screen if no newer tape is given."""
        assert self._frame is not None
        frame, shown = self._frame, self.experiment
        start = msgspec.structs.replace(
            frame.start,
            name=shown.name,
            story=shown.story,
            opening=Opening(step=frame.step, panels=panels),
        )
        tape = tape or msgspec.structs.replace(frame.tape, last_step=frame.last_step)
        return Project(start, tape)

    def text(self) -> str:
        """Return the experiment on screen as text, for the clipboard."""
        return experiment_text(self.experiment)

    def paste(self, text: str) -> None:
        """Take an experiment from text, as an edit. Raises GDStudioError."""
        self._replace(experiment_from_text(text), "Paste experiment")

    # --- editing ------------------------------------------------------------------------------

    def edit(self, changes: dict[str, Any], name: str = "") -> None:
        """Change settings by path, as one named edit. Raises GDStudioError, changing nothing.

        What other data or another optimizer cannot go with changes in the same edit; `carried`
        and the edit's name say so.
        """
        wished, after = with_changes(self.experiment, changes, self._task, self.folder)
        asked = {path.partition(".")[0] for path in changes}
        self._replace_with(after, asked, name or edit_name(self.experiment, wished, asked))

    def take_data(self, data: Any) -> None:
        """Exchange the data, and with it whatever no longer suits it, as one edit."""
        after = with_data(self.experiment, data, self._task, self.folder)
        self._replace_with(after, ("data", "preparation"), "Import data")

    def set_story(self, story: Story) -> None:
        """Change the note; the run goes on untouched."""
        self._replace(msgspec.structs.replace(self.experiment, story=story), "Edit note")

    @Slot()
    def fork(self) -> None:
        """Begin another future at the step that is shown; undo brings the old one back."""
        frame = self._frame
        if frame is None or frame.live or frame.obeyed < self._asked:
            return
        entry = self._enter(self.experiment, f"Fork at step {frame.step}", touches_run=True)
        self._session.fork(frame.step, entry.edit)

    @Slot()
    def reset(self) -> None:
        """Start again from the settings on screen, with the same initial weights."""
        self._replace(self.experiment, "Reset", anew=True)

    @Slot()
    def new_weights(self) -> None:
        """Start again with other initial weights, or somewhere else on a landscape."""
        model = self.experiment.model
        if isinstance(model, LandscapeModel):
            self.start_at(*model.elsewhere(random.random(), random.random()))
            return
        seed = (model.seed + 1) % 2**32
        self._replace(self.experiment.edit({"model.seed": seed}), "New initial weights")

    def start_at(self, x: float, y: float) -> None:
        """Let the descent of a landscape begin at another place. Raises GDStudioError."""
        changes = {"model.start_x": x, "model.start_y": y}
        self._replace(self.experiment.edit(changes), f"Start at ({x:g}, {y:g})")

    def move_to(self, weights: dict[str, Any], name: str) -> None:
        """Set all parameters of the run at its present step, as an edit that can be undone."""
        entry = self._enter(self.experiment, name, touches_run=True)
        self._session.move_to(weights, entry.edit)

    def set_parameter(self, index: int, value: float) -> None:
        """Set one parameter of the run at its present step, as an edit that can be undone."""
        if self._frame is None:
            return
        name = f"{self._frame.hypothesis.said_name(index)} = {value:g}".replace("-", "\u2212")
        entry = self._enter(self.experiment, name, touches_run=True)
        self._session.set_parameter(index, value, entry.edit)

    @Slot()
    def undo(self) -> None:
        """Take back the last edit."""
        entry = self._edits.undo()
        if entry is None:
            return
        if entry.touches_run:
            wish = self._ask()
            self._show(entry.before)
            self._session.go_before(entry.edit, wish)
        else:
            self._show(with_note_of(self.experiment, entry.before))

    @Slot()
    def redo(self) -> None:
        """Do again what was taken back."""
        entry = self._edits.redo()
        if entry is None:
            return
        if entry.touches_run:
            wish = self._ask()
            self._show(entry.after)
            self._session.go_after(entry.edit, wish)
        else:
            self._show(with_note_of(self.experiment, entry.after))

    # --- inside -------------------------------------------------------------------------------

    def _ask(self) -> int:
        """Return the number of a new wish, which the run will answer."""
        self._wishes += 1
        self._asked = self._wishes
        return self._wishes

    def _take(self, experiment: Experiment, path: Path | None) -> int:
        wish = self._ask()
        self._opened.append(Opened(wish, self.experiment, self.path, self._edits))
        self._edits = Edits(wish)
        self.path = path
        self._show(experiment)
        return wish

    def _replace(self, after: Experiment, name: str, anew: bool = False) -> None:
        changes = differences(self.experiment, after)
        if not changes and not anew:
            return
        touches_run = anew or any(not is_note(path) for path in changes)
        entry = self._enter(after, name, touches_run)
        if touches_run:
            self._run(entry, changes, anew)

    def _replace_with(self, after: Experiment, asked: Collection[str], name: str) -> None:
        """Replace the experiment, and say what had to change beyond the branches asked for."""
        also = carried_along(self.experiment, after, asked)
        self._replace(after, f"{name}, {also}" if also else name)
        if also and self.experiment is after:  # the run may have refused it by now
            self.carried.emit(f"{name}. Changed along with it: {also}. Undo takes all of it back.")

    def _enter(self, after: Experiment, name: str, touches_run: bool) -> Entry:
        """Put an edit on the list of what can be undone, and show it."""
        self._wishes += 1
        entry = Entry(self._wishes, name, self.experiment, after, touches_run)
        self._forget(self._edits.put(entry))
        self._asked = entry.edit if touches_run else self._asked
        self._show(after)
        return entry

    def _run(self, entry: Entry, changes: dict[str, Any], anew: bool) -> None:
        running = {path: value for path, value in changes.items() if not is_note(path)}
        if not anew and all(is_live(entry.after, path) for path in running):
            self._session.edit_live(running, entry.edit)
        else:
            self._session.begin(entry.after, self.folder, None, 0, entry.edit, undoable=True)

    def _forget(self, edits: tuple[int, ...]) -> None:
        if edits:
            self._session.forget(edits)

    def _show(self, experiment: Experiment) -> None:
        self.experiment = experiment
        self.changed.emit(experiment)
        self.state_changed.emit()

    @Slot(object)
    def _on_frame_changed(self, frame: Frame) -> None:
        """Follow the settings in force at the shown step; a frame from before a wish is stale."""
        self._frame = frame
        while self._opened and self._opened[0].wish <= frame.obeyed:
            before = self._opened.pop(0)
            self._forget(before.edits.numbers)
        if frame.obeyed < self._asked:
            return
        in_force = with_note_of(frame.experiment, self.experiment)
        if in_force != self.experiment:
            self._show(in_force)

    @Slot(int, str)
    def _on_refused(self, wish: int, sentence: str) -> None:
        """Take back what the run could not follow; what was there stays."""
        path = ""
        if any(opened.wish == wish for opened in self._opened):
            self._take_back_opening(wish)
        else:
            path = self._take_back_edit(wish)
        self.failed.emit(sentence, path)

    def _take_back_opening(self, wish: int) -> None:
        place = next(i for i, opened in enumerate(self._opened) if opened.wish == wish)
        before = self._opened.pop(place)
        if place < len(self._opened):
            # Something else was opened since: that is what it would have to come back from.
            after = self._opened[place]
            self._opened[place] = replace(before, wish=after.wish)
            return
        self.path, self._edits = before.path, before.edits
        self._show(before.experiment)

    def _take_back_edit(self, wish: int) -> str:
        """Forget an edit; return the path of the setting that it changed."""
        entry, was_done = self._edits.refuse(wish)
        if entry is None:
            return ""
        if was_done:
            self._show(entry.before)
        else:
            self.state_changed.emit()
        changes = differences(entry.before, entry.after)
        path = next(iter(changes), "")
        return f"{path}.kind" if isinstance(changes.get(path), dict) else path
