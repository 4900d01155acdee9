"""What every design and every unit keeps, whatever it computes: gone through by the tests and by `hwsoftmax check`.

A contract is a function that raises a sentence where it is broken; entering it into the list of its file is all.
"""

from __future__ import annotations

from experiments.contracts import circuit, face, kernels, traits, units
from experiments.contracts.contract import BrokenContractError, Contract, NotApplicableError

__all__ = ["DESIGN_CONTRACTS", "UNIT_CONTRACTS", "BrokenContractError", "Contract", "NotApplicableError"]

DESIGN_CONTRACTS: tuple[Contract, ...] = (
    *kernels.CONTRACTS, *face.CONTRACTS, *traits.CONTRACTS, *circuit.CONTRACTS
)  # fmt: skip
UNIT_CONTRACTS: tuple[Contract, ...] = tuple(units.CONTRACTS)
