# make plan    install, and print the plan of an example patient
# make test    every test; make night is the same with the long search
# make check   style, types, floors, and the rules with their own examples
# make bench   the matching step beside other engines, and the figures behind the promises
# make clean   remove what these left
#
# Needs Python 3.11, 3.12 or 3.13 with venv and headers, and a C compiler: the rule engine is published as source only.
# Another Python than the first on the path: make test PYTHON=python3.12

.DEFAULT_GOAL := plan
.PHONY: plan test check bench night clean
.DELETE_ON_ERROR:
.NOTPARALLEL:

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# -O3 because the engine's own build drops it; the -D because without it Python 3.13 builds the engine but cannot import it.
ENGINE_FLAGS := -O3 -DPyEval_CallObject=PyObject_CallObject
# No cache: pip would take from it, also under --no-binary, an engine that was once built without these flags.
INSTALL := CPPFLAGS="$(ENGINE_FLAGS)" $(BIN)/python -m pip install -qq --disable-pip-version-check \
	--no-cache-dir --no-binary durable_rules

# The version is in the name of the first stamp, so that another PYTHON makes another environment.
VERSION := $(shell $(PYTHON) -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null)
MADE := $(VENV)/.made-$(VERSION)

plan: $(VENV)/.core
	@$(BIN)/mps plan examples/classic-mps/assessment.yaml

test: $(VENV)/.test
	@$(BIN)/python -m pytest

night: $(VENV)/.test
	@HYPOTHESIS_PROFILE=night $(BIN)/python -m pytest -m ''

check: $(VENV)/.check
	@$(BIN)/ruff check --quiet --output-format concise
	@$(BIN)/ruff format --check --quiet --output-format concise
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/mps check

bench: $(VENV)/.bench
	@$(BIN)/python -m tests.benchmarks

clean:
	@rm -rf $(VENV) build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find protocol tests -name __pycache__ -prune -exec rm -rf {} +

$(VENV)/.core: EXTRAS :=
$(VENV)/.test: EXTRAS := [test]
$(VENV)/.check: EXTRAS := [test,check]
$(VENV)/.bench: EXTRAS := [test,bench]
$(VENV)/.core $(VENV)/.test $(VENV)/.check $(VENV)/.bench: $(MADE) pyproject.toml
	@$(INSTALL) -e '.$(EXTRAS)'
	@touch $@

$(MADE):
	@command -v $(PYTHON) >/dev/null || \
		{ echo 'There is no $(PYTHON) here. Install Python 3.11, 3.12 or 3.13, or name one: make PYTHON=...' >&2; exit 1; }
	@$(PYTHON) -c "$$MACHINE"
	@echo 'Installing into $(VENV), once; this takes about a minute.' >&2
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@

# Written so that a Python 2 can still read it and say what is wrong.
define MACHINE
import os, sys
if not (3, 11) <= sys.version_info[:2] <= (3, 13):
    sys.exit("Python 3.11, 3.12 or 3.13 is needed; $(PYTHON) is %d.%d. Name another: make PYTHON=python3.12" % sys.version_info[:2])
import importlib.util, shlex, shutil, sysconfig
if not all(map(importlib.util.find_spec, ("venv", "ensurepip"))):
    sys.exit("$(PYTHON) cannot make environments (venv is missing). Debian, Ubuntu: apt install python3-venv")
compiler = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")[0]
if not shutil.which(compiler):
    sys.exit("The rule engine is compiled here, and there is no C compiler (%s). Debian, Ubuntu: apt install gcc libc6-dev" % compiler)
if not os.path.exists(os.path.join(sysconfig.get_config_var("INCLUDEPY"), "Python.h")):
    sys.exit("The rule engine is compiled here, and $(PYTHON) has no headers. Debian, Ubuntu: apt install python3-dev")
endef
export MACHINE
