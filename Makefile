# Thin targets; each calls a Python module.
# PYTHON names another interpreter (3.11 or newer); k=... chooses tests; PYTEST="..." goes to pytest, ARGS="..." to `banjie up`.
PYTHON ?= python3
VENV = .venv
RUN = $(VENV)/bin/python -P
CHOSEN = $(if $(k),-k "$(k)") $(PYTEST)
export PIP_DISABLE_PIP_VERSION_CHECK = 1
export PYTHONUNBUFFERED = 1

.PHONY: run test check fast bench format clean

run: $(VENV)/.installed
	@exec $(RUN) -m banjie up $(ARGS)

test: $(VENV)/.installed-dev
	@$(RUN) -m web.assets
	$(RUN) -m pytest $(CHOSEN)

check: static test
	$(RUN) -m tests.architecture.long_modules

# lint, types and the quick half of the suite
fast: static
	$(RUN) -m pytest tests/architecture tests/engine tests/forms $(CHOSEN)

.PHONY: static
static: $(VENV)/.installed-dev
	$(RUN) -m ruff format --check .
	$(RUN) -m ruff check .
	$(RUN) -m mypy

bench: $(VENV)/.installed-dev
	$(RUN) -m benchmarks $(ARGS)

format: $(VENV)/.installed-dev
	$(RUN) -m ruff format .
	$(RUN) -m ruff check --fix .

clean:
	rm -rf $(VENV) build dist web/static/dist web/browser/node_modules .mypy_cache .ruff_cache .pytest_cache

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Banjie needs Python 3.11 or newer: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml
	$(VENV)/bin/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/bin/python pyproject.toml
	$(VENV)/bin/python -m pip install --quiet --editable '.[dev]'
	@touch $@ $(VENV)/.installed
