"""What each column of the results is called on an axis: quantity, unit, and which way is better."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Literal

from experiments.plots.fonts import printable

Better = Literal["lower", "higher"]


@dataclass(frozen=True)
class Column:
    """A column of `results.csv` as an axis names it.

    quantity and unit: "Area" and "µm²" (unit "" for a pure number). detail: the summary over the rows and the
    reference it is measured against. better: the direction a designer wants. linear: shares and probabilities near 1
    that a logarithm would squeeze. priced: the number comes from the cost model, so it depends on the technology.
    band: for a price, the column with the factor within which the model is expected to be right, or "".
    """

    name: str
    quantity: str
    unit: str = ""
    detail: str = ""
    better: Better = "lower"
    linear: bool = False
    priced: bool = False
    band: str = ""

    @property
    def title(self) -> str:
        """Quantity and unit, such as "Area (µm²)"."""
        return f"{self.quantity} ({self.unit})" if self.unit else self.quantity

    @property
    def in_sentence(self) -> str:
        """The quantity as it stands inside a sentence; names of persons and of columns keep their letters."""
        keep = self.quantity == self.name or self.quantity.startswith("Kullback")
        return self.quantity if keep else self.quantity[:1].lower() + self.quantity[1:]


REFERENCES = {
    "total": "exact softmax of the float logits",
    "unit": "exact softmax of the quantised logits",
    "own_base": "exact softmax in the design's own base",
    "limit": "limit of infinitely long streams",
}
SUMMARIES = {"mean": "mean over rows", "p99": "99th percentile of rows", "max": "worst row"}

METRICS = {
    metric.name: metric
    for metric in (
        Column("max_abs_error", "Largest absolute error in a row"),
        Column("mean_abs_error", "Mean absolute error in a row"),
        Column("mean_squared_error", "Mean squared error of a row"),
        Column("rmse", "Root mean square error"),
        Column("error_lsb", "Largest error in a row", "output LSB"),
        Column("total_variation", "Total variation distance"),
        Column("kl", "Kullback-Leibler divergence", "nats"),
        Column("top1_flip", "Top-1 flips", "share of rows"),
        Column("approximation", "Total variation of the limit of infinite length"),
        Column("row_sum", "Row sum", linear=True),
        Column("row_sum_deviation", "Deviation of the row sum from 1"),
        Column("ties", "Ties for the largest output", "share of rows"),
        Column("accumulator_overflow", "Overflows of the accumulator", "share of rows"),
        Column("zero_rate", "Zero outputs", "share of a row"),
        Column("nll", "Negative log-likelihood", "nats"),
        Column("nll_soft", "Negative log-likelihood, zeros as 1/512", "nats"),
        Column("zero_on_true", "Zero probability on the true class", "share of rows"),
        Column("accuracy", "Accuracy", "share of rows", better="higher", linear=True),
    )
}

CERTIFIED = {
    f"{kind}_{name}": Column(f"{kind}_{name}", quantity, unit, detail, linear=linear)
    for kind, detail in (
        ("certified", "certified for every row, against the exact softmax of the codes"),
        ("witness", "of the witness row, against the exact softmax of the codes"),
    )
    for name, quantity, unit, linear in (
        ("max_abs_error", "Largest absolute error", "", False),
        ("total_variation", "Total variation distance", "", False),
        ("row_sum_max", "Largest row sum", "", True),
        ("row_sum_min", "Smallest row sum", "", True),
        ("relative_error", "Relative error of outputs above 0.1", "", False),
        ("top_gap", "Gap that keeps the first", "codes", False),
    )
}

COSTS = {
    cost.name: cost
    for cost in (
        Column("area_um2", "Area", "µm²", priced=True, band="area_band"),
        Column("area_ge", "Area", "gate equivalents", priced=True, band="area_band"),
        Column("memory_bits", "Memory", "bits", priced=True),
        Column("rom_bits", "Table memory", "bits", priced=True),
        Column("storage_bits", "Row memory", "bits", priced=True),
        Column("cycles_per_row", "Time per row", "cycles", priced=True),
        Column("latency_ns", "Latency of a row", "ns", priced=True, band="clock_band"),
        Column("clock_mhz", "Clock", "MHz", better="higher", priced=True, band="clock_band"),
        Column("throughput_rows_per_s", "Throughput", "rows/s", better="higher", priced=True, band="clock_band"),
        Column("energy_pj_per_row", "Energy per row", "pJ", priced=True, band="energy_band"),
        Column("energy_pj_per_element", "Energy per element", "pJ", priced=True, band="energy_band"),
        Column("leakage_uw", "Leakage", "µW", priced=True),
    )
}

SWEPT = {"flip_rate": Column("flip_rate", "Bit-flip rate", "probability of each exposed bit")}

TECHNOLOGIES = {
    "nangate45": "Nangate45",
    "sky130": "SKY130",
    "asap7": "ASAP7",
    "ihp130": "IHP 130 nm",
    "osu018": "OSU018",
    "gf180": "GF180",
    "gt2n": "GT2N",
}


def describe(name: str) -> Column:
    """The column `name` as an axis shows it; one that is in no table keeps its name and counts as an error."""
    if name in COSTS:
        return COSTS[name]
    if name in CERTIFIED:
        return CERTIFIED[name]
    reference, rest = _split_reference(name)
    metric, summary = _split_summary(rest)
    if metric not in METRICS:
        return Column(name, printable(name, 60))
    detail = [SUMMARIES[summary]] if summary else []
    if reference:
        detail.append(f"against the {REFERENCES[reference]}")
    return dataclasses.replace(METRICS[metric], name=name, detail=", ".join(detail))


def describe_swept(name: str) -> Column:
    """A parameter as the axis of a sweep shows it; one that is in no table keeps its name."""
    return SWEPT.get(name, Column(name, name))


def technology_title(name: str) -> str:
    """The technology as it is written in text; a name that is in no table stays as it is."""
    return TECHNOLOGIES.get(name, name)


def _split_reference(name: str) -> tuple[str, str]:
    for reference in REFERENCES:
        if name.startswith(reference + "_"):
            return reference, name[len(reference) + 1 :]
    return "", name


def _split_summary(name: str) -> tuple[str, str]:
    for summary in SUMMARIES:
        if name.endswith("_" + summary):
            return name[: -len(summary) - 1], summary
    return name, ""
