"""The tutorial does what it says: its commands are run, and what it prints of them is what they print."""

from __future__ import annotations

import re


def words_of(line: str) -> str:
    """Return a line without what a shorter training changes: figures, and what stands in the cells of a table."""
    return re.sub(r"\s+", " ", line).strip()


def test_every_command_ends_well(tutorial):
    assert len(tutorial.steps) >= 8
    for step in tutorial.steps:
        assert step.done.returncode == 0, f"{step.command}\n{step.done.stdout}\n{step.done.stderr}"


def test_what_holds_no_figure_is_printed_as_the_tutorial_shows_it(tutorial):
    n_compared = 0
    for step in tutorial.steps:
        printed = {words_of(line) for line in step.done.stdout.splitlines()}
        for line in step.shown:
            if line.strip() and not re.search(r"[\d…]", line):
                assert words_of(line) in printed, (step.command, line)
                n_compared += 1
    assert n_compared >= 5


def test_the_result_that_is_handed_back_becomes_a_record_and_changes_model_and_ranking(tutorial):
    for name in ("records.parquet", "models/log10_conductivity/model.ubj", "rankings/room_temperature.csv"):
        assert tutorial.after[f"data/processed/{name}"] != tutorial.before[f"data/processed/{name}"]
    assert tutorial.lab_records["work_id"].tolist() == ["lab-batch_1"]
    assert tutorial.lab_records["conductivity_S_cm"].tolist() == [6.1e-4]


def test_what_changed_is_one_more_run_and_a_new_question_a_run_before_and_after(tutorial):
    assert tutorial.new_runs == {
        "ionscreen: models": 1,
        "ionscreen: room_temperature": 1,
        "ionscreen: sulfide_based": 1,
        "ionscreen: sixty_degrees": 2,
    }


def test_what_is_still_being_made_is_not_proposed_again(tutorial):
    columns = ["polymer", "filler", "salt", "architecture", "additives"]
    made = tutorial.handed_back[columns].fillna("").apply(tuple, axis=1)
    proposed = tutorial.next_batch[columns].fillna("").apply(tuple, axis=1)
    assert len(proposed) == 8
    assert not set(made) & set(proposed)


def test_the_comparison_names_the_record_that_was_added(tutorial):
    said = tutorial.steps[-1].done.stdout
    assert "lab-batch_1" in said
