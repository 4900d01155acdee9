"""`hwsoftmax plot`: the pictures of a results folder, drawn again."""

from __future__ import annotations

import argparse

from experiments import plots


def run(options: argparse.Namespace) -> int:
    """Draw every picture that the folder's configuration asks for."""
    for picture in plots.draw(options.folder):
        print(f"drew {picture}")
    return 0
