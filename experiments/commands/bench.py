"""`hwsoftmax bench`: the simulator's speed."""

from __future__ import annotations

import argparse
import json
import os
from dataclasses import asdict

from experiments.run_error import RunError


def run(options: argparse.Namespace) -> int:
    """Time every case, and the user's own designs, in one thread; print a table or JSON."""
    os.environ["NUMBA_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"  # read when numba is imported
    from experiments import bench, bench_shipped  # noqa: PLC0415  after the number of threads is set

    try:
        timings, ragged = bench.bench(cases=bench.cases()), bench.ragged_over_rectangular()
        shipped = bench_shipped.bench_shipped()
    except ValueError as refusal:  # of a design of the user's own
        raise RunError(str(refusal)) from None
    if options.json:
        found = {"timings": [asdict(t) for t in timings], "ragged_over_rectangular": ragged}
        print(json.dumps(found | {"shipped": [asdict(each) for each in shipped]}, indent=2))
    else:
        print(f"{bench.as_text(timings, ragged)}\n\n{bench_shipped.as_text(shipped)}")
    return 0
