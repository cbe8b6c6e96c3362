# Everything a user, a developer or CI runs. `make` alone lists the targets.

BIN := .venv/bin
INSTALLED := .venv/.installed
PORT ?= 3000
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

export DAGSTER_HOME ?= $(CURDIR)/.dagster
export DAGSTER_DISABLE_TELEMETRY := 1

.DEFAULT_GOAL := help
.PHONY: help setup demo ui site test lint types imports tests test-servers object-store-test monitoring-test bench golden schema difficulty leaks scorecard realism audit clean distclean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-17s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(INSTALLED): requirements.lock pyproject.toml scripts/setup.sh
	@scripts/setup.sh

setup: $(INSTALLED) ## make .venv with the locked packages

demo: $(INSTALLED) ## make a small world and seven days of payments, and show them
	@$(BIN)/python scripts/demo.py

ui: $(INSTALLED) ## open the Dagster UI (PORT=3000)
	@$(BIN)/python -m fraudsim_assets.defs.home >/dev/null
	@FRAUDSIM_CONFIG=$${FRAUDSIM_CONFIG:-demo} $(BIN)/dagster dev -w workspace.yaml -h 127.0.0.1 -p $(PORT)

site: $(INSTALLED) ## build the site of the docs into build/site
	@$(BIN)/python -m pip install -q -e '.[docs]'
	$(BIN)/python -m mkdocs build

test: lint types imports tests ## everything CI checks

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(INSTALLED)
	$(BIN)/basedpyright

imports: $(INSTALLED)
	$(BIN)/lint-imports

tests: $(INSTALLED) test-servers
	$(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder

test-servers: $(INSTALLED) ## install Prometheus, Redis and Spark for the tests (with CI=true or TEST_SERVERS=1)
	@scripts/test_servers.sh

object-store-test: $(INSTALLED) ## test the storage against a real object store (installs Ceph)
	scripts/object_store.py install
	$(BIN)/python -m pytest -q fraudsim_assets_tests/storage/test_object_store.py

monitoring-test: $(INSTALLED) ## test alerts and dashboard with Prometheus (installs it)
	command -v promtool || $(SUDO) apt-get install -q -y --no-install-recommends prometheus
	$(BIN)/python -m pytest -q fraudsim_assets_tests/unit/observability/test_monitoring.py

bench: $(INSTALLED) ## measure rows per second, bytes per row and peak memory
	$(BIN)/python -m benchmarks

golden: $(INSTALLED) ## write the golden digests anew (say why in CHANGELOG.md, under Data)
	$(BIN)/python -m fraudsim_assets_tests.golden.regenerate

schema: $(INSTALLED) ## write schema/*.json anew from the declarations
	$(BIN)/python -m fraudsim_assets.schema_files

difficulty: $(INSTALLED) ## measure how hard the fraud is to find, in five worlds
	$(BIN)/fraudsim difficulty

leaks: $(INSTALLED) ## search three worlds for what tells fraud at a glance
	$(BIN)/fraudsim leaks

scorecard: $(INSTALLED) ## compare a world with its declared targets
	$(BIN)/fraudsim scorecard

realism: $(INSTALLED) ## measure demo and presets, and write the figures of docs/realism.md anew (minutes)
	$(BIN)/python -m fraudsim_assets.evaluation docs/realism.md

audit: $(INSTALLED) ## ask for known vulnerabilities of the locked packages
	$(BIN)/python scripts/audit.py

clean: ## remove what the demo and Dagster made (data/, .dagster/)
	rm -rf data .dagster .tmp_dagster_home_* dist build .pytest_cache .ruff_cache .import_linter_cache .hypothesis

distclean: clean ## also remove .venv
	rm -rf .venv
