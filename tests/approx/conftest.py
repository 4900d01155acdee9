"""The designs that the contract tests run over: every entry of the catalog, with its defaults and with variants.

`variants/FILE.yaml` holds parameters to try for the designs of `approx/designs/FILE.py`.
"""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

import approx

VARIANTS = {
    name: variants
    for path in sorted((Path(__file__).parent / "variants").glob("*.yaml"))
    for name, variants in YAML(typ="safe").load(path).items()
}

ALL = [(name, variant) for name in approx.names() for variant in ({}, *VARIANTS.get(name, []))]


def identifier(case):
    name, parameters = case
    return name + "".join(f"-{key}={value}" for key, value in parameters.items())


@pytest.fixture(scope="module", params=ALL, ids=identifier)
def design(request):
    """Built once for all contracts, with its tables: a design does not change, and calls of it are pure."""
    name, parameters = request.param
    return approx.build(name, **parameters)
