# Everything a person types. `make` alone prints this list.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/ready ## a whole house on this machine: server, music, proxy, one list (ARGS=--once ends by itself)
	@$(BIN)/playlistgen demo $(ARGS)

run: $(VENV)/ready ## the proxy before your own Navidrome (NAVIDROME_URL=…)
	@$(BIN)/playlistgen serve $(ARGS)

test: lint ## formatting, lint, types and every test (ARGS='-k prompt' for some)
	@$(BIN)/pytest $(ARGS)

lint: $(VENV)/ready ## formatting, lint and types only
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

powercut: $(VENV)/ready ## kill -9 at 100 points of refreshes and creates, and look at what is left
	@POWERCUT_POINTS=100 $(BIN)/pytest -q tests/test_powercut.py $(ARGS)

check: $(VENV)/ready ## what is reachable, what is missing and how to mend it
	@$(BIN)/playlistgen check

bench: $(VENV)/ready ## speed and size on 9,000 generated tracks, as a table
	@env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE OPENBLAS_NUM_THREADS=1 $(BIN)/python -m bench $(ARGS)

bench-relay: $(VENV)/ready ## the relay beside direct, nginx and a bare aiohttp relay, as a table
	@env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE OPENBLAS_NUM_THREADS=1 $(BIN)/python -m bench.relay $(ARGS)

bench-engine: $(VENV)/ready ## choice and order against the best list there is, and their speed, as a table
	@env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE OPENBLAS_NUM_THREADS=1 $(BIN)/python -m bench.engine $(ARGS)

bench-quality: $(VENV)/ready ## how good the candidates are: CPCD, each step's worth, generated libraries
	@env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE OPENBLAS_NUM_THREADS=1 $(BIN)/python -m bench.quality $(ARGS)

bench-clients: $(VENV)/ready ## what each client waits for beyond the server's own time, as a table
	@env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE OPENBLAS_NUM_THREADS=1 $(BIN)/python -m bench.clients $(ARGS)

bench-listen: $(VENV)/ready ## how many times faster than real time one core listens to files, as a table
	@env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE OPENBLAS_NUM_THREADS=1 $(BIN)/python -m bench.listen $(ARGS)

image-replay: $(VENV)/ready ## the Dockerfile's steps without Docker, in a Debian of its own: size, check, demo (as root)
	@$(BIN)/python -m tests.replay_dockerfile $(ARGS)

nginx: $(VENV)/ready ## the two configurations in nginx/ anew, after a change to the table in proxy/app.py
	@env -i PATH="$$PATH" $(BIN)/playlistgen nginx > nginx/playlistgen.conf
	@env -i PATH="$$PATH" $(BIN)/playlistgen nginx --upstream http://navidrome:4533 --proxy playlistgen:4532 \
	  > nginx/compose.conf

lock: ## the lock files anew (needs uv on the PATH)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate \
	  --custom-compile-command 'make lock' --no-emit-package playlistgen -o requirements.lock pyproject.toml
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate \
	  --custom-compile-command 'make lock' --no-emit-package playlistgen -c requirements.lock --extra dev \
	  -o requirements-dev.lock pyproject.toml
	echo hatchling | uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate \
	  --custom-compile-command 'make lock' -c requirements-dev.lock -o requirements-build.lock -

$(VENV)/ready: requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("playlistgen needs Python 3.11 or newer; this is %d.%d. Try: make PYTHON=python3.12" % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.PHONY: help demo run test lint powercut check bench bench-relay bench-engine bench-quality bench-clients bench-listen image-replay nginx lock
