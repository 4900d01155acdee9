import json
import math
import sys
from pathlib import Path

import pytest

import approx
from experiments import solve_page
from experiments.journal import Journal
from experiments.run_error import RunError, RunInterruptedError
from experiments.solve import answer, chunk, files, solver
from experiments.solve.grid import Halves, chunks
from experiments.solve.reduced import Reduced, together
from experiments.solve.solver import solve
from hw_models.cost import cost
from hw_models.technology import technology


@pytest.fixture(autouse=True)
def same_code(monkeypatch):
    """An edit while tests run is no reason to compute again."""
    monkeypatch.setattr("experiments.key.content_hash", lambda: "the same")


def everyone(question):
    """Every combination that can be built: error certified with the tightest method, cost, index; by cost."""
    found = []
    for number, entry in enumerate(question.entries):
        halves = Halves.of(entry)
        for row, first in enumerate(halves.rows.combinations()):
            for column, second in enumerate(halves.columns.combinations()):
                try:
                    design = approx.build(entry.design, **(first | second))
                except ValueError:
                    continue
                certificate = approx.certify(design, question.row_length, up_to=True, quantities=("absolute_error",))
                price = cost(design.bill(question.row_length, question.lanes), technology(question.technology))
                found.append((price.area_um2, (number, row, column), certificate["absolute_error"].value))
    return sorted(found)


def test_the_answer_is_the_cheapest_of_all_designs_that_are_certified_to_meet_the_target(ask, tmp_path):
    question = ask()
    outcome = solve(question, tmp_path / "out", processes=1)
    every = everyone(question)
    good = [each for each in every if each[2] <= 1 / 8]
    assert 3 < len(good) < len(every) - 10
    assert [each.cost for each in outcome.answers] == pytest.approx([price for price, _, _ in good[:3]], rel=1e-12)
    cheaper = [bound for price, _, bound in every if price < outcome.answers[0].cost * (1 - 1e-9)]
    assert min(cheaper) > 1 / 8
    assert outcome.complete
    front = [(each.cost, float(each.row.columns["certified_absolute_error"])) for each in outcome.front]
    assert front == sorted(front)
    assert [bound for _, bound in front] == sorted((bound for _, bound in front), reverse=True)
    text = answer.as_text(outcome)
    assert text.startswith("small, N <= 4, every output within 1/8 of the softmax of the codes: lut_reciprocal with ")
    assert "The next cheaper on the front, lut_reciprocal, exp_width " in text
    assert ", not at most 0.125." in text


def test_a_run_that_was_stopped_goes_on_to_the_same_answer(ask, tmp_path, monkeypatch):
    question = ask()
    monkeypatch.setattr("experiments.solve.grid.FRONTS_OF_A_CHUNK", 3)
    whole = solve(question, tmp_path / "whole", processes=1)
    files.write(whole, tmp_path / "whole")
    done = []

    def stopping(asked, piece):
        if len(done) == 3:
            raise RunInterruptedError("stopped")
        done.append(piece)
        return chunk.answer(asked, piece)

    with monkeypatch.context() as context:
        context.setattr(
            "experiments.worker.answer", lambda job, number, task: solver.worker.Done(number, stopping(*task))
        )
        with pytest.raises(RunInterruptedError):
            solve(question, tmp_path / "parts", processes=1)
    with Journal(tmp_path / "parts" / solver.JOURNAL) as journal:
        assert len(journal.rows) == 3
    again = solve(question, tmp_path / "parts", processes=1)
    files.write(again, tmp_path / "parts")
    for name in ("answer.json", "results.csv", "run.json"):
        assert (tmp_path / "whole" / name).read_bytes() == (tmp_path / "parts" / name).read_bytes()
    assert json.loads((tmp_path / "whole" / "answer.json").read_text())["sentence"] == answer.sentence(whole)


def test_parts_put_together_in_any_order_and_grouping_are_the_same(ask, monkeypatch):
    monkeypatch.setattr("experiments.solve.grid.FRONTS_OF_A_CHUNK", 2)
    question = ask()
    parts = [
        Reduced.from_json(json.loads(json.dumps(chunk.reduced(question, each).to_json()))) for each in chunks(question)
    ]
    whole = together(parts, 64)
    assert (whole.designs, whole.refused) == (question.designs, 0 if not whole.refused else whole.refused)
    backwards = together([together(parts[5:][::-1], 64), together(parts[:5][::-1], 64)], 64)
    assert backwards.to_json() | {"refusals": ()} == whole.to_json() | {"refusals": ()}
    assert len(together(parts, 2).passing) == 2
    assert together(parts, 2).passing == whole.passing[:2]


def test_a_target_out_of_reach_is_told_with_the_obstacle(ask, tmp_path):
    outcome = solve(ask(_text("absolute_error: 1/100")), tmp_path / "a", processes=1)
    assert (outcome.exit_code, outcome.answers) == (1, ())
    said = answer.sentence(outcome)
    assert (
        "no design of the grid meets that; absolute error at most 0.01 is out of reach: the best bound of all is "
        in said
    )
    assert said.endswith("give it more fraction bits.")
    both = answer.sentence(
        solve(ask(_text("absolute_error: 1/8, smallest_row_sum: 0.9999")), tmp_path / "b", processes=1)
    )
    assert "smallest row sum at least 0.9999 is out of reach" in both
    assert "absolute error at most" not in both


def _text(target):
    return (f"row_length: 4\ntarget: {{{target}}}\ndesigns: [{{design: lut_reciprocal, input: s4.1, exp_width: [5, 6], "
            "exp_depth: 16, output: u4.4, reciprocal_depth: [4, 8]}]\n")  # fmt: skip


def test_measured_targets_decide_among_what_is_certified(ask, tmp_path):
    measured = (
        "measured: [{workload: attention, rows: 16, row_length: 4, metric: unit_total_variation_mean, at_most: 0.1}]"
    )
    outcome = solve(ask(_text(f"absolute_error: 1/4, {measured}")), tmp_path, processes=1)
    values = [float(each.row.columns["measured_0"]) for each in outcome.answers]
    assert all(value <= 0.1 for value in values) or "unit_total_variation_mean on attention is" in answer.as_text(
        outcome
    )
    impossible = measured.replace("0.1}", "0.0001}")
    outcome = solve(ask(_text(f"absolute_error: 1/4, {impossible}")), tmp_path, processes=1)
    assert not outcome.answers
    assert "the best unit_total_variation_mean on attention is 0." in answer.sentence(outcome)
    assert math.isfinite(outcome.grid.reach[0].bound)


@pytest.mark.slow
def test_the_examples_of_the_documentation_are_up_to_date():
    text = (Path(__file__).parents[3] / "docs" / "solve.md").read_text()
    assert solve_page.made_anew(text) == text, "run python -m experiments.solve_page"


def test_a_search_is_the_same_for_the_same_seed_and_finds_what_the_grid_has(ask, tmp_path):
    pytest.importorskip("optuna")
    found = [solve(ask(None, f"search={{trials: {trials}}}"), tmp_path / str(k), processes=1)
             for k, trials in enumerate((120, 120))]  # fmt: skip
    files.write(found[0], tmp_path / "0")
    files.write(found[1], tmp_path / "1")
    assert (tmp_path / "0" / "answer.json").read_bytes() == (tmp_path / "1" / "answer.json").read_bytes()
    grid = solve(ask(), tmp_path / "grid", processes=1)
    assert found[0].answers[0].cost >= grid.answers[0].cost * (1 - 1e-12)
    assert found[0].answers[0].cost <= grid.answers[0].cost * 1.2
    assert "These were found by 120 trials among 44: there may be a cheaper one." in answer.as_text(found[0])


def test_a_search_without_optuna_says_how_to_install_it(ask, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(RunError, match=r"needs optuna; install it with: pip install 'hwsoftmax\[search\]'\.$"):
        solve(ask(None, "search={trials: 5}"), tmp_path / "out")
    assert not (tmp_path / "out").exists()
