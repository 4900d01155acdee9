"""Logits of a small classifier of handwritten digits, with labels (see NOTICE); make_digits.py made the file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydantic

from experiments.workloads.catalogue_entry import Entry, Parameters, Request, RowCount
from experiments.workloads.workload import Workload

PATH = Path(__file__).with_name("data") / "digits.npz"


class Digits(Parameters):
    """Parameters of `digits`."""

    rows: RowCount = pydantic.Field(default=719, description="at most so many of the 719 rows")


def _read(request: Request[Digits]) -> Workload:
    with np.load(PATH, allow_pickle=False) as data:
        logits, labels, provenance = data["logits"], data["labels"], str(data["provenance"])
    rows, classes = logits.shape
    offsets = np.arange(rows + 1, dtype=np.int64) * classes
    labels = labels.astype(np.int64)
    workload = Workload("digits", logits.reshape(-1), offsets, labels, assumed=False, provenance=provenance)
    return workload.first(request.parameters.rows)


ENTRY = Entry(
    "digits",
    "logits of an MLP on the held-out digits of scikit-learn, 719 rows of 10, with labels",
    Digits,
    _read,
)
