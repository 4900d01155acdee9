import pytest

from experiments.worker import Done, Failed, Job, answer


def raising(problem):
    def evaluate(_):
        raise problem

    return Job(evaluate, lambda _: None)


def test_a_row_is_handed_on(jobs):
    point = jobs.grid(1).points()[0]
    assert answer(Job(jobs.cheap, jobs.nothing), 7, point) == Done(7, jobs.cheap(point))


@pytest.mark.parametrize(
    ("problem", "sentence"),
    [
        (ValueError("a depth of 2 is not enough"), "a depth of 2 is not enough"),
        (FileNotFoundError(2, "No such file", "x.npy"), "No such file (x.npy)."),
        (OSError("no room left"), "no room left."),
        (MemoryError(), "there is not enough memory for it; use fewer processes, or shorter rows."),
    ],
)
def test_what_stops_a_point_is_a_sentence(problem, sentence):
    assert answer(raising(problem), 1, None) == Failed(1, sentence)


def test_a_defect_names_the_line_it_is_in():
    found = answer(raising(ZeroDivisionError("division by zero")), 1, None)
    assert found.sentence.startswith(f"defect at {__file__}:")
    assert found.sentence.endswith(": ZeroDivisionError: division by zero")
