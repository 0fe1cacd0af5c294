# `make run` and `make test` do everything on a machine that has python3 (3.11 or newer) and make.
VENV   := .venv
PY     := $(VENV)/bin/python
STAMP  := $(VENV)/.installed
PYTHON ?= python3
BROWSER ?= 1

KEPT    := $(addprefix tests/,commands conversations disputes hostile replay service stateful storage trace socket/test_kill.py)

.PHONY: run test lint bench soak lock clean setup browser

run: setup
	@$(VENV)/bin/usual serve

test: setup $(if $(filter 0,$(BROWSER)),,browser)
	@$(PY) -m pytest $(if $(filter 0,$(BROWSER)),-m "not browser",)
	@echo "Once more on PostgreSQL, all that is kept in a database."
	@$(PY) -m pytest --database postgresql $(KEPT)
	@$(if $(filter 0,$(BROWSER)),echo "The browser's tests were left out (BROWSER=0).",:)

lint: setup
	@$(VENV)/bin/ruff check app tests
	@$(VENV)/bin/ruff format --check app tests
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports

# DATA=FOLDER measures what is understood of the public sets that lie there, and that alone; README=1 writes it into the README.
bench: setup
	@$(if $(DATA),$(PY) -m tests.bench.understanding $(DATA) $(if $(README),--readme,),$(PY) -m tests.bench)

soak: setup
	@$(PY) -m tests.soak

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Usual needs Python 3.11 or newer; set PYTHON to one.") if sys.version_info < (3, 11) else None'
	@test -x $(PY) || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "No virtual environment could be made. On Debian: apt-get install python3-venv"; exit 1; }
	@echo "Installing what is needed into $(VENV); this happens once."
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

browser: setup
	@$(PY) -m tests.browser.chromium

# Versions and hashes only, for every platform. Needs uv.
lock:
	uv pip compile --universal --generate-hashes --no-annotate --no-header --no-emit-index-url --extra dev pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) var .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
