# Everything a newcomer needs; `make` alone lists it. Only Python 3.11 (with venv and pip) and make are expected.
PYTHON ?= python3
DIR ?= data
PORT ?= 8000
BIN := .venv/bin
SETUP := $(PYTHON) tools/setup.py
# Django is loaded, but no database is asked, by the checks of the code.
NO_DATABASE := CLOUDDESK_SECRET_KEY=none CLOUDDESK_POOL=0 DATABASE_URL='postgresql:///none?host=/nonexistent' \
	DJANGO_SETTINGS_MODULE=clouddesk.config.settings

.DEFAULT_GOAL := help
CHECKS := $(addprefix check-,python types templates layers frontend migrations)
.PHONY: help demo setup test lint check $(CHECKS) format bench faults lock clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

demo: setup ## set up, start the portal with demo data, show its address and accounts (PORT=8000 DIR=data)
	@$(BIN)/clouddesk demo --dir "$(DIR)" --port $(PORT)

setup: ## set up only what running needs
	@$(SETUP) run

test: ## set up, check the code, run every test
	@$(SETUP) test
	@$(MAKE) --no-print-directory --keep-going check
	@$(BIN)/python -m pytest -n 2 -q

lint: ## check the code only
	@$(SETUP) lint
	@$(MAKE) --no-print-directory --keep-going check

check: $(CHECKS)

check-python:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

check-types:
	$(NO_DATABASE) $(BIN)/mypy

check-templates:
	$(BIN)/djlint --check --lint clouddesk

check-layers:
	$(BIN)/lint-imports

check-frontend:
	$(BIN)/python -m clouddesk.ui.build lint

check-migrations:
	$(NO_DATABASE) $(BIN)/python -W ignore -m django makemigrations --check --dry-run

format: ## bring the code into its form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/djlint --quiet --reformat clouddesk
	$(BIN)/python -m clouddesk.ui.build format

bench: ## make a million tickets, measure the pages, print the ratios (minutes)
	@$(SETUP) lint
	@$(BIN)/python -m bench $(ARGS)

faults: ## kill the portal's processes twenty times under eight writers (minutes)
	@$(SETUP) lint
	@$(BIN)/python -m pytest -q -o addopts= -m faults tests/house

lock: ## write the lock files anew from pyproject.toml
	@$(SETUP) lint
	@$(BIN)/python tools/lock.py

clean: ## remove what set-up and tests made (the data directory stays)
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	rm -rf clouddesk/ui/frontend/node_modules clouddesk/ui/static
