# `make run` opens the app, `make test` runs every test; each sets itself up from Python 3.11+ and a package registry.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check
TYPING := build/typing/smallcap

.PHONY: run test check bench pictures faults reliability locked lock audit clean

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

pictures: $(VENV)/developed
	$(BIN)/python -m benchmarks.pictures

faults: $(VENV)/developed
	$(BIN)/python -m benchmarks.faults

# Hours in all; each line is a part of docs/reliability.md and can be run by itself.
reliability: $(VENV)/developed
	$(BIN)/python -m benchmarks.fuzz
	$(BIN)/python -m benchmarks.random_keys
	$(BIN)/python -m benchmarks.slow_link
	$(BIN)/python -m benchmarks.many_users
	$(BIN)/python -m benchmarks.long_days

# The development tools at the versions and hashes of the lock, and nothing else.
locked: $(VENV)/bin/python
	@$(PIP) --require-hashes --requirement requirements/dev.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $(VENV)/installed $(VENV)/developed

lock: $(VENV)/bin/python
	@$(PIP) uv
	UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --all-extras \
		--no-emit-index-url --no-emit-find-links pyproject.toml requirements/build.in --output-file requirements/dev.lock

audit: $(VENV)/bin/python
	@$(PIP) pip-audit
	$(BIN)/pip-audit --strict --disable-pip --require-hashes --requirement requirements/dev.lock

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
