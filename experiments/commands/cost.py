"""`hwsoftmax cost`: designs priced term by term."""

from __future__ import annotations

import argparse
import json

from experiments.pricing import Circuit, priced
from hw_models import report


def run(options: argparse.Namespace) -> int:
    """Print the price of each design, as text or JSON."""
    circuit = Circuit(
        options.row_length, options.lanes, options.technology, options.goal, options.storage, options.clock_gating
    )
    found = priced(options.designs, options.set, circuit)
    if options.json:
        values = [{"design": title, **report.as_json(cost)} for title, cost in found]
        print(json.dumps(values[0] if len(values) == 1 else values, indent=2))
    else:
        print("\n\n".join(report.as_text(cost, title) for title, cost in found))
    return 0
