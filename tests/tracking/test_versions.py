"""A store says which version wrote it: an older one is brought up to date, a newer one refused."""

from __future__ import annotations

import sqlite3

import pytest

from pipeline.common import layout
from pipeline.common.errors import UserError
from pipeline.tracking import compare_runs, names
from pipeline.tracking import store as tracking_store
from pipeline.tracking.versions import STORE_VERSION

MODELS = "ionscreen: models"
AN_OLDER_SCHEMA = "1b5f0d9ad7c1"
"""One that MLflow's migrations know."""


def versions(store):
    return {one.name: one.tags.get(names.STORE_VERSION) for one in store.experiments()}


def experiment_of(store):
    return store.client.get_experiment_by_name(MODELS).experiment_id


def test_a_store_carries_its_version(publish_made_up, store):
    publish_made_up()
    assert versions(store) == {MODELS: str(STORE_VERSION), "ionscreen: alpha": str(STORE_VERSION)}


def test_a_store_from_before_there_were_versions_is_brought_up_to_date_and_its_doubles_removed(publish_made_up, store):
    publish_made_up()
    first = store.runs(experiment_of(store))[0]
    store.client.set_tag(first.info.run_id, names.CONTENT, "another one")
    publish_made_up()
    store.client.set_tag(first.info.run_id, names.CONTENT, store.runs(experiment_of(store))[0].data.tags[names.CONTENT])
    assert len(store.runs(experiment_of(store))) == 2
    for experiment in store.experiments():
        store.client.delete_experiment_tag(experiment.experiment_id, names.STORE_VERSION)
    assert set(versions(store).values()) == {None}
    publish_made_up()
    assert set(versions(store).values()) == {str(STORE_VERSION)}
    assert [run.info.run_id for run in store.runs(experiment_of(store))] == [first.info.run_id]
    below = store.client.search_runs([experiment_of(store)], f"tags.`{names.PARENT}` != ''")
    assert {run.data.tags[names.PARENT] for run in below} == {first.info.run_id}


def test_a_store_of_a_newer_version_is_neither_read_nor_written(publish_made_up, store):
    publish_made_up()
    n_runs = len(store.client.search_runs([experiment_of(store)]))
    for version in (str(STORE_VERSION + 1), "99", "2.0", "two", "²"):
        store.client.set_experiment_tag(experiment_of(store), names.STORE_VERSION, version)
        for use in (lambda: publish_made_up(error=0.7), lambda: compare_runs("latest", "latest")):
            with pytest.raises(UserError, match=f"in version {version}.*use the newer ionscreen"):
                use()
    assert len(store.client.search_runs([experiment_of(store)])) == n_runs


def schema_of(file, now=None):
    with sqlite3.connect(file) as database:
        if now:
            database.execute("UPDATE alembic_version SET version_num = ?", (now,))
        return database.execute("SELECT version_num FROM alembic_version").fetchone()[0]


def test_a_database_that_lacks_the_newest_tables_is_brought_up_to_date_by_mlflow(place):
    from alembic import command
    from mlflow.store.db.utils import _get_alembic_config

    file = layout.TRACKING_STORE / "mlflow.db"
    newest = schema_of(file)
    command.downgrade(_get_alembic_config(f"sqlite:///{file}"), "-1")
    assert schema_of(file) != newest
    tracking_store.connect()
    assert schema_of(file) == newest


def test_a_database_of_an_older_mlflow_is_refused_with_the_command_that_brings_it_up_to_date(place):
    file = layout.TRACKING_STORE / "mlflow.db"
    schema_of(file, now=AN_OLDER_SCHEMA)
    with pytest.raises(UserError, match="made by an older MLflow") as refused:
        tracking_store.connect()
    path = file.resolve()
    advised = f"  cp {path} {path}.backup && .venv/bin/mlflow db upgrade sqlite:///{path}"
    assert str(refused.value).splitlines()[-1] == advised


def test_a_database_of_a_newer_mlflow_is_refused(place):
    schema_of(layout.TRACKING_STORE / "mlflow.db", now="ffffffffffff")
    with pytest.raises(UserError, match=r"made by a newer MLflow.*make setup"), tracking_store.refusals():
        tracking_store.connect()


def test_what_is_no_database_is_refused_in_words(place):
    (layout.TRACKING_STORE / "mlflow.db").write_bytes(b"no database at all " * 100)
    with pytest.raises(UserError, match=r"cannot be used: .*not a database"):
        tracking_store.connect()
