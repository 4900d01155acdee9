import pytest

import approx
from approx.billing import from_sum, to_sum
from hw_models.cost import cost
from hw_models.schedule import cycles_per_row
from hw_models.shares import joined, latency_ns, of_operators, of_storage
from hw_models.technology import technology


@pytest.mark.parametrize("name", ["lut_reciprocal", "softermax", "ibert"])
@pytest.mark.parametrize("where", ["nangate45", "nangate45@16nm"])
def test_shares_add_up_to_the_cost_of_the_whole_bill(name, where):
    design, library = approx.build(name), technology(where)
    lanes = design.own_lanes or 8
    bill = design.bill(96, lanes)
    after = from_sum(design.normalizer, design.output.width, 96, lanes, design.reference.passes, design.exp.stages)
    assert (*to_sum(design, 96, lanes), *after) == bill.operators
    shares = [of_operators(to_sum(design, 96, lanes), library), of_operators(after, library),
              of_storage(bill.storage, library)]  # fmt: skip
    whole, found = cost(bill, library), joined(shares, cycles_per_row(bill), library)
    assert found.area_um2 == pytest.approx(whole.area_um2, rel=1e-12)
    assert found.energy_pj_per_row == pytest.approx(whole.energy_pj_per_row, rel=1e-12)
    assert (found.memory_bits, found.cycles_per_row) == (whole.memory_bits, whole.cycles_per_row)
    latency = latency_ns(shares, found.cycles_per_row, bill.role_stages, bill.pipeline_stages, library)
    assert latency == pytest.approx(whole.latency_ns, rel=1e-12)
