"""What every design and every unit of the catalog keeps: the contracts of `experiments.contracts`."""

import pytest

import approx
from experiments.contracts import DESIGN_CONTRACTS, UNIT_CONTRACTS, NotApplicableError


@pytest.mark.parametrize("contract", DESIGN_CONTRACTS, ids=lambda contract: contract.title.replace(" ", "_"))
def test_designs_keep_their_contracts(design, contract):
    try:
        contract(design)
    except NotApplicableError as why:
        pytest.skip(str(why))


@pytest.mark.parametrize("contract", UNIT_CONTRACTS, ids=lambda contract: contract.title.replace(" ", "_"))
@pytest.mark.parametrize("name", approx.unit_names())
def test_units_keep_their_contracts(name, contract):
    contract(approx.build_unit(name))
