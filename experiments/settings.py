"""Parameters on the command line: `--set name=value`."""

from __future__ import annotations

from collections.abc import Sequence

from experiments.config_error import Place
from experiments.yaml_source import parse


def settings(given: Sequence[str]) -> dict[str, object]:
    """The parameters of several `--set`, values read as YAML; raises ValueError or ConfigError with sentences."""
    return dict(_setting(text) for text in given)


def _setting(text: str) -> tuple[str, object]:
    """A parameter and its value, read as YAML."""
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise ValueError(f"--set {text}: a parameter is written as --set name=value, such as --set exp_depth=64.")
    document = parse(value, lambda line, column: Place(1, line, column, f"--set {text}"))
    document.raise_problems()
    return name, document.data
