# Everything a developer does. `make help` lists it.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
UV     := uv==0.13.9
OUT    ?= out
JOBS   ?= auto

.DEFAULT_GOAL := help
.PHONY: help demo test check lint types policies unit fuzz docs locks demo-snapshot bench new-rule clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 18

demo: $(VENV)/.demo ## build the guide's estate in moto's AWS server, scan it over the wire, show what is wrong
	$(BIN)/python scripts/demo.py --out $(OUT)

test: $(VENV)/.dev tools lint types policies unit ## everything, the real OPA included

check: lint types policies ## everything but the tests

lint: $(VENV)/.dev ## ruff, import directions, docstrings
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/interrogate -q scanner

types: $(VENV)/.dev ## mypy --strict
	$(BIN)/mypy

policies: $(VENV)/.dev tools ## opa check, fmt, test with coverage; regal
	$(BIN)/python scripts/policies.py

unit: $(VENV)/.dev tools ## pytest, in parallel
	$(BIN)/python -m pytest -q -n $(JOBS) --dist loadgroup

fuzz: $(VENV)/.dev ## random policies and networks against naive evaluators, twenty times as many as usual
	ENVSPLIT_EXAMPLES=$(or $(EXAMPLES),20) $(BIN)/python -m pytest -q tests/truth tests/facts/network tests/facts/test_closing_random.py

docs: $(VENV)/.dev ## generate docs/rules, the glossary and the schemas
	$(BIN)/python scripts/vocabulary.py
	$(BIN)/python scripts/rule_docs.py
	$(BIN)/python -m scanner.config

BENCHES := environment_file normalise network network_paths identity collect evaluate clouds

bench: $(VENV)/.dev tools ## every stage: seconds at a size and a tenth of it, calls, memory; as ratios
	@over=0; for each in $(BENCHES); do echo "== $$each"; $(BIN)/python tests/bench/$$each.py || over=1; done; exit $$over

demo-snapshot: $(VENV)/.demo ## make fixtures/demo/snapshot anew
	$(BIN)/python scripts/demo.py --out build/demo --keep-snapshot fixtures/demo/snapshot

new-rule: $(VENV)/.dev ## skeleton of a rule: make new-rule NAME=img/immutable_tags ID=IMG-002 KIND=registry ATTR=immutable_tags
	$(BIN)/python scripts/new_rule.py $(NAME) $(ID) --kind $(KIND) --attr $(ATTR)

locks: $(VENV)/.uv ## resolve the lock files again
	$(BIN)/uv pip compile -q pyproject.toml --all-extras --group dev --group demo --universal --python-version 3.11 \
	  --generate-hashes --no-annotate --no-header -o requirements/dev.lock
	$(BIN)/uv pip compile -q pyproject.toml --all-extras --group demo --universal --python-version 3.11 \
	  --generate-hashes --no-annotate --no-header -c requirements/dev.lock -o requirements/demo.lock

clean: ## remove what make made
	rm -rf $(VENV) .tools build out .pytest_cache .mypy_cache .ruff_cache .hypothesis

# A virtual environment from the lock, every file held to its hash. The package itself is installed in place.
$(VENV)/.uv:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q --disable-pip-version-check $(UV)
	@touch $@

$(VENV)/.demo: $(VENV)/.uv requirements/demo.lock pyproject.toml
	$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements/demo.lock
	$(BIN)/uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.uv requirements/dev.lock pyproject.toml
	$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements/dev.lock
	$(BIN)/uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.demo

.PHONY: tools
tools: $(VENV)/.uv
	$(BIN)/python scripts/get_tools.py
