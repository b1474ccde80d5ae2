# Few verbs, in an environment that has `pip install -e ".[dev]"`.
.PHONY: all test lint docs bench

all: lint test docs

test:  ## everything that matters, doctests and README included
	pytest

lint:  ## style, types, direction of imports
	ruff check .
	ruff format --check planar derivations tests docs
	mypy
	lint-imports

docs:  ## the site, every cell executed
	sphinx-build -W -j auto docs docs/_build

bench:  ## ratios and lengths of formulas against the committed baseline
	python -m tests.benchmarks.baseline
