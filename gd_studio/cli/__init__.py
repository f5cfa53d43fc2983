"""The command line: what the window does, without one, and to the same last bit.

Exit codes: 0 done (a diverged run too), 1 could not finish (disk, interrupt) or a replay that
differs, 2 the call or the input was wrong. What goes wrong is said in one sentence on stderr.
"""

from gd_studio.cli.call import app, run_command

__all__ = ["app", "run_command"]
