# The same tasks as `python tasks.py NAME`; further arguments: make test ARGS="-k workspace"

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; exit; }; \
	done; echo python3)

.PHONY: course test lint build browser

course test lint build browser:
	@$(PYTHON) tasks.py $@ $(ARGS)
