# Each target does all of its own set-up (packaging/set_up.sh); repeating it needs no network.
#
#   make run          open the window; ARGS="train moons --steps 100" for the command line
#   make test         lint, types, tests: what has to pass before a commit
#   make test-long    the same, and the tests that take their time
#   make parity       compare the engine's steps with PyTorch's, which it installs
#   make bench        measure engine (beside PyTorch), start-up and drawing on this machine, what
#                     is drawn also under X: a screen, or Xvfb where that is installed
#   make screenshots  take the README's pictures, light and dark
#
# PYTHON=python3.12 chooses the interpreter (3.11 or newer) of a new .venv.

export PYTHON ?= python3
# The checkout itself is on the path: an installed copy of it would go stale.
export PYTHONPATH := $(CURDIR)

IN_VENV := .venv/bin/python
OFFSCREEN := QT_QPA_PLATFORM=offscreen
# Empty only on a Linux without a screen.
SCREEN := $(DISPLAY)$(WAYLAND_DISPLAY)$(filter-out Linux,$(shell uname))
# What gives a program a screen in memory where there is none, if it is there.
XVFB := $(if $(SCREEN),,$(shell command -v xvfb-run))
ON_A_SCREEN := $(if $(XVFB),$(XVFB) -a -s "-screen 0 1600x1000x24")

.PHONY: run test test-long parity bench screenshots lint
.PHONY: set-up-to-run set-up-to-test set-up-to-compare

run: set-up-to-run
ifeq ($(ARGS)$(SCREEN),)
	@echo "No display here: the default experiment runs headless and leaves its results in out/."
	@$(OFFSCREEN) $(IN_VENV) -m gd_studio demo --out out
else
	@$(IN_VENV) -m gd_studio $(ARGS)
endif

test: lint
	$(OFFSCREEN) $(IN_VENV) -m pytest -n 2

test-long: lint
	$(OFFSCREEN) GD_STUDIO_LONG=1 $(IN_VENV) -m pytest -n 2 -m "long or not long" --timeout 1800

lint: set-up-to-test
	$(IN_VENV) -m ruff check .
	$(IN_VENV) -m mypy

parity: set-up-to-compare
	$(IN_VENV) tests/parity/compare.py

bench: set-up-to-compare
	@set -e; for script in tests/benchmarks/*.py; do \
		echo "== $$script"; $(OFFSCREEN) $(ON_A_SCREEN) $(IN_VENV) "$$script"; done

screenshots: set-up-to-test
	$(OFFSCREEN) $(IN_VENV) packaging/screenshots.py

set-up-to-run set-up-to-test set-up-to-compare: set-up-to-%:
	@packaging/set_up.sh $*
