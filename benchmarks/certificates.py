"""Time of certified bounds of the error of an output, and how tight they are: `python benchmarks/certificates.py`."""

from __future__ import annotations

import time

import approx
from approx.fixed_point import FixedPoint

CASES = (
    ("256 codes, 8-bit terms, reciprocal table", "lut_reciprocal", {"exp_width": 8}),
    ("256 codes, 16-bit terms, reciprocal table", "lut_reciprocal", {}),
    ("256 codes, 16-bit terms, division to 8 bits", "division_softmax", {"output": FixedPoint(8, 8, signed=False)}),
    ("256 codes, 16-bit terms, division to 16 bits", "division_softmax", {}),
    ("65536 codes, 16-bit terms, division", "li2018", {}),
    ("65536 codes, 28-bit terms, division", "basic_split2018", {}),
)


def main() -> None:
    """The best of five, N = 64 and 512."""
    for what, name, parameters in CASES:
        design = approx.build(name, **parameters)
        for length in (64, 512):
            best, ratio = 1e9, 0.0
            for _ in range(5):
                start = time.perf_counter()
                certificate = approx.certify(design, length, quantities=("absolute_error",))
                best = min(best, time.perf_counter() - start)
                ratio = certificate["absolute_error"].ratio
            print(f"{what:48} N = {length:4}  {1e3 * best:8.1f} ms with witness  bound / witness {ratio:.4f}")


if __name__ == "__main__":
    main()
