"""hls4ml's softmaxes against a model in plain Python and exact rationals, and what is known of their corners."""

import math
from fractions import Fraction

import numpy as np
import pytest

import approx

DEFAULT = "ap_fixed<18,8,AP_RND,AP_SAT>"
FULL_TABLE = {
    "input": "ap_fixed<8,4>",
    "output": "ap_ufixed<8,0,AP_RND_CONV,AP_SAT>",
    "inp_norm_t": "ap_ufixed<8,4,AP_TRN,AP_SAT>",
    "exp_table_t": "ap_ufixed<12,1,AP_RND_CONV,AP_SAT>",
    "accum_t": "ap_ufixed<24,11>",
    "inv_inp_t": "ap_ufixed<12,8,AP_RND_CONV,AP_SAT>",
    "inv_table_t": "ap_ufixed<12,1,AP_RND_CONV,AP_SAT>",
    "exp_table_size": 256,
    "inv_table_size": 4096,
}


class Ap:
    """A type read from its text: `code` assigns a rational, `value` is what a code stands for."""

    def __init__(self, text):
        kind, numbers = text.rstrip(">").split("<")
        width, integer, *modes = numbers.split(",")
        self.width, self.frac, self.signed = int(width), int(width) - int(integer), kind == "ap_fixed"
        self.rounding, self.overflow = [*modes, *("AP_TRN", "AP_WRAP")[len(modes) :]]
        self.high = 2 ** (self.width - self.signed) - 1
        self.low = -self.high - 1 if self.signed else 0

    def value(self, code):
        return code * Fraction(2) ** -self.frac

    def code(self, value):
        scaled = value * Fraction(2) ** self.frac
        down, lost = math.floor(scaled), scaled - math.floor(scaled)
        tie, more = lost == Fraction(1, 2), lost > Fraction(1, 2)
        up = {
            "AP_TRN": False,
            "AP_TRN_ZERO": scaled < 0 and lost > 0,
            "AP_RND": more or tie,
            "AP_RND_CONV": more or (tie and down % 2 == 1),
        }[self.rounding]
        return self.bits(down + up) if self.overflow == "AP_WRAP" else min(max(down + up, self.low), self.high)

    def bits(self, code):
        """The low bits of an integer as a code."""
        return (code - self.low) % 2**self.width + self.low

    def assigned(self, value):
        return self.value(self.code(value))

    def point(self, index, size):
        """The value whose top bits are the index."""
        return self.value(self.bits(index * (2**self.width // size)))

    def index(self, value, size):
        return (int(value * Fraction(2) ** self.frac) % 2**self.width) // (2**self.width // size)

    def real(self, x):
        """A float, infinity included, in this type."""
        if math.isinf(x):
            return self.value(0 if self.overflow == "AP_WRAP" else self.high)
        return self.assigned(Fraction(float(x)))


def tree(terms, accum):
    """A balanced tree: the left part is the largest power of two below the length."""
    if len(terms) == 1:
        return terms[0]
    left = 1 << ((len(terms) - 1).bit_length() - 1)
    return accum.assigned(tree(terms[:left], accum) + tree(terms[left:], accum))


def expf(x):
    with np.errstate(over="ignore"):
        return np.float32(np.exp(np.longdouble(float(x))))


def by_tables(codes, p, stable):
    """`softmax_stable` or `softmax_latency` for one row of codes; p: the parameters with nothing left out."""
    read, out = Ap(p["input"]), Ap(p["output"])
    norm = Ap(p["inp_norm_t"]) if stable else read
    exp_t, accum, inv_inp, inv = (Ap(p[name]) for name in ("exp_table_t", "accum_t", "inv_inp_t", "inv_table_t"))
    terms = []
    for code in codes:
        x = norm.assigned(read.value(max(codes) - code)) if stable else read.value(code)
        point = norm.point(norm.index(x, p["exp_table_size"]), p["exp_table_size"])
        terms.append(accum.assigned(exp_t.real(expf(-point if stable else point))))
    total = inv_inp.assigned(tree(terms, accum))
    point = inv_inp.point(inv_inp.index(total, p["inv_table_size"]), p["inv_table_size"])
    with np.errstate(divide="ignore"):
        factor = inv.real(np.float32(1) / np.float32(float(point)))
    return [out.code(term * factor) for term in terms]


def by_pairs(codes, p):
    """`softmax_legacy` for one row of codes."""
    read, out, table = Ap(p["input"]), Ap(p["output"]), Ap(p["table_t"])
    size, inverse = p["exp_table_size"], p["inv_table_size"]
    outputs = []
    for i, own in enumerate(codes):
        total = Fraction(0)
        for j, other in enumerate(codes):
            index = int(read.value(other - own) * size / 16) + size // 2
            k = min(max(index, 0), size - 1)
            term = table.assigned(Fraction(1)) if i == j else table.real(expf(Fraction(16 * (k - size // 2), size)))
            total = table.assigned(total + term)
        k = min(max(int(total * inverse / 64), 0), inverse - 1)
        outputs.append(out.code(table.real(float(1 / Fraction(64 * k, inverse)) if k else 0.0)))
    return outputs


def random_type(rng, widths, integers, signed=None, overflow=("AP_WRAP", "AP_SAT")):
    width = int(rng.integers(*widths))
    kind = ("ap_ufixed", "ap_fixed")[bool(rng.integers(2)) if signed is None else signed]
    modes = rng.choice(["AP_TRN", "AP_TRN_ZERO", "AP_RND", "AP_RND_CONV"]), rng.choice(overflow)
    return f"{kind}<{width},{int(rng.integers(*integers))},{modes[0]},{modes[1]}>"


def random_input(rng):
    width = int(rng.integers(4, 13))
    return width, ("ap_ufixed", "ap_fixed")[rng.integers(2)] + f"<{width},{int(rng.integers(1, 7))}>"


def random_rows(rng, design):
    """Rows of odd lengths: anything, nearly equal codes, all equal codes at both ends, the ends side by side."""
    low, high = design.input.lowest, design.input.highest
    for length in (1, 2, 3, 11):
        yield rng.integers(low, high + 1, length)
        yield np.clip(rng.integers(low, high + 1) + rng.integers(-3, 4, length), low, high)
    yield np.full(9, low)
    yield np.full(9, high)
    yield np.array([low, high, low])
    yield np.array([high, low, high, high])


def agree(design, model, rng):
    for row in random_rows(rng, design):
        expected = model(row.tolist())
        assert design.codes(row).tolist() == expected, (design, row)
        assert design.definition(row[None]).tolist() == [expected]


@pytest.mark.parametrize("seed", range(9))
def test_stable_gives_what_the_scalar_model_gives_for_random_types(seed):
    rng = np.random.default_rng(seed)
    _, read = random_input(rng)
    norm, inv_inp = random_type(rng, (3, 12), (1, 7), signed=False), random_type(rng, (5, 18), (2, 10))
    parameters = {
        "input": read,
        "output": random_type(rng, (4, 20), (-1, 7)),
        "inp_norm_t": norm,
        "exp_table_t": random_type(rng, (6, 20), (1, 6), overflow=["AP_SAT"]),
        "accum_t": random_type(rng, (8, 26), (3, 14)),
        "inv_inp_t": inv_inp,
        "inv_table_t": random_type(rng, (6, 20), (1, 9)),
        "exp_table_size": 1 << int(rng.integers(1, Ap(norm).width + 1)),
        "inv_table_size": 1 << int(rng.integers(1, min(10, Ap(inv_inp).width) + 1)),
    }
    design = approx.build("hls4ml_stable", **parameters)
    agree(design, lambda row: by_tables(row, parameters, stable=True), rng)


@pytest.mark.parametrize("seed", range(9))
def test_latency_gives_what_the_scalar_model_gives_for_random_types(seed):
    """Terms of an entry type that wraps have both signs, which a wrapping sum takes."""
    rng = np.random.default_rng([1, seed])
    width, read = random_input(rng)
    inv_inp = random_type(rng, (5, 18), (2, 10))
    wraps = seed % 3 == 0
    parameters = {
        "input": read,
        "output": random_type(rng, (4, 20), (-1, 7)),
        "exp_table_t": random_type(rng, (6, 20), (1, 9), overflow=["AP_WRAP" if wraps else "AP_SAT"]),
        "accum_t": random_type(rng, (8, 26), (4, 14), overflow=["AP_WRAP"] if wraps else ["AP_SAT", "AP_WRAP"]),
        "inv_inp_t": inv_inp,
        "inv_table_t": random_type(rng, (6, 20), (1, 9)),
        "exp_table_size": 1 << int(rng.integers(1, width + 1)),
        "inv_table_size": 1 << int(rng.integers(1, min(10, Ap(inv_inp).width) + 1)),
    }
    design = approx.build("hls4ml_latency", **parameters)
    agree(design, lambda row: by_tables(row, parameters, stable=False), rng)


@pytest.mark.parametrize("seed", range(8))
def test_legacy_gives_what_the_scalar_model_gives_for_random_types(seed):
    rng = np.random.default_rng([2, seed])
    parameters = {
        "input": random_input(rng)[1],
        "output": random_type(rng, (4, 20), (-1, 7)),
        "table_t": random_type(rng, (10, 24), (3, 12)),
        "exp_table_size": 1 << int(rng.integers(4, 11)),
        "inv_table_size": 1 << int(rng.integers(6, 11)),
    }
    agree(approx.build("hls4ml_legacy", **parameters), lambda row: by_pairs(row, parameters), rng)


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("hls4ml_stable", lambda row, p: by_tables(row, p, stable=True)),
        ("hls4ml_latency", lambda row, p: by_tables(row, p, stable=False)),
        ("hls4ml_legacy", by_pairs),
    ],
)
def test_defaults_are_those_of_the_tool(name, model):
    parameters = {
        "input": "ap_fixed<16,6>", "output": "ap_fixed<16,6>", "inp_norm_t": "ap_ufixed<15,5>", "exp_table_t": DEFAULT,
        "accum_t": DEFAULT, "inv_inp_t": DEFAULT, "inv_table_t": DEFAULT, "exp_table_size": 1024,
        "inv_table_size": 1024, "table_t": "ap_fixed<18,8>",
    }  # fmt: skip
    agree(approx.build(name), lambda row: model(row, parameters), np.random.default_rng(3))


def test_an_8_bit_input_gets_the_table_sizes_of_the_tool():
    design = approx.build("hls4ml_stable", input="ap_fixed<8,4>")
    assert (design.exp.of_word.table.size, design.normalizer.table.size) == (128, 256)
    explicit = approx.build("hls4ml_stable", input="ap_fixed<8,4>", exp_table_size=128, inv_table_size=256)
    codes = np.random.default_rng(0).integers(-128, 128, (50, 20))
    np.testing.assert_array_equal(design.codes(codes), explicit.codes(codes))


def test_the_table_of_the_distance_is_within_its_stated_error():
    unit = approx.build("hls4ml_stable").exp
    d = np.arange(1 << 15)  # beyond that the distance wraps
    error = unit.terms(d, np.zeros(1, dtype=np.int64)) / 2**10 - np.exp(-d / 2**10)
    half, reach = 2**-11, 1 - math.exp(-(2**15 / 1024 - 1) / 2**10)
    assert -half <= error.min() <= -0.9 * half
    assert 0.95 * reach <= error.max() <= reach + half


def test_the_table_of_the_code_is_within_its_stated_error():
    unit = approx.build("hls4ml_latency").exp
    x = np.arange(-(1 << 15), int(4.85 * 2**10))  # above that entries saturate
    value = unit.of_code(x) / 2**10
    width = (2**16 / 1024 - 1) / 2**10
    assert (value <= np.exp(x / 2**10) + 2**-11).all()
    below = (value + 2**-11) / np.exp(x / 2**10) - 1
    assert math.exp(-width) - 1 <= below.min() <= 0.95 * (math.exp(-width) - 1)


def probabilities(name, logits, **parameters):
    return approx.build(name, **parameters)(np.array(logits, dtype=np.float64))


def test_stable_gives_opposite_extremes_the_same_probability():
    """The distance wraps at 32 in ap_fixed<16,6>, at 8 in ap_fixed<8,4>."""
    assert probabilities("hls4ml_stable", [16, -16]).tolist() == [0.5, 0.5]
    assert probabilities("hls4ml_stable", [16, -16.5]) == pytest.approx([0.667, 0.404], abs=5e-4)
    assert probabilities("hls4ml_stable", [4, -4], input="ap_fixed<8,4>").tolist() == [0.5, 0.5]
    assert probabilities("hls4ml_stable", [4, -4], **FULL_TABLE).tolist() == [1 - 2**-8, 0]  # the distance saturates


def test_stable_truncates_the_index_of_the_reciprocal():
    assert probabilities("hls4ml_stable", [1, 1, 1]) == pytest.approx([0.3330] * 3, abs=5e-5)
    assert probabilities("hls4ml_stable", [1] * 5) == pytest.approx([0.2002] * 5, abs=5e-5)


@pytest.mark.parametrize("length", [197, 256, 1000])
def test_stable_stops_normalising_where_the_sum_saturates(length):
    assert probabilities("hls4ml_stable", [2.0] * length).tolist() == [0.0078125] * length


def test_latency_saturates_large_exponentials():
    assert probabilities("hls4ml_latency", [5, 4]) == pytest.approx([0.999, 0.426], abs=1e-3)


def test_latency_divides_by_zero_for_small_sums():
    assert probabilities("hls4ml_latency", [-3, -3]) == pytest.approx([6.37, 6.37], abs=5e-3)


def test_legacy_wraps_exponentials_of_128_and_more():
    """exp(4.875) = 130.96 is -125 in ap_fixed<18,8>, whose reciprocal is the table's first entry, 0."""
    assert probabilities("hls4ml_legacy", [4.875, 0.0])[1] == 0
    assert probabilities("hls4ml_legacy", [4.75, 0.0])[1] == 1 / 63.9375 // 2**-10 * 2**-10


def test_legacy_gives_sixteen_where_a_sum_wraps_to_a_sixteenth():
    """Among pairs of logits above a third one some make its sum 1 + exp(a) + exp(b) wrap to just above 1/16."""
    above = np.arange(320, 500) / 64
    rows = np.stack([np.repeat(above, above.size), np.tile(above, above.size), np.zeros(above.size**2)], axis=1)
    assert approx.build("hls4ml_legacy")(rows)[:, 2].max() == 16


def test_argmax_takes_the_first_maximum():
    assert probabilities("hls4ml_argmax", [1, 3, 2, 3]).tolist() == [0, 1, 0, 0]
    masked = np.array([False, True, False, False])
    assert approx.build("hls4ml_argmax")(np.array([1.0, 3, 2, 3]), masked=masked).tolist() == [0, 0, 0, 1]
    assert approx.build("hls4ml_argmax", output="ap_ufixed<8,0>")(np.array([1.0, 3.0])).tolist() == [0, 0]
    assert approx.build("hls4ml_argmax", output="ap_fixed<8,1>")(np.array([1.0, 3.0])).tolist() == [0, -1]


def test_an_output_without_room_for_one_wraps():
    assert probabilities("hls4ml_stable", [0.0], output="ap_ufixed<16,0>").tolist() == [0]
    assert probabilities("hls4ml_stable", [0.0], output="ap_ufixed<16,0,AP_TRN,AP_SAT>").tolist() == [1 - 2**-16]


def test_the_extremes_trait_follows_the_types():
    assert approx.build("hls4ml_stable").traits.extremes_ordered
    assert not approx.build(
        "hls4ml_stable", inp_norm_t="ap_ufixed<6,2,AP_RND>", exp_table_size=16
    ).traits.extremes_ordered
    assert not approx.build("hls4ml_stable", output="ap_fixed<16,1>").traits.extremes_ordered


def test_a_masked_element_is_as_if_it_were_not_there():
    codes = np.random.default_rng(0).integers(-8000, 8000, (40, 30))
    masked = np.random.default_rng(1).random(codes.shape) < 0.5
    masked[:, 0] = False
    for name in ("hls4ml_stable", "hls4ml_latency", "hls4ml_legacy", "hls4ml_argmax"):
        design = approx.build(name)
        outputs = design.codes(codes, masked=masked)
        for row in range(40):
            kept = ~masked[row]
            np.testing.assert_array_equal(outputs[row, kept], design.codes(codes[row, kept]))


@pytest.mark.parametrize(
    ("name", "parameters", "sentence"),
    [
        ("hls4ml_stable", {"exp_table_size": 1000}, "power of two"),
        ("hls4ml_stable", {"input": "s8.4", "exp_table_size": 256}, "top bits of ap_ufixed<7,3>"),
        ("hls4ml_stable", {"accum_t": "ap_fixed<18,8,AP_RND,AP_SAT_ZERO>"}, "depends on its order"),
        ("hls4ml_stable", {"accum_t": "ap_fixed<44,20>"}, "sums of 2 to 40 bits"),
        ("hls4ml_stable", {"exp_table_t": "ap_fixed<9,1>"}, "order of its saturations"),
        ("hls4ml_legacy", {"exp_table_size": 48}, "exp_table_size = 48 is not a power of two"),
        ("hls4ml_legacy", {"input": "s18.10"}, "up to 16-bit codes"),
        ("hls4ml_legacy", {"table_t": "ap_fixed<18,8,AP_RND,AP_SAT_ZERO>"}, "depends on its order"),
        ("hls4ml_legacy", {"table_t": "ap_fixed<34,8>"}, "up to 31 bits"),
    ],
)
def test_what_makes_no_hardware_or_is_not_modelled_is_refused(name, parameters, sentence):
    with pytest.raises(ValueError, match=sentence):
        approx.build(name, **parameters)
