"""Makes data/digits.npz: `python -m experiments.workloads.make_digits`. Needs scikit-learn.

An MLP with one hidden layer of 64 is trained on 60 % of scikit-learn's digits (stratified, inputs standardised with
the training split's mean and deviation). The file holds the logits, not the probabilities, of the other 40 %.
Retraining gives the same figures, but not the same bits on another machine: the file that is shipped is the workload.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from experiments.workloads.digits import PATH

if TYPE_CHECKING:
    from sklearn.neural_network import MLPClassifier

TEST_SHARE = 0.4
HIDDEN = 64
SPLIT_SEED = TRAINING_SEED = 0
MISSING = "make_digits needs scikit-learn: pip install 'hwsoftmax[digits]'\n"


def logits_of(model: MLPClassifier, inputs: NDArray[np.float64]) -> NDArray[np.float32]:
    """The outputs of the last layer before softmax, float32[rows, classes]."""
    hidden = np.maximum(inputs @ model.coefs_[0] + model.intercepts_[0], 0.0)
    return np.asarray(hidden @ model.coefs_[1] + model.intercepts_[1], dtype=np.float32)


def train() -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Train and return the logits and the labels of the held-out split."""
    from sklearn.datasets import load_digits  # noqa: PLC0415 - an extra
    from sklearn.model_selection import train_test_split  # noqa: PLC0415 - an extra
    from sklearn.neural_network import MLPClassifier  # noqa: PLC0415 - an extra

    images, digits = load_digits(return_X_y=True)
    train_x, test_x, train_y, test_y = train_test_split(
        images, digits, test_size=TEST_SHARE, random_state=SPLIT_SEED, stratify=digits
    )
    mean, deviation = train_x.mean(axis=0), train_x.std(axis=0)
    deviation[deviation == 0] = 1.0
    model = MLPClassifier((HIDDEN,), random_state=TRAINING_SEED, max_iter=400)
    model.fit((train_x - mean) / deviation, train_y)
    return logits_of(model, (test_x - mean) / deviation), test_y.astype(np.uint8)


def provenance(logits: NDArray[np.float32], labels: NDArray[np.uint8]) -> str:
    """Where the logits come from, with the accuracy they have."""
    import sklearn  # noqa: PLC0415 - an extra

    accuracy = float(np.mean(logits.argmax(axis=1) == labels))
    return (
        f"Logits of an MLP with {HIDDEN} hidden units trained by scikit-learn {sklearn.__version__} on its digits "
        f"(the test part of UCI's Optical Recognition of Handwritten Digits, CC BY 4.0); {len(labels)} held-out rows, "
        f"accuracy {accuracy:.4f}. Made by experiments/workloads/make_digits.py."
    )


def main(arguments: list[str] | None = None) -> None:
    """Train, write the file and say what it holds."""
    parser = argparse.ArgumentParser(description="Make the logits of the digits classifier that are shipped.")
    parser.add_argument("--out", type=Path, default=PATH, help="the file to write")
    given = parser.parse_args(arguments)
    try:
        logits, labels = train()
    except ModuleNotFoundError:
        sys.exit(MISSING)
    text = provenance(logits, labels)
    np.savez_compressed(given.out, logits=logits, labels=labels, provenance=np.array(text))
    sys.stdout.write(f"{given.out}: {text}\n")


if __name__ == "__main__":
    main()
