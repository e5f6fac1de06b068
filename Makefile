# Everything is done by the package tools/; this file only gets it a Python.
# Make puts the variables of its command line (make demo SERVE=0 RECORD=traffic) into the environment.
PYTHON := /usr/bin/python3
TARGETS := setup test lint demo crash chaos fuzz bench bench-quick year keys pictures clean

.PHONY: $(TARGETS)
$(TARGETS):
	@test -x $(PYTHON) || sh tools/get_python.sh
	@$(PYTHON) -m tools $@
