"""The designs that the contract tests run over: every entry of the catalog, with its defaults and with variants."""

import pytest

import approx

VARIANTS = {
    "exact_fixed": [{"base": "2"}, {"input": "s12.6", "output": "u16.16"}, {"input": "u8.4"}, {"input": "s20.10"}],
    "lut_reciprocal": [
        {"exp_depth": 16, "exp_sample": "middle"},
        {"input": "s16.10", "exp_depth": 4096, "output": "u16.16"},
        {"input": "u6.2", "exp_depth": 64, "exp_width": 9, "reciprocal_depth": 4, "reciprocal_width": 5},
        {"max_row_length": 4},
        {"exp_range": 8.0, "exp_depth": 32, "exp_sample": "middle"},
        {"input": "s24.16", "exp_depth": 4096},
    ],
    "softermax": [
        {"lanes": 8},
        {"lanes": 1},
        {"maximum": "floor", "lanes": 5},
        {"input": "s10.4", "fold_log2e": True},
        {"reciprocal_chords": 1},
    ],
    "geng2018": [{"slope": "one_shift"}, {"slope": "two_shifts", "pieces": 4}, {"shift_rounding": "floor"}],
    "yuan2016": [{"input": "s8.4", "exp_pieces": 16}],
    "wang2018": [{"constants": "exact"}],
    "ibert": [{"scale": 0.05, "input_width": 8}, {"output_bit": 16}, {"input_width": 24, "scale": 1e-3}],
    "ivit_shiftmax": [{"scale": 0.1}, {"scale": 0.05, "output_bit": 16}],
    "ivit_integer": [{"scale": 0.06}, {"scale": 0.005}],
    "itamax": [{"fold_log2e": False}, {"lanes": 3}],
    "rexp": [{"index": "floor", "alpha_entries": 8}, {"width": 12, "input": "s8.3"}],
    "lut2d": [{"columns": 4}],
    "base2_shift": [{"shift_rounding": "nearest", "fold_log2e": True}],
    "tflite_int8": [{"scale": 0.1}, {"scale": 3.7, "beta": 0.5}, {"scale": 0.001}],
}

ALL = [(name, variant) for name in approx.names() for variant in ({}, *VARIANTS.get(name, []))]


def identifier(case):
    name, parameters = case
    return name + "".join(f"-{key}={value}" for key, value in parameters.items())


@pytest.fixture(params=ALL, ids=identifier)
def design(request):
    name, parameters = request.param
    return approx.build(name, **parameters)
