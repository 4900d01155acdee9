"""`hwsoftmax reproduce`: the numbers that papers print, measured again."""

from __future__ import annotations

import argparse
import json

from experiments.papers import reading, report, shipped
from experiments.papers.paper import Paper, Result, results


def run(options: argparse.Namespace) -> int:
    """Print every number with its verdict; exit code 1 where one is off that its file does not explain."""
    papers = [reading.load(shipped.paper(name)) for name in options.papers or shipped.names()]
    found: list[tuple[Paper, list[Result]]] = []
    for paper in papers:
        found.append((paper, list(results(paper))))
        if not options.json:
            print(report.as_text(*found[-1]), end="\n\n", flush=True)
    every = [result for _, of_paper in found for result in of_paper]
    print(json.dumps(report.as_data(found), indent=2) if options.json else report.summary(every))
    return 1 if any(result.defect for result in every) else 0
