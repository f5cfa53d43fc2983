"""Forms generated from the settings' own descriptions."""

from gd_studio.gui.forms.form import SettingsForm
from gd_studio.gui.forms.rows import Row, rows_of

__all__ = ["Row", "SettingsForm", "rows_of"]
