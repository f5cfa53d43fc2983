"""What an edit and a ghost are called: by the setting that changed, in the window's own words."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from gd_studio.errors import GDStudioError
from gd_studio.experiment.experiment import Experiment
from gd_studio.settings import Setting, Settings, differences, setting_at, value_at

# What an empty setting means, where it is not "off".
EMPTY = {"training.batch_size": "all rows", "training.evaluate_every": "each epoch"}
UNTITLED = {"preparation.use": "other columns", "loss": "the usual loss"}
NOTE = ("name", "story", "opening")


def edit_name(before: Experiment, after: Experiment, asked: Collection[str] = ()) -> str:
    """Name an edit by what changed, such as "Learning rate 0.1 → 0.5".

    What lies in the branches asked for gives the name, whatever came along with it.
    """
    changes = differences(before, after)
    branches = {path: path.partition(".")[0] for path in changes}
    # Other data may bring another name along; it is the data that was chosen.
    ranks = {path: (b not in asked, b in NOTE) for path, b in branches.items()}
    path = min(changes, key=lambda path: ranks[path], default="")
    setting = described_at(after, path)
    if setting is not None and not isinstance(changes[path], dict | list):
        return f"{setting.title} {_from_to(before, after, path)}"
    branch = path.partition(".")[0]
    group = getattr(after, branch, None)
    if isinstance(group, Settings) and group.title:
        return f"{branch.capitalize()}: {group.title}"
    return f"Edit {branch or 'experiment'}"


def carried_along(before: Experiment, after: Experiment, asked: Collection[str]) -> str:
    """Say what an edit changed outside the branches that were asked to change.

    For example "batch size 32 → all rows, loss → squared error"; "" if there is nothing.
    """
    parts = []
    for path in differences(before, after):
        branch = path.partition(".")[0]
        if branch in asked or branch in NOTE:
            continue
        setting = described_at(after, path)
        if setting is not None:
            parts.append(f"{_lower(setting.title)} {_from_to(before, after, path)}")
        else:
            title = getattr(getattr(after, branch), "title", "")
            parts.append(f"{branch} → {_lower(title) or UNTITLED.get(path, path)}")
    return ", ".join(parts)


def differs(old: Experiment, new: Experiment) -> bool:
    """Whether two experiments differ in more than their notes."""
    return any(path.partition(".")[0] not in NOTE for path in differences(old, new))


def changed_label(start: Experiment, end: Experiment, old: Experiment, new: Experiment) -> str:
    """Name a run whose telling setting was changed on its way, such as "rate 0.6 → 1.5".

    `old`, its start or its end, is compared with `new`. Empty where that setting stayed as it was.
    """
    path = _telling(differences(new, old))
    setting = described_at(end, path)
    if path not in differences(start, end) or setting is None:
        return ""
    name = "rate" if path.endswith("learning_rate") else _lower(setting.title)
    return f"{name} {_from_to(start, end, path)}"


def _telling(changes: Collection[str]) -> str:
    """Return the path of the change that names a run: its rate before all else."""
    paths = [path for path in changes if path.partition(".")[0] not in NOTE]
    rates = [path for path in paths if path.endswith("learning_rate")]
    return next(iter(rates or paths), "")


def ghost_label(old: Experiment, new: Experiment) -> str:
    """Name a run by what was different about it, such as "rate 0.1"."""
    changes = differences(new, old)
    path = _telling(changes)
    if not path:
        return "the same settings"
    rates = path.endswith("learning_rate")
    value = changes[path]
    if rates:
        return f"rate {said(path, value)}"
    setting = described_at(old, path)
    if setting is None or isinstance(value, dict):
        branch = path.partition(".")[0]
        return getattr(getattr(old, branch), "title", "") or UNTITLED.get(path, f"other {branch}")
    return f"{_lower(setting.title)} {said(path, value)}"


def said(path: str, value: object) -> str:
    """Say a setting's value."""
    if value is None:
        return EMPTY.get(path, "off")
    if isinstance(value, bool):
        return "on" if value else "off"
    if path == "data.path":
        return Path(str(value)).name
    if isinstance(value, list | tuple):
        return "-".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _from_to(before: Experiment, after: Experiment, path: str) -> str:
    return f"{said(path, value_at(before, path))} → {said(path, value_at(after, path))}"


def described_at(experiment: Experiment, path: str) -> Setting | None:
    """Return the description of a setting; None for what is a whole group."""
    try:
        return setting_at(experiment, path) if path else None
    except GDStudioError:
        return None


def _lower(title: str) -> str:
    """Begin a title with a small letter, as within a sentence, unless it is a name such as L2."""
    return title if title[1:2].isupper() or title[1:2].isdigit() else title[:1].lower() + title[1:]
