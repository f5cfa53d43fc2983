"""What a group of settings is, and what a choice of kinds: frozen structs, checked as a whole."""

from __future__ import annotations

from typing import Any, ClassVar, get_args

import msgspec


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A frozen group of settings; edited by making another one (see `edited`)."""

    title: ClassVar[str] = ""

    def check(self) -> None:
        """Raise `ValueError("field: sentence")` when fields do not fit one another."""


class Choice(Settings, frozen=True, tag_field="kind"):
    """A group that is one of several kinds, told apart by the key `kind` in files."""


def kind_of(settings: Choice | type[Choice]) -> str:
    """Return the word by which files name this kind, such as "sgd"."""
    return str(settings.__struct_config__.tag)


def kinds(union: Any) -> dict[str, type[Choice]]:
    """Return a union's members by their word in files, in the order written."""
    return {kind_of(member): member for member in get_args(union) or (union,)}
