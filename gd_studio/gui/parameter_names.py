"""Parameters' names where there is little room: less of the layer, all of what it joins."""

from __future__ import annotations


def shorter_name(name: str) -> str:
    """Return the said name of a parameter with its layer in short.

    >>> shorter_name("hidden 1: body mass index → 5")
    'h1: body mass index → 5'
    """
    layer, colon, rest = name.partition(": ")
    short = layer.replace("hidden ", "h").replace("output", "out")
    return f"{short}{colon}{rest}" if colon else name
