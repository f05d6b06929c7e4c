# `make demo` and `make test` need Python 3.11 or newer with venv, and make; nothing else. `make` alone lists the targets.

# The first of these that fits is used: `make test PYTHON=python3.12 VENV=.venv-3.12` has an environment of its own.
PYTHON ?= python3.13 python3.12 python3.11 python3
VENV ?= .venv

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check
UV ?= $(BIN)/uv
# Each process of tests has a PostgreSQL of its own.
PARALLEL := --numprocesses auto --maxprocesses 8 --dist worksteal
LOCK := $(UV) pip compile --quiet --no-annotate --generate-hashes --python-version 3.11 --universal \
	--custom-compile-command "make lock"

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo serve test check lint types contracts format openapi bench lock clean

help: ## Lists the targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: $(VENV)/.runtime ## Starts a sandbox and screens six travellers; DETACH=1 ends after printing
	@$(BIN)/screening demo $(if $(filter 1,$(DETACH)),--detach)

serve: $(VENV)/.runtime ## Runs the service
	@$(BIN)/screening serve

test: $(VENV)/.dev ## Runs every test on every core; ARGS="..." goes to pytest, such as --cov
	@$(BIN)/pytest $(PARALLEL) $(ARGS)

check: lint types contracts test ## Everything that a change must pass

lint: $(VENV)/.dev ## Rules and format of the code
	@echo "lint"
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .

types: $(VENV)/.dev ## Types
	@echo "types"
	@$(BIN)/mypy

contracts: $(VENV)/.dev ## Imports point down
	@echo "import contracts"
	@$(BIN)/lint-imports

format: $(VENV)/.dev ## Formats the code and sorts its imports
	@$(BIN)/ruff check --quiet --fix --select I .
	@$(BIN)/ruff format .

openapi: $(VENV)/.runtime ## Writes openapi.yaml
	@$(BIN)/screening openapi > openapi.yaml.new
	@mv openapi.yaml.new openapi.yaml

bench: $(VENV)/.dev ## Measures whole screenings beside the plain way; LARGE=1 goes to a million notices, KEEP=NAME keeps it
	@$(BIN)/python -m benchmarks.suite $(if $(filter 1,$(LARGE)),--large) $(if $(KEEP),--keep $(KEEP)) $(ARGS)

lock: $(UV) ## Writes the lock files after a change of pyproject.toml; UPGRADE=1 takes the newest versions
	@$(LOCK) $(if $(filter 1,$(UPGRADE)),--upgrade) pyproject.toml -o requirements.lock
	@$(LOCK) $(if $(filter 1,$(UPGRADE)),--upgrade) pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock

clean: ## Removes everything that make and the tools made
	@rm -rf .venv .venv-* build dist htmlcov .coverage .coverage.* .hypothesis .schemathesis openapi.yaml.new \
		.mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	@find src tests migrations benchmarks -name __pycache__ -prune -exec rm -rf {} +

$(VENV)/bin/pip:
	@for python in $(PYTHON); do \
		$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		found=$$python; \
		$$python -c 'import ensurepip, venv' 2>/dev/null || continue; \
		echo "environment: $(VENV), $$($$python --version)"; \
		exec $$python -m venv $(VENV); \
	done; \
	if [ -n "$$found" ]; then \
		echo "$$found lacks venv. On Debian and Ubuntu: apt-get install python3-venv" >&2; \
	else \
		echo "None of these is Python 3.11 or newer: $(PYTHON). Name one: make PYTHON=/path/to/python3" >&2; \
	fi; \
	exit 1

$(VENV)/.runtime: requirements.lock pyproject.toml | $(VENV)/bin/pip
	@echo "packages: requirements.lock"
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps -e .
	@echo "name engine: compiled once, about a minute"
	@$(BIN)/screening compile
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	@echo "packages: requirements-dev.lock"
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

$(BIN)/uv: | $(VENV)/bin/pip
	@echo "packages: uv"
	@$(PIP) install uv
