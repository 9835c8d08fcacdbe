.DEFAULT_GOAL := screen
.PHONY: screen test fault-test lint ui explore server publish datasets benchmark exactness sameness ablation replay bench \
	mutants audit clean setup

# Python's byte code is written, also where the machine says not to: without it each command takes twice as long to start.
unexport PYTHONDONTWRITEBYTECODE

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
PORT ?= 5000
STORE := experiments/mlflow
EXTERNAL := data/raw/external

screen: $(READY)  ## the main job: from the raw tables to the ranked reports
	@$(BIN)/dvc repro --quiet
	@$(BIN)/python -m pipeline rank --last

test: $(READY)  ## whole runs beside all other tests, so that both cores have work
	@$(BIN)/python -m pytest -m whole_run tests/end_to_end & whole=$$!; \
	$(BIN)/python -m pytest -m "not whole_run"; rest=$$?; \
	wait $$whole && exit $$rest

fault-test: $(READY)  ## kills, full disks, flipped bytes, hostile input: a table of what was survived, in under 20 minutes
	@$(BIN)/python -m tests.fault_test

lint: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

ui: $(READY)  ## MLflow on the local store, reachable from this machine only
	@$(BIN)/python -m pipeline.publish || test $$? -eq 75
	@MLFLOW_ALLOW_PICKLE_DESERIALIZATION=false MLFLOW_DISABLE_TELEMETRY=true DO_NOT_TRACK=true $(BIN)/mlflow ui --host 127.0.0.1 --port $(PORT) \
		--backend-store-uri sqlite:///$(STORE)/mlflow.db

server: $(READY)  ## MLflow for several people: login, PostgreSQL; HOST=, PORT=, DATABASE= as needed
	@$(BIN)/python -m pipeline.server --port $(PORT) $(if $(HOST),--host $(HOST)) $(if $(DATABASE),--database $(DATABASE))

publish: $(READY)  ## the last run into MLflow; SERVER=http://127.0.0.1:5000 for a server
	@$(BIN)/python -m pipeline.publish $(if $(SERVER),--server $(SERVER))

explore: PORT = 8501
explore: $(READY)  ## choose a mixture, or two, and see at once what is said of them; reachable from this machine only
	@$(BIN)/python -m pipeline.explore --port $(PORT)

datasets: $(READY)  ## the public data sets, by address; FROM=folder takes copies
	@$(BIN)/python -m pipeline.datasets $(if $(FROM),--from $(FROM))

benchmark: $(READY)  ## public sets, split as published, beside the published errors; needs `make datasets`
	@$(BIN)/python -m pipeline.benchmark --dataset obelix --train $(EXTERNAL)/obelix.csv --test $(EXTERNAL)/obelix_test.csv
	@$(BIN)/python -m pipeline.benchmark --dataset polymer --train $(EXTERNAL)/polymer_arrhenius.csv

ablation: $(READY)  ## what each kind of feature is worth, on the same held-out works
	@$(BIN)/dvc repro --quiet featurize
	@$(BIN)/python -m pipeline.ablate

replay: $(READY)  ## what choosing the next experiments by the model is worth, replayed on the record
	@$(BIN)/dvc repro --quiet featurize
	@$(BIN)/python -m pipeline.replay

exactness: $(READY)  ## the exact search held against listing every mixture of 20 random spaces
	@$(BIN)/python -m pipeline.exactness

sameness: $(READY)  ## this run held against another one of the same commit: WITH=its data/processed
	@$(BIN)/python -m pipeline.sameness $(if $(WITH),$(WITH),$(error WITH=folder of the other run's outputs))

bench: $(READY)  ## how fast all of it is on this machine, in ten minutes
	@$(BIN)/dvc repro --quiet train
	@$(BIN)/python -m pipeline.bench

mutants: $(READY)  ## how much the tests notice: one small change after another, some hours; GROUPS="units export" for some
	@$(BIN)/python -c 'import cosmic_ray' 2>/dev/null || $(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--constraint requirements.lock "$$($(BIN)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["mutation"])')"
	@nice $(BIN)/python -m tests.mutants $(GROUPS)

audit: $(READY)  ## what evidence there is, by source
	@$(BIN)/python -m pipeline audit

clean:  ## everything that was made here: environment, outputs, DVC's cache, the MLflow store
	@rm -rf .venv data/processed $(STORE) .dvc/cache .dvc/tmp .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find pipeline features tests -name __pycache__ -type d -prune -exec rm -rf {} +

setup: $(READY)

$(READY): requirements.lock pipeline/dvc.sh
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "ionscreen needs Python 3.11 or newer; name one with make PYTHON=...")'
	@echo "setting up .venv from requirements.lock (some minutes, once)"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --quiet --no-compile --disable-pip-version-check --requirement requirements.lock
	@install -m 755 pipeline/dvc.sh $(BIN)/dvc
	@touch $@
