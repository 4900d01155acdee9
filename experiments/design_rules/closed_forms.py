"""How large things must be: formulas that follow from theorems 4, 5 and 10 of docs/certificates.md.

eps: what an output, and a row in total variation, may be off. N: elements of the longest row. The normaliser is ideal.
"""

from __future__ import annotations

import math


def entry_bits(eps: float, row_length: int) -> float:
    """Bits of fixed-point entries that are rounded to nearest: log2((N - 1) (1 - eps) / (2 eps)).

    Theorem 4 with delta = 2**-(bits + 1): (N - 1) delta / (1 + (N - 1) delta) = eps.
    """
    return math.log2((row_length - 1) * (1 - eps) / (2 * eps))


def variation_of_entries(delta: float, row_length: int) -> float:
    """Theorem 4: what entries that are off by at most delta move, M delta / (1 + M delta) with M = N - 1."""
    moved = (row_length - 1) * delta
    return moved / (1 + moved)


def significand_bits(eps: float) -> float:
    """Bits, the hidden one included, of floating entries rounded to nearest, for every N: log2(1 / eps) - 2.

    Theorem 5: ratios lie within 1 +- 2**-m, so q is about 1 - 2**(1 - m) and the total variation 2**-(m + 1). Half of
    that, 2**-(m + 2), is what a single output moves.
    """
    return math.log2(1 / eps) - 2


def variation_of_ratios(q: float) -> float:
    """Theorem 5: what entries whose ratios to the exponential span a factor q move, (1 - sqrt q) / (1 + sqrt q)."""
    root = math.sqrt(q)
    return (1 - root) / (1 + root)


def covered_range(eps: float, row_length: int) -> float:
    """Distance below the maximum from which exponentials may be 0: ln((N - 1) (1 - eps) / eps)."""
    return math.log((row_length - 1) * (1 - eps) / eps)


def variation_of_step(step: float) -> float:
    """Theorem 10: what taking logits at the middle of steps moves, tanh(step / 4)."""
    return math.tanh(step / 4)


def depth(eps: float, row_length: int) -> float:
    """Entries of a table of middles: the covered range in steps of 4 artanh(eps), about ln(N / eps) / (4 eps)."""
    return covered_range(eps, row_length) / (4 * math.atanh(eps))
