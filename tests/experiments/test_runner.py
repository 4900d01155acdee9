import io
import json
import re
import signal
import time
from pathlib import Path

import pytest

from experiments import config, progress, runner
from experiments.journal import Journal
from experiments.run_error import RunError
from experiments.runner import run
from experiments.worker import Job


def until(condition):
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end, "waited for half a minute"
        time.sleep(0.01)


def test_a_run_writes_its_rows_in_grid_order(jobs, tmp_path):
    outcome = run(jobs.grid(7), tmp_path / "new" / "out", processes=2, job=Job(jobs.cheap, jobs.nothing))
    assert (outcome.exit_code, outcome.computed, outcome.reused) == (0, 7, 0)
    lines = (tmp_path / "new" / "out" / "results.csv").read_text().splitlines()
    assert [line.split(",")[0] for line in lines] == ["point", "1", "2", "3", "4", "5", "6", "7"]
    record = json.loads((outcome.folder / "run.json").read_text())
    assert (record["points"], record["computed"], record["processes"]) == (7, 7, 2)


def test_the_number_of_processes_changes_no_byte(jobs, tmp_path):
    for processes in (1, 2, 3):
        run(jobs.grid(20), tmp_path / str(processes), processes=processes, job=Job(jobs.slow, jobs.nothing))
    for name in ("results.csv", "distributions.csv"):
        one, two, three = ((tmp_path / str(processes) / name).read_bytes() for processes in (1, 2, 3))
        assert one == two == three


def test_finished_points_are_not_computed_again(jobs, tmp_path):
    run(jobs.grid(3), tmp_path, processes=1, job=Job(jobs.cheap, jobs.nothing))
    outcome = run(jobs.grid(5), tmp_path, processes=1, job=Job(jobs.cheap, jobs.nothing))
    assert (outcome.computed, outcome.reused) == (2, 3)


def test_a_run_with_everything_there_starts_no_worker(jobs, tmp_path, monkeypatch):
    run(jobs.grid(3), tmp_path, processes=1, job=Job(jobs.cheap, jobs.nothing))
    monkeypatch.setattr("subprocess.Popen", None)
    monkeypatch.setattr("experiments.record.git_revision", lambda: None)
    assert run(jobs.grid(3), tmp_path, processes=1).reused == 3


def test_another_config_in_the_same_folder_reuses_what_it_can_and_shows_only_its_own(jobs, tmp_path):
    job = Job(jobs.cheap, jobs.nothing)
    run(jobs.grid(6), tmp_path / "both", processes=1, job=job)
    outcome = run(jobs.grid(4), tmp_path / "both", processes=1, job=job)
    run(jobs.grid(4), tmp_path / "fresh", processes=1, job=job)
    assert outcome.reused == 4
    assert (tmp_path / "both/results.csv").read_bytes() == (tmp_path / "fresh/results.csv").read_bytes()


def test_a_label_is_no_reason_to_compute_again(jobs, tmp_path):
    job = Job(jobs.cheap, jobs.nothing)
    grid = jobs.grid(2)
    run(grid, tmp_path, processes=1, job=job)
    import dataclasses

    named = [dataclasses.replace(point, label="renamed") for point in grid.points()]
    grid.points = lambda: named
    assert run(grid, tmp_path, processes=1, job=job).computed == 0
    assert "renamed" in (tmp_path / "results.csv").read_text()


def test_a_point_that_refuses_costs_only_itself(jobs, tmp_path):
    outcome = run(jobs.grid(5), tmp_path, processes=2, job=Job(jobs.refusing, jobs.nothing))
    assert outcome.exit_code == 1
    assert [(each.number, each.sentence) for each in outcome.problems] == [
        (3, "a depth of 2 is not enough; 4 would be")
    ]
    assert [each.number for each in outcome.measured] == [1, 2, 4, 5]
    record = json.loads((tmp_path / "run.json").read_text())
    assert record["problems"] == ["point 3: a depth of 2 is not enough; 4 would be"]


def test_a_defect_in_a_point_names_its_place(jobs, tmp_path):
    outcome = run(jobs.grid(4), tmp_path, processes=1, job=Job(jobs.defective, jobs.nothing))
    assert re.fullmatch(r"defect at .*run_jobs.py:\d+: TypeError: .*", outcome.problems[0].sentence)
    assert len(outcome.measured) == 3


def test_a_folder_in_use_is_refused(jobs, tmp_path):
    with Journal(tmp_path / runner.JOURNAL), pytest.raises(RunError, match="another run is writing to"):
        run(jobs.grid(1), tmp_path, processes=1)


def test_a_configuration_runs_from_end_to_end(tmp_path):
    file = tmp_path / "small.yaml"
    file.write_text(
        "workloads: [{workload: attn128, rows: 8}]\n"
        "designs: [lut_reciprocal, {design: softermax, lanes: [8, 16]}, {design: ideal_encoder, sources: lfsr}]\n"
        "faults: {flip_rate: [0, 0.01]}\nreplicas: 2\n"
    )
    for processes in (1, 2):
        outcome = run(config.load(file), tmp_path / str(processes), processes=processes)
        assert (len(outcome.measured), outcome.problems) == (16, [])
    one, two = ((tmp_path / str(processes) / "results.csv").read_bytes() for processes in (1, 2))
    assert one == two
    assert json.loads((tmp_path / "1" / "run.json").read_text())["config"]["replicas"] == 2


def test_a_file_where_the_folder_should_be_is_a_sentence(jobs, tmp_path):
    (tmp_path / "out").touch()
    with pytest.raises(RunError, match="out is a file, and results need a folder"):
        run(jobs.grid(1), tmp_path / "out")


def test_a_folder_below_a_file_is_a_sentence(jobs, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match=r"cannot create .*out: Not a directory"):
        run(jobs.grid(1), tmp_path / "file" / "out")


def test_a_folder_that_cannot_be_written_is_a_sentence(jobs, tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(RunError, match=r"cannot open .*: Permission denied; .* give another folder with --out"):
        run(jobs.grid(1), tmp_path)


def test_no_processes_are_refused(jobs, tmp_path):
    with pytest.raises(RunError, match="0 processes cannot compute anything"):
        run(jobs.grid(1), tmp_path, processes=0)


def test_a_damaged_line_is_told_and_its_point_computed_again(jobs, tmp_path):
    run(jobs.grid(4), tmp_path, processes=1, job=Job(jobs.cheap, jobs.nothing))
    before = (tmp_path / "results.csv").read_bytes()
    journal = tmp_path / runner.JOURNAL
    journal.write_bytes(journal.read_bytes().replace(b"0", b"1", 1))
    said = io.StringIO()
    outcome = run(jobs.grid(4), tmp_path, processes=1, job=Job(jobs.cheap, jobs.nothing), progress=progress.Lines(said))
    assert "line 1 of" in said.getvalue()
    assert outcome.computed == 1
    assert (tmp_path / "results.csv").read_bytes() == before


def test_ctrl_c_stops_soon_with_a_sentence_and_the_run_resumes(jobs, command, tmp_path):
    process = command(tmp_path / "out", 2, 300, "slow")
    journal = tmp_path / "out" / runner.JOURNAL
    until(lambda: journal.exists() and journal.read_bytes().count(b"\n") > 3)
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=5)
    assert process.returncode == 130
    assert re.search(r"stopped with \d+ of 300 points left; run the same command again to go on\.", said)
    assert "Traceback" not in said
    assert not (tmp_path / "out" / "results.csv").exists()
    kept = journal.read_bytes().count(b"\n")
    outcome = run(jobs.grid(300), tmp_path / "out", processes=2, job=Job(jobs.cheap, jobs.nothing))
    assert (outcome.reused, outcome.computed) == (kept, 300 - kept)


def test_ctrl_c_does_not_wait_for_a_long_point(command, tmp_path):
    process = command(tmp_path / "out", 1, 1, "endless", "marker", tmp_path / "marker")
    until((tmp_path / "marker").exists)
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=5)
    assert (process.returncode, "Traceback" in said) == (130, False)


def test_a_second_ctrl_c_stops_at_once(command, tmp_path):
    process = command(tmp_path / "out", 2, 300, "slow")
    journal = tmp_path / "out" / runner.JOURNAL
    until(lambda: journal.exists() and journal.read_bytes().count(b"\n") > 3)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=5)
    assert (process.returncode, "Traceback" in said) == (130, False)


def test_a_disk_that_fills_up_half_way_is_a_sentence_and_the_run_resumes(jobs, command, tmp_path):
    resource = pytest.importorskip("resource")
    out = tmp_path / "out"
    process = command(
        out, 2, 60, "slow", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
    )
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert re.search(r"cannot write .*points.journal: File too large; free some space and run the same", said)
    assert "Traceback" not in said
    assert [file.name for file in out.iterdir()] == [runner.JOURNAL]
    kept = (out / runner.JOURNAL).read_bytes().count(b"\n")
    outcome = run(jobs.grid(60), out, processes=2, job=Job(jobs.cheap, jobs.nothing))
    assert (outcome.reused, outcome.computed) == (kept, 60 - kept)
    assert kept > 3
