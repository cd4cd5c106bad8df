# Each target bootstraps .venv by itself: a fresh machine needs Python 3.11–3.13 with venv, and make.
PYTHON := $(shell for p in python3.11 python3.12 python3.13 python3; do \
	command -v $$p >/dev/null && $$p -c 'import sys, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null \
	&& echo $$p && break; done)
BIN := .venv/bin
STAMP := .venv/installed-$(firstword $(shell cksum requirements.lock))

.PHONY: run test lint bench dev spark docs clean system

$(STAMP): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 with venv is missing: apt-get install python3 python3-venv"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# The main job: the demo region, twelve weekly issues, the published copy and the site.
run: $(STAMP)
	$(BIN)/cx demo
	$(BIN)/cx run

# What tests need beside Python: Java for Spark and a browser for the site, from Debian's packages.
system:
	@missing=""; command -v java >/dev/null || missing="$$missing openjdk-17-jre-headless"; \
	command -v chromium >/dev/null || missing="$$missing chromium"; \
	if [ -n "$$missing" ]; then \
		if [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
		else echo "Tests need packages; run: sudo apt-get install -y$$missing"; fi; fi

test: $(STAMP) system
	$(BIN)/pytest

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/basedpyright --level error
	$(BIN)/sqlfluff lint --disable-progress-bar dbt_project/models dbt_project/tests

bench: $(STAMP)
	$(BIN)/python -m benchmarks

dev: $(STAMP)
	$(BIN)/cx dev

spark: $(STAMP) system
	$(BIN)/pytest tests/e2e/test_spark.py

docs: $(STAMP)
	$(BIN)/cx docs

clean:
	rm -rf var .pytest_cache .ruff_cache dbt_project/target dbt_project/logs
