"""Diagnoses: what is going on in a run, by its numbers, and one change that would help.

`registry.diagnose` asks them all. What they find are plain words, so that a window can show them
without loading what found them.
"""

from __future__ import annotations

from gd_studio.experiment.diagnosis.finding import BACK_TO_BEST, Finding, Proposal

__all__ = ["BACK_TO_BEST", "Finding", "Proposal"]
