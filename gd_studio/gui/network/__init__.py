"""The network as a picture: nodes with maps of their outputs, links as wide as their weights."""

from __future__ import annotations

from gd_studio.gui.network.panel import NetworkPanel

__all__ = ["NetworkPanel"]
