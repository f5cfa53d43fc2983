"""Trying an input: a row of one's own, given to the hypothesis at the shown step."""

from __future__ import annotations

from gd_studio.gui.try_input.panel import TryInput

__all__ = ["TryInput"]
