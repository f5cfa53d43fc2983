"""The plots of the window: each draws a Frame and says what its user wishes."""
