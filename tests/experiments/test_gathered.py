import numpy as np
import pytest

from experiments import gathered
from experiments.gathered import Gathered


@pytest.mark.parametrize("kept_in_memory", [1 << 20, 16])
def test_a_column_is_what_was_added_whether_in_memory_or_not(monkeypatch, kept_in_memory):
    monkeypatch.setattr(gathered, "IN_MEMORY", kept_in_memory)
    with Gathered() as rows:
        rows.add("error", np.array([1.5, -0.0, np.inf]))
        rows.add("ties", np.array([1.0]))
        rows.add("error", np.array([5e-324]))
        assert rows.names() == ["error", "ties"]
        for _ in range(2):
            assert repr(rows.column("error").tolist()) == "[1.5, -0.0, inf, 5e-324]"
        assert rows.column("ties").tolist() == [1.0]


def test_a_column_may_be_changed_by_who_asked_for_it():
    with Gathered() as rows:
        rows.add("error", np.array([2.0, 1.0]))
        rows.column("error").sort()
        assert rows.column("error").tolist() == [2.0, 1.0]
