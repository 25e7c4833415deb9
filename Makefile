# Everything a person needs: `make run` shows the product, `make test` proves it. Only Python 3.11+ and make are assumed.
PYTHON ?= python3
SAMPLE_HOME ?= sample-home
BIN := .venv/bin

export DAGSTER_DISABLE_TELEMETRY := 1
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export GX_ANALYTICS_ENABLED := false

.PHONY: run test lint format install develop lock ui benchmark documentation clean help

help:            ## what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 16

install:         ## install what the product needs into .venv
	@$(PYTHON) scripts/install_environment.py run

develop:         ## install what developing it needs as well
	@$(PYTHON) scripts/install_environment.py develop

run: install     ## make a sample practice group, run the nightly job on it and show whether it ties
	@$(BIN)/tieout sample $(SAMPLE_HOME) --if-missing
	@$(BIN)/tieout run --home $(SAMPLE_HOME) --as-of sample-end

test: develop    ## run every test
	@$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

lint: develop    ## style, types, SQL style, import directions
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/sqlfluff lint --processes 2 dbt_project/models dbt_project/tests

format: develop  ## put Python into the house style
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

lock: develop    ## resolve the dependencies anew
	@for purpose in run develop; do \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	    --extra build $$( [ $$purpose = develop ] && echo --extra develop ) \
	    --constraint requirements/develop.lock pyproject.toml --output-file requirements/$$purpose.lock; \
	done

ui: install      ## Dagster's own pages on loopback, for the sample practice group
	@TIEOUT_HOME=$(abspath $(SAMPLE_HOME)) $(BIN)/dagster dev --module-name orchestration.definitions --host 127.0.0.1

benchmark: develop ## measure against peers, as ratios in one run
	@for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

documentation: install ## write the generated pages of docs/reference
	@$(BIN)/tieout documentation

clean:           ## remove what was made, keep the sources
	@rm -rf .venv $(SAMPLE_HOME) dbt_project/target dbt_project/logs
