"""The catalogue of workloads: every entry loads, is what it says, and depends on its seed and nothing else."""

import json
import subprocess
import sys

import numpy as np
import pydantic
import pytest

from experiments import workloads
from experiments.workloads.draws import Draws
from experiments.workloads.generators import Block, Normal
from experiments.workloads.synthetic import MAX_ELEMENTS, Origin, generate

LOADABLE = [name for name in workloads.names() if name != "file"]
REAL = ["minilm_attention", "digits"]
SYNTHETIC = [name for name in LOADABLE if name not in REAL]
ASSUMED = [
    "attention_causal_sink",
    "attn128_causal_sink",
    "attn1024_causal_sink",
    "attn4096_causal_sink",
    "attn512_softcap50",
    "attn512_qknorm",
    "attn512_blowup",
    "clf100",
    "clf1000",
    "lm32k",
    "lm128k",
    "lm256k_softcap30",
    "moe8",
    "moe128",
    "moe256",
]
NAMED_BY_LENGTH = [name for name in SYNTHETIC if any(letter.isdigit() for letter in name) and name != "offset_1e4"]
MASKED = ["attention_causal_sink", "masked_all", "masked_but_one"]
MASKED += [name for name in SYNTHETIC if name.endswith("_causal_sink") and name not in MASKED]


def small(name, seed=0):
    return workloads.load(name, {"rows": 6}, seed)


def table(workload):
    return workload.values.reshape(workload.rows, -1).astype(np.float64)


# ---- the catalogue


def test_the_catalogue_has_the_names_that_others_use():
    expected = [
        "minilm_attention",
        "digits",
        "file",
        "attention",
        "clf10",
        "clf100",
        "clf1000",
        "lm32k",
        "lm128k",
        "lm256k_softcap30",
        "attn16",
        "attn128",
        "attn512",
        "attn1024",
        "attn4096",
        "attn128_causal_sink",
        "attn1024_causal_sink",
        "attn4096_causal_sink",
        "attn512_softcap50",
        "attn512_qknorm",
        "attn512_blowup",
        "moe8",
        "moe128",
        "moe256",
        "flat512",
        "const512",
        "onehot512",
        "two_peaks512",
        "ramp512",
        "ulp_ties512",
        "boundary512",
        "huge512",
        "denormal512",
        "offset_1e4",
        "masked_all",
        "masked_but_one",
    ]
    assert set(expected) <= set(workloads.names())
    assert len(workloads.names()) == len(workloads.entries())


def test_an_unknown_name_is_refused_with_the_nearest():
    with pytest.raises(ValueError, match="there is no workload 'atn512'; did you mean attn512"):
        workloads.entry("atn512")


def test_importing_the_catalogue_imports_nothing_slow():
    slow = "{'scipy', 'numba', 'matplotlib'}"
    script = f"import sys, experiments.workloads as w; w.names(); print(sorted({slow} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"


@pytest.mark.parametrize("name", workloads.names())
def test_an_entry_says_what_it_is(name):
    entry = workloads.entry(name)
    assert entry.name == name
    assert 5 < len(entry.summary) < 90
    assert json.dumps(entry.parameters_model.model_json_schema())
    for field in entry.parameters_model.model_fields.values():
        assert field.description


# ---- every entry


@pytest.mark.parametrize("name", LOADABLE)
def test_a_workload_is_rows_of_real_numbers_or_masked(name):
    found = workloads.load(name, {}, 1)
    assert found.name == name
    assert found.values.dtype == np.float32
    assert found.offsets.dtype == np.int64
    assert (found.row_lengths >= 1).all()
    assert not np.isnan(found.values).any()
    assert not np.isposinf(found.values).any()
    assert (found.masked is not None) == (name in MASKED)
    assert found.assumed == (name in ASSUMED) == workloads.entry(name).assumed
    assert found.provenance


@pytest.mark.parametrize("name", LOADABLE)
def test_the_default_is_neither_trifling_nor_slow(name):
    found = workloads.load(name, {}, 1)
    assert 7_000 <= found.values.size <= 1_100_000


@pytest.mark.parametrize("name", LOADABLE)
def test_the_number_of_rows_is_that_of_the_parameter(name):
    assert small(name).rows == 6


@pytest.mark.parametrize("name", LOADABLE)
def test_the_same_seed_gives_the_same_bytes(name):
    assert small(name, 3).values.tobytes() == small(name, 3).values.tobytes()
    assert small(name, 3).digest == small(name, 3).digest


@pytest.mark.parametrize("name", [name for name in SYNTHETIC if name != "masked_all"])
def test_another_seed_gives_other_rows(name):
    assert small(name, 3).digest != small(name, 4).digest


@pytest.mark.parametrize("name", REAL)
def test_real_rows_do_not_depend_on_the_seed(name):
    assert small(name, 3).digest == small(name, 4).digest


@pytest.mark.parametrize("name", NAMED_BY_LENGTH)
def test_a_name_that_holds_a_length_has_rows_of_it(name):
    digits = "".join(letter if letter.isdigit() else " " for letter in name).split()[0]
    length = int(digits) * (1000 if f"{digits}k" in name else 1)
    assert set(small(name).row_lengths) == {length}


@pytest.mark.parametrize("name", LOADABLE)
def test_a_wrong_parameter_is_refused_with_a_sentence(name):
    with pytest.raises(ValueError, match=f"^{name} has no parameter 'row'; it has rows"):
        workloads.load(name, {"row": 3}, 0)
    with pytest.raises(ValueError, match=f"^{name}: rows = 0: should be greater than or equal to 1.$"):
        workloads.load(name, {"rows": 0}, 0)
    with pytest.raises(ValueError, match=f"^{name}: rows = '3': should be a valid integer.$"):
        workloads.load(name, {"rows": "3"}, 0)


def test_every_wrong_parameter_is_named():
    with pytest.raises(ValueError, match=r"rows = 0.*row_length = True"):
        workloads.load("attention", {"rows": 0, "row_length": True}, 0)
    with pytest.raises(ValueError, match=r"file needs the parameter 'path'"):
        workloads.load("file", {}, 0)


def test_a_problem_of_pydantic_becomes_a_sentence():
    entry = workloads.entry("minilm_attention")
    with pytest.raises(pydantic.ValidationError) as caught:
        entry.parameters_model.model_validate({"layers": [0, 6]})
    (problem,) = caught.value.errors()
    assert entry.sentence(problem) == "minilm_attention: layers.1 = 6: should be less than 6."


def test_more_than_fits_in_memory_is_not_generated():
    with pytest.raises(ValueError, match=r"attention: 65536 rows of 512 are 33554432 elements; .* 32768 rows"):
        workloads.load("attention", {"rows": 1 << 16, "row_length": 512}, 0)
    with pytest.raises(ValueError, match=r"lm32k: rows = 600: should be less than or equal to 524"):
        workloads.load("lm32k", {"rows": 600}, 0)


def test_parameters_may_be_those_of_a_configuration():
    found = workloads.load("normal", {"rows": 3, "row_length": 10, "std": 1}, 0)
    assert (found.rows, found.values.size) == (3, 30)


# ---- what the names promise


def test_uniform_rows_fill_their_range_and_keep_inside():
    found = workloads.load("uniform", {"rows": 200, "row_length": 500, "low": -10, "high": 5}, 0).values
    assert -10 <= found.min() < -9.99
    assert 4.99 < found.max() <= 5
    assert np.histogram(found, 10, (-10, 5))[0] == pytest.approx(10_000, rel=0.05)
    with pytest.raises(ValueError, match=r"low = 1.0 is not below high = 1.0"):
        workloads.load("uniform", {"low": 1.0}, 0)


def test_rows_of_other_lengths_are_of_the_same_heads():
    spread = [table(workloads.load("attention", {"rows": 64, "row_length": n}, 2)).std(axis=1) for n in (1024, 4096)]
    assert np.abs(np.log(spread[1] / spread[0])).max() < 0.15


def test_attention_is_as_wide_as_the_real_heads():
    real = workloads.load("minilm_attention", {"lengths": "long"}, 0)
    rows = np.split(real.values.astype(np.float64), real.offsets[1:-1])
    made = table(workloads.load("attention", {"rows": 4096, "row_length": 128}, 0)).std(axis=1)
    real_median = float(np.median([row.std() for row in rows]))
    assert np.median(made) == pytest.approx(real_median, rel=0.1)
    assert made.max() > 9  # there are very wide heads


def test_clf10_is_like_the_digits_classifier():
    digits, made = workloads.load("digits", {}, 0), workloads.load("clf10", {}, 0)
    assert table(made).std(axis=1).mean() == pytest.approx(table(digits).std(axis=1).mean(), rel=0.05)


@pytest.mark.parametrize(
    ("name", "accuracy"), [("digits", 0.966), ("clf10", 0.93), ("clf100", 0.91), ("clf1000", 0.91)]
)
def test_labels_are_mostly_the_largest_logit(name, accuracy):
    found = workloads.load(name, {}, 0)
    assert (table(found).argmax(axis=1) == found.labels).mean() == pytest.approx(accuracy, abs=0.04)


def test_only_classifiers_have_labels():
    assert {name for name in LOADABLE if small(name).labels is not None} == {"digits", "clf10", "clf100", "clf1000"}


@pytest.mark.parametrize(
    ("name", "std"),
    [("attn512_qknorm", 1), ("attn512_blowup", 100), ("moe8", 1.5), ("moe128", 1), ("moe256", 1), ("flat512", 0.05)],
)
def test_normal_rows_have_their_deviation(name, std):
    assert table(workloads.load(name, {}, 0)).std() == pytest.approx(std, rel=0.02)


@pytest.mark.parametrize(("name", "cap"), [("attn512_softcap50", 50), ("lm256k_softcap30", 30)])
def test_soft_capped_rows_stay_below_the_cap(name, cap):
    assert np.abs(workloads.load(name, {}, 0).values).max() < cap


def test_causal_rows_are_live_up_to_some_element():
    masked = np.isneginf(table(workloads.load("attn128_causal_sink", {}, 0)))
    assert not masked[:, 0].any()
    assert (np.diff(masked.astype(int), axis=1) >= 0).all()
    assert masked.mean() == pytest.approx(0.5, abs=0.05)


def test_a_sink_raises_the_first_element():
    rows = table(workloads.load("attn128_causal_sink", {}, 0))
    assert rows[:, 0].mean() > 4


def test_a_language_model_has_a_head_of_likely_tokens():
    rows = table(small("lm32k"))
    assert (np.sort(rows, axis=1)[:, -1] > 3).all()
    assert np.median(rows) == pytest.approx(-3, abs=0.05)


def test_const512_is_constant_and_two_peaks512_has_two():
    assert np.ptp(table(small("const512")), axis=1).max() == 0
    peaks = table(small("two_peaks512"))
    assert ((peaks == peaks.max(axis=1, keepdims=True)).sum(axis=1) == 2).all()
    assert ((table(small("onehot512")) == 80).sum(axis=1) == 1).all()


def test_ramp512_is_straight_and_goes_both_ways():
    rows = table(workloads.load("ramp512", {}, 0))
    assert np.abs(np.diff(rows, n=2, axis=1)).max() < 1e-5
    assert set(np.sign(rows[:, -1] - rows[:, 0])) == {-1.0, 1.0}


def test_ulp_ties512_has_two_neighbouring_numbers():
    for row in small("ulp_ties512").values.reshape(6, -1):
        low, high = np.unique(row)
        assert np.nextafter(low, np.float32(np.inf)) == high


def test_boundary512_lies_on_the_ties_of_a_grid_of_one_sixteenth():
    steps = table(small("boundary512")) * 16
    assert (steps % 1 == 0.5).all()


def test_huge512_has_differences_that_overflow_float32():
    rows = table(small("huge512"))
    assert (np.ptp(rows, axis=1) > np.finfo(np.float32).max).all()
    assert (np.abs(rows) < 20).any(axis=1).all()


def test_denormal512_is_subnormal():
    values = np.abs(small("denormal512").values)
    assert values.max() < np.finfo(np.float32).tiny
    assert values.min() > 0


def test_offset_1e4_lies_around_10000():
    assert table(small("offset_1e4")).mean() == pytest.approx(10_000, abs=0.2)


def test_masked_rows_have_none_or_one_element_left():
    assert (np.isfinite(table(small("masked_all"))).sum(axis=1) == 0).all()
    assert (np.isfinite(table(small("masked_but_one"))).sum(axis=1) == 1).all()


# ---- real logits


def test_the_default_real_rows_are_of_all_heads_long_and_short():
    found = workloads.load("minilm_attention", {}, 0)
    assert found.rows == 1440
    assert (found.row_lengths > 100).sum() == 720
    assert (found.row_lengths.min(), found.row_lengths.max()) == (11, 177)


def test_layers_and_lengths_choose_real_rows():
    long = workloads.load("minilm_attention", {"lengths": "long", "rows": 5000}, 0)
    short = workloads.load("minilm_attention", {"lengths": "short", "rows": 5000}, 0)
    assert (long.row_lengths.min(), short.row_lengths.max()) == (117, 17)
    assert (long.rows, short.rows) == (72 * 24, 72 * 25)
    one = workloads.load("minilm_attention", {"layers": [3], "rows": 5000}, 0)
    assert one.rows == 12 * 49


def test_the_shipped_files_say_where_they_come_from():
    minilm, digits = (workloads.load(name, {}, 0).provenance for name in REAL)
    assert "all-MiniLM-L6-v2" in minilm
    assert "Apache-2.0" in minilm
    assert "scikit-learn" in digits
    assert "CC BY 4.0" in digits


# ---- the same everywhere


def test_rows_do_not_depend_on_how_many_follow_within_a_block_of_64():
    few, many = (workloads.load("attn16", {"rows": rows}, 5) for rows in (64, 256))
    np.testing.assert_array_equal(few.values, many.values[: few.values.size])


def test_a_generator_of_the_callers_own_can_be_used():
    entry_rows = workloads.load("normal", {"rows": 4, "row_length": 8, "std": 1.0}, 9)
    rng = np.random.Generator(np.random.PCG64(9))

    class Doubled:
        row_length = 8

        def rows(self, draws: Draws, count: int):
            return Block(2 * draws.elements.normal((count, 8)))

    found = generate("doubled", Doubled(), 4, rng, Origin.ASSUMED)
    np.testing.assert_array_equal(found.values, 2 * entry_rows.values)
    assert found.assumed


def test_generated_rows_stop_at_the_memory_of_a_worker():
    with pytest.raises(ValueError, match="at most 16777216 are generated"):
        generate(
            "x",
            Normal(1024, 1),
            MAX_ELEMENTS // 1024 + 1,
            np.random.default_rng(),
            Origin.ASSUMED,
        )


DIGESTS = {
    "minilm_attention": "5739e06c1432062b",
    "digits": "4a51cbfccf729b18",
    "attention": "bff5d85b4725c0b9",
    "attention_causal_sink": "a0120244f91f0689",
    "normal": "9c0ac2cd363436a9",
    "uniform": "9b3d899e8a367742",
    "attn16": "074cd6cd3f73ee71",
    "attn128": "74a2911d6e6cdeaa",
    "attn512": "bff5d85b4725c0b9",
    "attn1024": "62b44bf79e63069d",
    "attn4096": "41f0b33ba46a6726",
    "attn128_causal_sink": "64d9f6e0b89eaf0e",
    "attn1024_causal_sink": "1f49924d72b49e24",
    "attn4096_causal_sink": "8dd67b0e44392c20",
    "attn512_softcap50": "1eaea8c09247b3c4",
    "attn512_qknorm": "81414a5aff98b626",
    "attn512_blowup": "fe26a013bb9726a8",
    "clf10": "44a6563410e28365",
    "clf100": "87e16e1feb079acd",
    "clf1000": "dec8f942716bbe75",
    "lm32k": "e0403e130d97f9cf",
    "lm128k": "6135d75ae8f5b637",
    "lm256k_softcap30": "6229e95df454ab46",
    "moe8": "7a6fc6c1d2390215",
    "moe128": "6a1a10889bb08908",
    "moe256": "7b95ae3309d7eb50",
    "flat512": "a019463f25be83ae",
    "const512": "4006a706886b6c90",
    "onehot512": "541fbc476ecc3896",
    "two_peaks512": "924489b0220bfba3",
    "ramp512": "1bb66b59e7a5dd44",
    "ulp_ties512": "ca983ade386571ed",
    "boundary512": "2618211ecf2aae0f",
    "huge512": "8c4175564274cd39",
    "denormal512": "e12e321de98e560a",
    "offset_1e4": "b0320a0ff1bc03da",
    "masked_all": "bd855471f76ad49a",
    "masked_but_one": "78f28875d57db991",
}


@pytest.mark.parametrize("name", LOADABLE)
def test_the_content_is_the_same_on_every_platform(name):
    # Recorded on x86-64 with NumPy 2.4: a difference elsewhere is a fault of the generator, not of the platform.
    assert small(name, 2026).digest[:16] == DIGESTS[name]
