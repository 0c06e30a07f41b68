# `make run` opens the app, `make test` runs every test; each sets itself up from Python 3.11+ and a package registry.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check
TYPING := build/typing/smallcap

.PHONY: run test check bench faults clean

run: $(VENV)/installed
	@$(BIN)/smallcap $(ARGS)

test: $(VENV)/developed
	$(BIN)/python -m pytest --numprocesses 4 --dist loadfile --no-loadscope-reorder $(ARGS)

check: $(VENV)/developed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@mkdir -p $(TYPING) && for top in core tui seeds styles; do ln -sfn ../../../$$top $(TYPING)/$$top; done
	MYPYPATH=build/typing $(BIN)/mypy -p smallcap.core -p smallcap.tui

bench: $(VENV)/developed
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks.coverage

faults: $(VENV)/developed
	$(BIN)/python -m benchmarks.faults

clean:
	rm -rf $(VENV) build dist *.egg-info

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "smallcap needs Python 3.11 or newer: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/installed: $(VENV)/bin/python pyproject.toml
	@echo "Setting up $(VENV), once ..."
	@$(PIP) --editable .
	@touch $@

$(VENV)/developed: $(VENV)/installed
	@echo "Adding the development tools, once ..."
	@$(PIP) --editable '.[dev]'
	@touch $@
