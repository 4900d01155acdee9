"""How fast designs that reproduce shipped kernels are beside the kernels themselves.

The kernels' times were measured once, single thread, on one machine (2-core x86-64 with AVX-512, the smallest of
several runs); they are printed beside ours, which are measured now, so the ratios compare two machines unless they are
alike.
"""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from approx import catalog

ELEMENTS = 1 << 20
ROUNDS = 5
ROW_LENGTHS = (64, 1024)
LEGACY_LENGTHS = (64, 128)  # of hls4ml's quadratic softmax


@dataclass(frozen=True)
class Kernel:
    """A shipped kernel: its name, the design with its parameters, ns an element for each row length, ratio wanted.

    ns: None where it was not measured.
    """

    kernel: str
    design: str
    parameters: dict[str, Any]
    ns: tuple[float | None, float]
    wanted: tuple[float, float]
    row_lengths: tuple[int, int] = ROW_LENGTHS


@dataclass(frozen=True)
class Beside:
    """One row length of a kernel: its time, ours, and the ratio wanted."""

    kernel: str
    design: str
    row_length: int
    kernel_ns: float | None
    ns_per_element: float
    wanted: float

    @property
    def ratio(self) -> float | None:
        """How many times as fast the design is."""
        return None if self.kernel_ns is None else self.kernel_ns / self.ns_per_element


TWICE, AS_FAST, PAIRWISE = (1.5, 2.0), (1.0, 1.0), (30.0, 30.0)
FULL_TABLE: dict[str, Any] = {
    "input": "ap_fixed<8,4>",
    "inp_norm_t": "ap_ufixed<8,4,AP_TRN,AP_SAT>",
    "exp_table_t": "ap_ufixed<12,1,AP_RND_CONV,AP_SAT>",
    "accum_t": "ap_ufixed<24,11>",
    "inv_inp_t": "ap_ufixed<12,8,AP_RND_CONV,AP_SAT>",
    "inv_table_t": "ap_ufixed<12,1,AP_RND_CONV,AP_SAT>",
    "exp_table_size": 256,
    "inv_table_size": 4096,
    "output": "ap_ufixed<8,0,AP_RND_CONV,AP_SAT>",
}
KERNELS = (
    Kernel("LiteRT reference int8", "tflite_int8", {}, (48.6, 49.8), TWICE),
    Kernel("LiteRT reference int8 to int16", "tflite_int8_int16", {}, (45.4, 45.6), TWICE),
    Kernel("LiteRT reference uint8", "tflite_uint8", {}, (44.3, 51.0), TWICE),
    Kernel("LiteRT optimised int8, float table", "tflite_int8_lut_x86", {}, (3.28, 2.96), TWICE),
    Kernel("TFLite uint16 table (scalar)", "tflite_int8_lut_aarch64", {}, (6.7, 6.4), TWICE),
    Kernel("LiteRT int16", "tflite_int16", {}, (10.6, 12.4), TWICE),
    Kernel("CMSIS-NN s8", "cmsis_nn_s8", {}, (48.0, 68.0), TWICE),
    Kernel("CMSIS-NN s8 to s16", "cmsis_nn_s8_s16", {}, (54.0, 72.0), TWICE),
    Kernel("CMSIS-NN s16", "cmsis_nn_s16", {}, (4.9, 6.2), TWICE),
    Kernel("CMSIS_5 q7 (2018)", "cmsis5_q7_2018", {}, (None, 3.0), TWICE),
    Kernel("CMSIS_5 q7 (2022)", "cmsis5_q7_2022", {}, (None, 4.1), TWICE),
    Kernel("CMSIS_5 q15", "cmsis5_q15", {}, (None, 2.7), TWICE),
    Kernel("NNoM q7", "nnom_q7", {}, (None, 1.8), TWICE),
    Kernel("PyTorch QNNPACK u8", "qnnpack_u8", {}, (1.58, 1.48), AS_FAST),
    Kernel("ONNX Runtime QLinearSoftmax", "ort_qlinear", {}, (2.56, 2.22), TWICE),
    Kernel("HF I-BERT (torch)", "ibert_hf", {}, (16.1, 27.5), TWICE),
    Kernel("Gemmini (CPU)", "gemmini_ibert", {}, (11.7, 6.7), TWICE),
    Kernel("hls4ml stable", "hls4ml_stable", {}, (72.0, 72.0), TWICE),
    Kernel("hls4ml latency", "hls4ml_latency", {}, (71.0, 67.0), TWICE),
    Kernel("hls4ml argmax", "hls4ml_argmax", {}, (25.0, 24.0), TWICE),
    Kernel("hls4ml stable, full table", "hls4ml_stable", FULL_TABLE, (123.0, 121.0), TWICE),
    Kernel("hls4ml legacy, O(N^2)", "hls4ml_legacy", {}, (2450.0, 4554.0), PAIRWISE, LEGACY_LENGTHS),
)


def bench_shipped(rounds: int = ROUNDS) -> list[Beside]:
    """Time every design at the row lengths of its kernel: medians of `rounds` after an untimed one."""
    return [_beside(kernel, place, rounds) for kernel in KERNELS for place in (0, 1)]


def _beside(kernel: Kernel, place: int, rounds: int) -> Beside:
    length = kernel.row_lengths[place]
    design = catalog.build(kernel.design, **kernel.parameters)
    rows = np.random.default_rng(length).normal(0, 2, (ELEMENTS // length, length))
    codes = design.quantize(rows)
    design.codes(codes)
    seconds = []
    for _ in range(rounds):
        started = time.perf_counter()
        design.codes(codes)
        seconds.append(time.perf_counter() - started)
    ns = statistics.median(seconds) / codes.size * 1e9
    return Beside(kernel.kernel, kernel.design, length, kernel.ns[place], ns, kernel.wanted[place])


def as_text(found: list[Beside]) -> str:
    """The table, one row a kernel and row length."""
    lines = ["| shipped kernel | design | row length | kernel ns | ours ns | ratio (wanted) |", "|---" * 6 + "|"]
    for each in found:
        kernel_ns = "not measured" if each.kernel_ns is None else f"{each.kernel_ns:g}"
        ratio = "" if each.ratio is None else f"{each.ratio:.1f} ({each.wanted:g})"
        ours = f"`{each.design}` | {each.row_length} | {kernel_ns} | {each.ns_per_element:.2f}"
        lines.append(f"| {each.kernel} | {ours} | {ratio} |")
    return "\n".join(lines)
