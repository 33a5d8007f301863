.PHONY: setup setup-dev run test lint soak bench lock demo

PY := .venv/bin/python

# The environment with locked dependencies; both commands of the README begin with it.
setup:
	@sh installer/setup.sh requirements.lock

# For developers also what the tests read our papers and talk to servers with.
setup-dev:
	@sh installer/setup.sh requirements-dev.lock installer/debian-packages-test.txt

# The application; without a screen, the main job under out/.
run: setup
	@$(PY) -m desktop_app

test: setup-dev lint
	QT_QPA_PLATFORM=offscreen $(PY) -m pytest -n 2 -m "not soak" --cov --cov-report=
	$(PY) -m tests.coverage_gate

lint: setup-dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy

# Two thousand kills and longer random runs.
soak: setup-dev
	QT_QPA_PLATFORM=offscreen $(PY) -m pytest -m soak

# Speed and memory beside their raw limits, on a million sanctions.
bench: setup-dev
	$(PY) -m benchmarks

demo: setup
	$(PY) -m desktop_app demo out/country

lock:
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-config --no-annotate --no-header -o installer/requirements.lock
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-config --no-annotate --no-header -o installer/requirements-dev.lock
