# Two commands do everything on a machine with Python >= 3.11, make and git:
#   make demo   sets up and runs the main job on simulated company telemetry
#   make test   sets up and runs every test
.DEFAULT_GOAL := help
.PHONY: help setup setup-core demo test test-long check contracts bench peers lock clean
BIN := .venv/bin
WORKERS ?= 2
export PYTHON

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/make \1\t\2/' | expand -t 18

setup: ## create .venv with everything for development
	@scripts/setup dev

setup-core: ## create .venv with what running needs
	@scripts/setup core

demo: setup-core ## simulated company telemetry to explained findings
	@$(BIN)/hodoscope demo

test: setup ## every test but the long ones (at most 15 minutes on 2 cores)
	@echo "running the tests on $(WORKERS) workers"
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m "not long" $(PYTEST)

test-long: setup ## the tests that take minutes (kill rounds, fuzzing, large files)
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m long $(PYTEST) || [ $$? -eq 5 ] # 5: none selected

check: setup ## lint, format, types, layers; Python and TypeScript
	@failed=; for step in "ruff check" "ruff format --check" mypy lint-imports; do \
	  echo "== $$step"; $(BIN)/$$step || failed="$$failed [$$step]"; done; \
	if [ -d ts/node_modules ]; then echo "== tsc, biome"; npm --prefix ts run --silent check || failed="$$failed [ts]"; \
	else echo "== TypeScript skipped: npm is missing, or failed during make setup"; fi; \
	if [ -n "$$failed" ]; then echo "failed:$$failed"; exit 1; fi

contracts: setup ## regenerate contracts/ and the pages made from the code
	@$(BIN)/python -m hodoscope.soc.schema_page --write
	@$(BIN)/python -m hodoscope.soc.sigma_aliases --write
	@$(BIN)/python -m hodoscope.lifecycle.artifact_schema --write
	@$(BIN)/python -m hodoscope.cli.command_page --write
	@$(BIN)/python -m tests.house.public_api --write
	@$(BIN)/python -m hodoscope.forms.spec --write

bench: setup ## every benchmark, one table each (DATA=DIR, default ../shared/data)
	@for file in benchmarks/[a-z]*.py; do name=$$(basename $$file .py); \
	  echo "== $$name"; $(BIN)/python -m benchmarks.$$name $(if $(DATA),--data $(DATA)) || exit 1; done

PEERS := .venv-peers
peers: setup ## the engines that benchmarks measure beside ours, in an environment of their own (large)
	@$(BIN)/uv venv --quiet --allow-existing --python $(BIN)/python $(PEERS)
	@$(BIN)/uv pip install --quiet --require-hashes --python $(PEERS)/bin/python -r requirements/peers.txt
	@if command -v cargo >/dev/null; then \
	  cargo build --quiet --release --ignore-rust-version --manifest-path benchmarks/rsigma_peer/Cargo.toml \
	    --target-dir $(PEERS)/rust && cp $(PEERS)/rust/release/rsigma_peer $(PEERS)/bin/; \
	else echo "no Rust compiler: rsigma is left out"; fi

LOCK := UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url \
  --no-annotate --python-version 3.11
lock: setup ## resolve again what requirements/*.txt pin
	$(LOCK) $(UPGRADE) requirements/setup.in -o requirements/setup.txt
	$(LOCK) $(UPGRADE) pyproject.toml -o requirements/core.txt
	$(LOCK) $(UPGRADE) pyproject.toml --extra dev -c requirements/core.txt -o requirements/dev.txt
	$(LOCK) $(UPGRADE) requirements/peers.in -o requirements/peers.txt
	$(LOCK) $(UPGRADE) pyproject.toml --extra kafka --extra redis --extra postgres --extra search --extra airflow --extra lifecycle --extra soc-train --extra forms-train \
	  --extra assistant -c requirements/core.txt -o requirements/extras.txt

clean: ## remove .venv and caches; never touches stores or data
	rm -rf .venv .venv-peers .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist ts/node_modules
