"""`hwsoftmax schema`: the JSON schema of configurations."""

from __future__ import annotations

import argparse
import json

from experiments.schema import schema


def run(options: argparse.Namespace) -> int:  # noqa: ARG001  every subcommand takes its options
    """Print the schema."""
    print(json.dumps(schema(), indent=2))
    return 0
