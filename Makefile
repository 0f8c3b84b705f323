# `make demo` and `make test` do all set-up themselves. `make help` lists the targets.
VENV := .venv
PYTHON ?= python3
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: help setup demo test check torture bench clean
help:
	@echo "make demo   set up everything, run SynthLLM's Level 3 on the example corpus, show what came out"
	@echo "make test   set up everything, run the whole test suite"
	@echo "make check  ruff and mypy"
	@echo "make torture  kill a whole recipe run 200 times and compare the graphs"
	@echo "make bench  the measurements of benchmarks/ that ask no model"
	@echo "make clean  remove .venv/ and demo/ (downloads stay in the user cache)"

setup: $(READY)
$(READY): pyproject.toml tools/setup.sh
	@PYTHON=$(PYTHON) sh tools/setup.sh $(VENV)
	@touch $@

demo: $(READY)
	@sh examples/demo.sh $(abspath $(BIN))

test: $(READY)
	@$(BIN)/python -m pytest $(PYTEST)

check: $(READY)
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

torture: $(READY)
	@KGSYNTH_KILLS=$${KGSYNTH_KILLS:-200} KGSYNTH_SEED=$${KGSYNTH_SEED:-$$(date +%s)} \
		$(BIN)/python -m pytest tests/neo4j/test_torture.py

bench: $(READY)
	@$(BIN)/python -m benchmarks.run

clean:
	rm -rf $(VENV) demo
