from pipeline.common.errors import Problem, UserError


def test_a_fault_in_a_cell_is_told_with_file_row_column_and_value():
    assert (
        str(Problem("a.csv", 7, "conductivity", "12", "too much"))
        == "a.csv, row 7, column conductivity: '12': too much"
    )


def test_a_fault_of_a_whole_file_is_told_by_the_file_alone():
    assert str(Problem("a.csv", 0, "", "", "empty")) == "a.csv: empty"


def test_a_long_cell_is_cut_in_the_message_and_kept_in_the_list():
    problem = Problem("a.csv", 7, "note", "x" * 10_000, "too long")
    assert len(str(problem)) < 150
    assert problem.as_row()["value"] == "x" * 10_000


def test_a_line_break_in_a_cell_does_not_break_the_message():
    assert "\n" not in str(Problem("a.csv", 7, "note", "one\ntwo\x1b[31m", "odd"))
    assert "\x1b" not in str(Problem("a.csv", 7, "note", "one\ntwo\x1b[31m", "odd"))


def test_all_faults_are_told_one_a_line():
    problems = [Problem("a.csv", row, "x", "", "wrong") for row in (2, 3)]
    error = UserError(iter(problems))
    assert error.problems == problems
    assert str(error).splitlines() == ["a.csv, row 2, column x: wrong", "a.csv, row 3, column x: wrong"]


def test_a_plain_message_is_told_as_it_is():
    error = UserError("a.yaml: no such file")
    assert str(error) == "a.yaml: no such file"
    assert error.problems == []
