# The two commands that matter: `make run` and `make test`. Each sets up what it needs.
# Another study: `make run CONFIG=config/NAME/config.yaml`, and `make report` with the same.
PYTHON ?= python3
# `make run GPU=1`: with a TensorFlow for NVIDIA's GPUs, in an environment of its own.
GPU ?=
VENV := .venv$(if $(GPU),-gpu)
DOCS_VENV := .venv-docs
BENCH_VENV := .venv-bench
STORAGE_VENV := .venv-storage
BIN := $(VENV)/bin
CORES ?= all
CONFIG ?= config/config.yaml
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.DELETE_ON_ERROR:
.PHONY: run test coverage test-slow test-conda test-storage lint types format report docs bench clean

run: $(VENV)/run.stamp
	@$(BIN)/snakemake --cores $(CORES) --configfile $(CONFIG) $$(test -t 2 && echo --logger rich)

# Three at once, also on two processors: those of the cluster mostly wait.
test: $(VENV)/test.stamp
	@$(BIN)/python -m pytest -m "not slow" -n 3 --dist loadfile --no-loadscope-reorder

# What the unit tests run of the library. The rules' tests run steps and figures in jobs of their own.
coverage: $(VENV)/test.stamp
	@$(BIN)/python -m pytest -m "not slow" -n 2 --dist loadfile --cov --cov-report=term:skip-covered tests/unit

test-slow: $(VENV)/test.stamp
	@$(BIN)/python -m pytest -m slow

# Only the rules' tests in environments made from envs/*.yaml.
test-conda: $(VENV)/test.stamp
	@$(BIN)/python -m pytest -m slow tests/conda

# Only the tests of results in a bucket, on a server of this machine.
test-storage: $(STORAGE_VENV)/storage.stamp
	@$(STORAGE_VENV)/bin/python -m pytest -m slow -n 0 tests/workflow/test_storage.py

lint: $(VENV)/test.stamp
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/snakefmt --check Snakefile workflow
	@$(BIN)/snakemake --lint
	@$(BIN)/hadolint Dockerfile
	@$(BIN)/python -m pytest -q tests/workflow/test_layers.py tests/workflow/test_references.py tests/workflow/test_ci.py
	@$(BIN)/python docs/vocabulary.py

# Of the rooms that pyproject.toml names.
types: $(VENV)/test.stamp
	@$(BIN)/mypy

format: $(VENV)/test.stamp
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .
	@$(BIN)/snakefmt Snakefile workflow

report: $(VENV)/run.stamp
	@$(BIN)/snakemake --cores 1 --configfile $(CONFIG) --report \
	"results/$$(sed -n 's/^study: *//p' $(CONFIG))/report.zip"

# The tables of config/README.md, from the schemas, docs/formats.md, from the formats' modules, and the
# site, with the tutorials run anew: site/index.html, which leads to site/VERSION, the newest there.
# (With --quiet, --strict would let warnings pass.)
docs: $(VENV)/run.stamp $(DOCS_VENV)/docs.stamp
	@$(BIN)/python docs/config_tables.py
	@$(BIN)/python docs/format_matrix.py
	@$(BIN)/python docs/pictures.py
	@$(BIN)/python docs/default_report.py
	@rm -rf docs/generated/tutorials
	@NO_MKDOCS_2_WARNING=1 $(DOCS_VENV)/bin/python -m mkdocs build --strict \
	--site-dir "site/$$($(BIN)/python -c 'import biospectra; print(biospectra.__version__)')"
	@$(BIN)/python docs/versions.py site

# In an environment of its own: peers may want other versions than the workflow.
bench: $(BENCH_VENV)/bench.stamp
	@PYTHONPATH=workflow/scripts $(BENCH_VENV)/bin/python benchmarks/scaleograms.py
	@PYTHONPATH=workflow/scripts $(BENCH_VENV)/bin/python benchmarks/spectrograms.py
	@PYTHONPATH=workflow/scripts $(BENCH_VENV)/bin/python benchmarks/compressors.py

clean:
	rm -rf results .snakemake site docs/generated .venv .venv-gpu $(DOCS_VENV) $(BENCH_VENV) $(STORAGE_VENV)

$(VENV)/run.stamp: requirements.txt $(if $(GPU),requirements-gpu.txt)
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] <= (3, 13) else \
	"biospectra needs Python 3.11 to 3.13, and this is %d.%d: name another, as in `make run PYTHON=python3.12`" % sys.version_info[:2])'
	@echo "Installing biospectra's requirements into $(VENV) (a minute or two) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(if $(GPU),grep -v '^tensorflow',cat) requirements.txt > $(VENV)/requirements.txt
	@$(PIP) --requirement $(VENV)/requirements.txt $(if $(GPU),--requirement requirements-gpu.txt)
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/test.stamp: $(VENV)/run.stamp requirements-test.txt
	@$(PIP) --requirement requirements-test.txt
	@touch $@

# It sees the packages of $(VENV) behind its own, with which the tutorials run.
$(DOCS_VENV)/docs.stamp: requirements-docs.txt $(VENV)/run.stamp
	@$(BIN)/python -m venv $(DOCS_VENV)
	@$(DOCS_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	@$(BIN)/python -c 'import sysconfig; print("import site; site.addsitedir(%r)" % sysconfig.get_path("purelib"))' \
	> "$$($(DOCS_VENV)/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/workflow.pth"
	@touch $@

# As that of the site: botocore asks for an older python-dateutil than $(VENV) has.
$(STORAGE_VENV)/storage.stamp: requirements-s3.txt $(VENV)/test.stamp
	@$(BIN)/python -m venv $(STORAGE_VENV)
	@$(STORAGE_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --requirement $<
	@$(BIN)/python -c 'import sysconfig; print("import site; site.addsitedir(%r)" % sysconfig.get_path("purelib"))' \
	> "$$($(STORAGE_VENV)/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/workflow.pth"
	@touch $@

$(BENCH_VENV)/bench.stamp: benchmarks/requirements.txt
	@$(PYTHON) -m venv $(BENCH_VENV)
	@$(BENCH_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --requirement benchmarks/requirements.txt
	@touch $@
