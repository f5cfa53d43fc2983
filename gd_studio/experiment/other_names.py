"""Names that other libraries and books use, and what the same thing is called here.

A refusal lists every name that there is; for one of these it also says which was meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from gd_studio.errors import SettingError

# By setting: what it was set to, and what that is called here.
SAME: dict[str, dict[str, str]] = {
    "optimizer.kind": {
        "gauss_newton": "levenberg_marquardt",
        "lm": "levenberg_marquardt",
        "cg": "conjugate_gradient",
        "l_bfgs": "lbfgs",
        "l-bfgs": "lbfgs",
        "damped_newton": "newton",
    },
    "model.init": {
        "glorot_uniform": "glorot",
        "xavier": "glorot",
        "he_normal": "he",
        "kaiming": "he",
    },
    "model.function": {"six_hump_camel": "camel"},
    "schedule.kind": {
        "reduce_on_plateau": "plateau",
        "cosine_with_restarts": "cosine_restarts",
        "onecycle": "one_cycle",
    },
}
# By setting: what it was set to, and the setting that it is here, of which kinds.
SETTING_OF: dict[str, dict[str, tuple[str, tuple[str, ...]]]] = {
    "optimizer.kind": {
        "momentum": ("optimizer.momentum", ("sgd",)),
        "nesterov": ("optimizer.nesterov", ("sgd",)),
        "amsgrad": ("optimizer.amsgrad", ("adam", "adamw")),
    },
}


@contextmanager
def other_names_explained(change: Mapping[str, Any]) -> Iterator[None]:
    """Add to the refusal of a change, by path or by group, what its name is called here."""
    try:
        yield
    except SettingError as error:
        hint = _hint(error.path, _given(change, error.path))
        if not hint:
            raise
        raise SettingError(error.path, f"{str(error).rstrip('.')}. {hint}") from None


def _hint(path: str, word: object) -> str:
    if not isinstance(word, str):
        return ""
    word = word.lower()
    if word in SAME.get(path, {}):
        return f"Here {word} is called {SAME[path][word]}."
    if word in SETTING_OF.get(path, {}):
        setting, kinds = SETTING_OF[path][word]
        return f"Here {word} is a setting of {' and '.join(kinds)}: {setting}."
    return ""


def _given(change: Mapping[str, Any], path: str) -> object:
    """Return what a change gives for a setting, in its group or by its path."""
    group, _, name = path.partition(".")
    whole = change.get(group)
    inside = whole.get(name) if isinstance(whole, Mapping) else None
    return change.get(path, inside)
