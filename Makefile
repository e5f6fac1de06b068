# Everything is done by the package tools/; this file only gets it a Python.
# Variables are passed on through the environment: make demo SERVE=0 RECORD=traffic
PYTHON := /usr/bin/python3
TARGETS := setup test lint demo clean
export SERVE RECORD ODOO_PORT SIMULATOR_PORT

.PHONY: $(TARGETS)
$(TARGETS):
	@test -x $(PYTHON) || sh tools/get_python.sh
	@$(PYTHON) -m tools $@
