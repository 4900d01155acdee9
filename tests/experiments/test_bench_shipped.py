"""The table of shipped kernels times designs that exist, each at the row lengths of its kernel."""

from approx import catalog
from experiments import bench_shipped
from experiments.bench_shipped import KERNELS, Beside


def test_every_kernel_has_a_design_that_is_built():
    for kernel in KERNELS:
        assert catalog.build(kernel.design, **kernel.parameters).source.status == "exact"


def test_a_kernel_is_timed_at_its_row_lengths(monkeypatch):
    monkeypatch.setattr(bench_shipped, "ELEMENTS", 1 << 11)
    monkeypatch.setattr(bench_shipped, "KERNELS", KERNELS[:1])
    found = bench_shipped.bench_shipped(rounds=1)
    assert [each.row_length for each in found] == [64, 1024]
    assert all(each.ns_per_element > 0 for each in found)


def test_the_ratio_is_how_many_times_as_fast():
    found = Beside("kernel", "design", 64, 10.0, 2.0, 1.5)
    assert found.ratio == 5
    assert "| 10 | 2.00 | 5.0 (1.5) |" in bench_shipped.as_text([found])
    assert "not measured" in bench_shipped.as_text([Beside("kernel", "design", 64, None, 2.0, 1.5)])
