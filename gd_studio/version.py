"""The version of GD Studio, for all who note it: the window, the command line, a saved run."""

__version__ = "0.1.0"
