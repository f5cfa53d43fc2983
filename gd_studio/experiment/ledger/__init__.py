"""The ledger of a step: every number of guess, check and adjust, for one row and one parameter.

Its lines are terms that compute and write themselves, so that the new weight can be recomputed
from what is printed. No Qt here; the window and a notebook read the same ledger.
"""

from __future__ import annotations

from gd_studio.experiment.ledger.book import Ledger, ledger
from gd_studio.experiment.ledger.moment import Moment
from gd_studio.experiment.ledger.section import Section
from gd_studio.experiment.ledger.writing import copied, written

__all__ = ["Ledger", "Moment", "Section", "copied", "ledger", "written"]
