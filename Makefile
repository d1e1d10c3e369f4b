# Two commands matter: `make demo` and `make test`. Everything runs in .venv, built from the
# hash-locked requirements by whatever Python ≥ 3.11 is found (override: make PYTHON=python3.12).

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3.14 python3; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
ROOMS := domain settings storage indicators ingest scheduler sensors_sim dashboard zaindu
SOURCES := $(ROOMS) tests bench

.PHONY: demo run test endurance check format lint types layers bench bench-ingest services lock clean help

help:
	@echo "make demo      the whole product with simulated buildings; prints the addresses to open"
	@echo "make test      the tests (those that need real servers are skipped where these are missing)"
	@echo "make endurance faults and loads on the real servers: kills, outages, full disks (some minutes)"
	@echo "make check     format, lint, types, layers, tests"
	@echo "make bench     measurements, each with its reference"
	@echo "make bench-ingest  those of ingest and of imported files alone"
	@echo "make services  build InfluxDB 2 into .services/ for the tests (needs Go and Rust)"
	@echo "make lock      resolve the requirements again (needs uv)"

demo: $(VENV)/runtime.stamp
	$(BIN)/python -m zaindu demo $(DEMO)

run: $(VENV)/runtime.stamp
	$(BIN)/python -m zaindu run

test: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -m "not endurance" $(TESTS)

endurance: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -m endurance tests/services

check: format lint types layers test

format: $(VENV)/dev.stamp
	$(BIN)/ruff format --check $(SOURCES)

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check $(SOURCES)

types: $(VENV)/dev.stamp
	$(BIN)/mypy

layers: $(VENV)/dev.stamp
	$(BIN)/lint-imports

bench: $(VENV)/dev.stamp
	$(BIN)/python -m bench

bench-ingest: $(VENV)/dev.stamp
	$(BIN)/python -m bench ingest workers live memory import

services:
	@sh tests/services/build.sh

lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url --group dev -c requirements.lock pyproject.toml -o requirements-dev.lock

clean:
	rm -rf $(VENV) .services data .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

# The stamp, not the folder, says that an installation ended well: one cut off half-way starts again.
$(VENV)/python.stamp:
	@test -n "$(PYTHON)" || { echo "Zaindu needs Python 3.11 or newer; none was found on the PATH." >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "This Python cannot make virtual environments: on Debian or Ubuntu, apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/runtime.stamp: requirements.lock | $(VENV)/python.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes -r requirements.lock
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock | $(VENV)/python.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes -r requirements-dev.lock
	@touch $@ $(VENV)/runtime.stamp
