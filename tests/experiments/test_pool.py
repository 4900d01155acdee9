import re
import sys
from collections import Counter

import pytest

from experiments.pool import ATTEMPTS, Pool
from experiments.run_error import RunError
from experiments.worker import Done, Failed, Job


def answers(job, grid, processes=2, warm_up=()):
    """The answer to each point, by number; every point is answered once."""
    with Pool(job, processes, warm_up) as pool:
        found = list(pool.answers(grid.points(), lambda: False))
    assert Counter(answer.number for answer in found) == Counter(range(len(grid.points())))
    return {answer.number: answer for answer in found}


def failed(found):
    return {number for number, answer in found.items() if isinstance(answer, Failed)}


@pytest.mark.parametrize("processes", [1, 2, 5])
def test_every_point_is_answered_with_its_own_row(jobs, processes):
    grid = jobs.grid(200)
    found = answers(Job(jobs.cheap, jobs.nothing), grid, processes)
    assert all(found[number].row.columns == jobs.cheap(point).columns for number, point in enumerate(grid.points()))


def test_a_point_that_kills_its_workers_is_given_up_and_the_others_finish(jobs):
    found = answers(Job(jobs.deadly, jobs.nothing), jobs.grid(30))
    assert failed(found) == {2}
    assert re.match(r"each of 3 processes that tried it was ended by SIGKILL \(the system does", found[2].sentence)


def test_a_worker_that_is_killed_once_costs_nothing(jobs, tmp_path):
    grid = jobs.grid(12, marker=str(tmp_path / "marker"))
    assert failed(answers(Job(jobs.deadly_once, jobs.nothing), grid)) == set()
    assert (tmp_path / "marker").exists()


def test_a_deadly_point_is_tried_a_few_times_and_no_more(jobs, tmp_path):
    grid = jobs.grid(6, marker=str(tmp_path / "marker"))
    found = answers(Job(jobs.deadly_later, jobs.nothing), grid, processes=1)
    assert (tmp_path / "marker").read_text() == "x" * ATTEMPTS
    assert "SIGSEGV" in found[2].sentence


def test_one_worker_warms_up(jobs, tmp_path):
    grid = jobs.grid(6, marker=str(tmp_path / "marker"))
    answers(Job(jobs.cheap, jobs.leaving_a_trace), grid, 3, grid.points()[:2])
    assert (tmp_path / "marker").read_text() == "lut shift "


def test_a_warm_up_that_raises_is_survived(jobs):
    grid = jobs.grid(4)
    assert failed(answers(Job(jobs.cheap, jobs.refusing), grid, 2, grid.points())) == set()


def test_a_warm_up_that_kills_its_worker_is_survived(jobs):
    grid = jobs.grid(4)
    assert failed(answers(Job(jobs.cheap, jobs.deadly), grid, 2, grid.points())) == set()


def test_workers_that_cannot_start_are_a_sentence(jobs, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(RunError, match="worker processes do not start: the last one ended with exit code 1"):
        answers(Job(jobs.cheap, jobs.nothing), jobs.grid(2))


def test_a_worker_has_one_thread(jobs):
    found = answers(Job(jobs.threads, jobs.nothing), jobs.grid(1))
    assert found[0].row.columns == {"NUMBA_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def test_a_pool_that_is_told_to_stop_gives_no_more_answers(jobs):
    given = []
    with Pool(Job(jobs.slow, jobs.nothing), 2) as pool:
        given.extend(pool.answers(jobs.grid(500).points(), lambda: len(given) > 3))
        workers = [worker.process for worker in pool._workers]
    assert len(given) < 500
    assert all(worker.returncode is not None for worker in workers)


def test_what_an_evaluation_prints_does_not_reach_the_standard_output(jobs, capfd):
    assert isinstance(answers(Job(jobs.talking, jobs.nothing), jobs.grid(1))[0], Done)
    assert capfd.readouterr() == ("", "a word\n")
