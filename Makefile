# Two commands: `make serve` publishes the structure of IOM on this machine, `make test` proves that it can.
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
OUT ?= published
BIN := .venv/bin
export HOST PORT
SOURCES := $(shell find ontology shapes build/organograph -type f ! -name '*.pyc' 2>/dev/null)

# When tables, rules or compiler last changed, where git knows it and nothing was changed since.
CHANGED = $(shell test -z "$$(git status --porcelain -- ontology shapes build 2>&1)" && git log -1 --format=%ct -- ontology shapes build)
BUILD = SOURCE_DATE_EPOCH="$${SOURCE_DATE_EPOCH:-$(CHANGED)}" $(BIN)/organograph build --out $(OUT)

.PHONY: help setup editor build check serve test lint docs screenshots bench soak

help:
	@echo "make serve   set up, check, build and serve at http://$(HOST):$(PORT)"
	@echo "make test    set up and run every test"
	@echo "make setup   make the virtual environment in .venv"
	@echo "make build   compile the tables into $(OUT)/"
	@echo "make check   check the tables against every rule"

setup: .venv/.installed .venv/.editor

.venv/.installed: pyproject.toml requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Organograph needs Python 3.11 or newer; name one with PYTHON=..."; exit 2; }
	@echo "Setting up .venv (once; about a minute) ..."
	@$(PYTHON) -m venv .venv || { echo "Python's venv module is missing; on Debian it is the package python3-venv."; exit 2; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q build/organograph server/organograph_server
	@touch $@

# The editor for queries comes from npm, where that is at hand; everything else works without it.
.venv/.editor: server/organograph_server/query/editor.py .venv/.installed
	@$(BIN)/python -m organograph_server.editorsetup
	@touch $@

editor: .venv/.installed
	@$(BIN)/python -m organograph_server.editorsetup
	@touch .venv/.editor

build: setup
	@$(BUILD)

check: .venv/.checked

.venv/.checked: $(SOURCES) .venv/.installed
	@$(BIN)/organograph check
	@touch $@

# Checked first, so that faulty tables leave the last good build in place.
serve: check .venv/.editor
	@$(BUILD)
	@exec $(BIN)/organograph serve --dataset $(OUT) --host $(HOST) --port $(PORT)

.venv/.testable: requirements-test.txt .venv/.installed
	@echo "Installing what the tests need (once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-test.txt
	@touch $@

# A process for each core, up to four; the tests of one file stay together, with the servers that they share.
test: .venv/.testable .venv/.editor
	@$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

lint: .venv/.testable
	@$(BIN)/ruff check build server tests bench && $(BIN)/ruff format --check build server tests bench && $(BIN)/mypy && $(BIN)/lint-imports

docs: .venv/.testable
	@$(BIN)/python docs/make.py

# The pages as they look, for the README.
screenshots: .venv/.testable .venv/.editor
	@$(BIN)/python docs/screenshots.py

# An hour, on a machine that does nothing else; peers are installed into a cache outside the repository. QUICK=1 only sees that all runs.
bench: .venv/.testable
	@$(BIN)/python bench $(if $(QUICK),--quick)

# What honest clients see while others attack, releases follow each other and builders are killed: an hour, on a machine that does nothing else.
soak: .venv/.testable
	@$(BIN)/python bench/soak
