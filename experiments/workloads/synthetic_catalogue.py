"""The synthetic workloads by name: one line each with its rows, generator and the origin of its constants."""

from __future__ import annotations

from typing import Annotated, Any, Self

import pydantic

from experiments.workloads.adversarial import Boundary, Constant, Denormal, Huge, Masked, Offset, Peaks, Ramp, UlpTies
from experiments.workloads.attention import Attention, CausalSink
from experiments.workloads.catalogue_entry import Entry
from experiments.workloads.generators import Classifier, LanguageModel, Normal, SoftCapped, Uniform
from experiments.workloads.synthetic import Origin, RowsOfLength, fixed, of_any_length


class NormalRows(RowsOfLength):
    """Parameters of `normal`."""

    std: Annotated[float, pydantic.Field(gt=0, le=1e30)] = pydantic.Field(default=2.0, description="standard deviation")


class UniformRows(RowsOfLength):
    """Parameters of `uniform`."""

    low: Annotated[float, pydantic.Field(ge=-1e30, le=1e30)] = pydantic.Field(default=-1.0, description="lower end")
    high: Annotated[float, pydantic.Field(ge=-1e30, le=1e30)] = pydantic.Field(default=1.0, description="upper end")

    @pydantic.model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low >= self.high:
            raise ValueError(f"low = {self.low} is not below high = {self.high}")
        return self


ENTRIES: tuple[Entry[Any], ...] = (  # entries of different parameter models
    # Any row length
    of_any_length(
        "attention",
        RowsOfLength,
        lambda p: Attention(p.row_length),
        Origin.HEADS,
        "attention scores: heads of lognormal width, a few very wide",
    ),
    of_any_length(
        "attention_causal_sink",
        RowsOfLength,
        lambda p: CausalSink(Attention(p.row_length)),
        Origin.ASSUMED,
        "attention scores under a causal mask, with a sink at the first element",
    ),
    of_any_length(
        "normal",
        NormalRows,
        lambda p: Normal(p.row_length, p.std),
        Origin.CONSTRUCTED,
        "independent normal elements",
    ),
    of_any_length(
        "uniform",
        UniformRows,
        lambda p: Uniform(p.row_length, p.low, p.high),
        Origin.CONSTRUCTED,
        "independent elements, uniform between two ends",
    ),
    # Attention
    fixed("attn16", 4096, Attention(16), Origin.HEADS, "attention scores, rows of 16"),
    fixed("attn128", 1024, Attention(128), Origin.HEADS, "attention scores, rows of 128"),
    fixed("attn512", 256, Attention(512), Origin.HEADS, "attention scores, rows of 512"),
    fixed("attn1024", 128, Attention(1024), Origin.HEADS, "attention scores, rows of 1024"),
    fixed("attn4096", 128, Attention(4096), Origin.HEADS, "attention scores, rows of 4096"),
    fixed("attn128_causal_sink", 1024, CausalSink(Attention(128)), Origin.ASSUMED, "causal mask and sink, rows of 128"),
    fixed("attn1024_causal_sink", 256, CausalSink(Attention(1024)), Origin.ASSUMED, "the same, rows of 1024"),
    fixed("attn4096_causal_sink", 128, CausalSink(Attention(4096)), Origin.ASSUMED, "the same, rows of 4096"),
    fixed("attn512_softcap50", 256, SoftCapped(Attention(512), 50), Origin.ASSUMED, "soft-capped at 50 (Gemma 2)"),
    fixed("attn512_qknorm", 256, Normal(512, 1), Origin.ASSUMED, "normalised queries and keys: deviation 1"),
    fixed("attn512_blowup", 256, Normal(512, 100), Origin.ASSUMED, "logits grown in training: deviation 100"),
    # Classifiers, next tokens, routers
    fixed("clf10", 4096, Classifier(10, 3.4, 6, 4), Origin.DIGITS, "10 classes, row deviation 4.5, with labels"),
    fixed("clf100", 1024, Classifier(100, 2, 4, 3), Origin.ASSUMED, "100 classes, deviation 2, with labels"),
    fixed("clf1000", 256, Classifier(1000, 1.2, 4, 3), Origin.ASSUMED, "1000 classes, deviation 1.2, with labels"),
    fixed("lm32k", 16, LanguageModel(32_000), Origin.ASSUMED, "next token of 32 000 (Llama)"),
    fixed("lm128k", 8, LanguageModel(128_000), Origin.ASSUMED, "next token of 128 000"),
    fixed(
        "lm256k_softcap30",
        4,
        SoftCapped(LanguageModel(256_000), 30),
        Origin.ASSUMED,
        "next token of 256 000, soft-capped at 30 (Gemma 2)",
    ),
    fixed("moe8", 4096, Normal(8, 1.5), Origin.ASSUMED, "router of 8 experts (Mixtral)"),
    fixed("moe128", 1024, Normal(128, 1), Origin.ASSUMED, "router of 128 experts (Qwen3)"),
    fixed("moe256", 512, Normal(256, 1), Origin.ASSUMED, "router of 256 experts"),
    # Shapes
    fixed("flat512", 256, Normal(512, 0.05), Origin.CONSTRUCTED, "nearly equal elements: deviation 0.05"),
    fixed("const512", 256, Constant(512), Origin.CONSTRUCTED, "equal elements"),
    fixed("onehot512", 256, Peaks(512, 1, 80), Origin.CONSTRUCTED, "one element at 80, the rest standard normal"),
    fixed("two_peaks512", 256, Peaks(512, 2, 20), Origin.CONSTRUCTED, "two equal maxima at 20"),
    fixed("ramp512", 256, Ramp(512), Origin.CONSTRUCTED, "equally spaced, rising or falling"),
    # What breaks arithmetic
    fixed("ulp_ties512", 256, UlpTies(512), Origin.CONSTRUCTED, "two neighbouring float32 numbers"),
    fixed("boundary512", 256, Boundary(512, 1 / 16), Origin.CONSTRUCTED, "rounding ties of a grid of 1/16"),
    fixed("huge512", 256, Huge(512), Origin.CONSTRUCTED, "elements of 3e38 and -3e38 among ordinary ones"),
    fixed("denormal512", 256, Denormal(512), Origin.CONSTRUCTED, "subnormal float32 numbers"),
    fixed("offset_1e4", 256, Offset(Normal(512, 2), 1e4), Origin.CONSTRUCTED, "deviation 2 around 10 000, rows of 512"),
    fixed("masked_all", 64, Masked(512, 0), Origin.CONSTRUCTED, "every element masked, rows of 512"),
    fixed("masked_but_one", 256, Masked(512, 1), Origin.CONSTRUCTED, "every element masked but one, rows of 512"),
)
