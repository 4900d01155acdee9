import json
from pathlib import Path
from types import SimpleNamespace

from experiments.outcome import Problem, RunOutcome
from experiments.record import RunRecord, record, write_record
from experiments.replicas import workload_seed


def test_the_record_says_what_the_numbers_were_made_from(tmp_path):
    experiment = SimpleNamespace(config={"name": "µ"}, seed=5, replicas=2)
    outcome = RunOutcome(Path("out"), [], [Problem(1, None, "no such row")], 0, 3)
    write_record(tmp_path, record(experiment, outcome, processes=2, started=0.0))
    read = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert set(read) == set(RunRecord.__dataclass_fields__)
    assert read["config"] == {"name": "µ"}
    assert read["seeds"] == [workload_seed(5, 0), workload_seed(5, 1)]
    assert read["problems"] == ["point 1: no such row"]
    assert read["started"] == "1970-01-01T00:00:00+00:00"
    assert {"numpy", "numba", "hwsoftmax"} <= set(read["versions"])
    assert read["machine"]["python"]
