import hashlib
import json
import re
from importlib import resources

import numpy as np
import pytest

import approx
from hw_models import rtl, unit_benches
from hw_models.memory import memory
from hw_models.rom_files import Rom
from hw_models.rtl_modules import NoCircuitError
from hw_models.rtl_vectors import vectors, words
from hw_models.schedule import cycles_per_row, latency_cycles
from hw_models.technology import technology

FOLDER = resources.files("hw_models") / "rtl"
MODULES = sorted(each.name.removesuffix(".sv") for each in FOLDER.iterdir() if each.name.endswith(".sv"))
BUILT = {
    "softermax": {"lanes": 4},
    "itamax": {"lanes": 4},
    "itamax_paper": {"lanes": 4},
    "lut_reciprocal": {},
    "base2_shift": {},
    "geng2018": {},
    "rexp": {},
    "lut2d": {},
    "division_softmax": {},
    "yuan2016": {},
    "wang2018": {},
    "sole_e2softmax": {"lanes": 4},
    "ibert": {},
    "polynomial_softmax": {},
    "online_normalizer": {"lanes": 4},
    "ideal_encoder": {"length": 16},
    "maclaurin_count": {"length": 16, "sources": "lfsr", "power": 2},
    "bernstein_count": {"length": 16, "sources": "lfsr", "power": 1},
    "hu2018_integral": {"length": 16, "sources": "lfsr"},
    "fsm_sexp_cordiv": {"length": 16, "sources": "lfsr", "divider_sources": "sobol", "synchroniser": 2},
    "jk_pairwise": {"length": 16, "sources": "lfsr", "width": 8},
    "gaines_divide": {"length": 16, "sources": "lfsr", "scale": "leading_one", "width": 8},
    "hls4ml_stable": {},
    "hls4ml_latency": {},
    "consmax": {},
    "pwl_softmax": {},
    "bipartite_softmax": {},
    "cordic_softmax": {},
    "zhang2022": {},
    "kim2024": {},
    "du2019": {},
    "wei2020": {},
    "li2018": {},
    "log_softmax_hw": {},
    "newton_softmax": {},
    "goldschmidt_softmax": {},
    "mitchell_softmax": {},
    "axsf2023": {},
    "exact_fixed": {},
    "hccs": {},
    "ivit_integer": {},
    "softermax_mase": {"lanes": 4},
    "kouretas2020": {},
    "relu_softmax": {},
    "taylor_softmax": {},
    "squareplus_softmax": {},
}
FILES = ("softermax", "itamax", "lut_reciprocal", "geng2018", "rexp", "lut2d", "yuan2016", "hls4ml_stable", "consmax",
         "kouretas2020")  # fmt: skip
ROWS = [np.array([3, -128, 127]), np.array([5]), np.arange(-4, 5)]


def built(name: str) -> rtl.Circuit:
    return rtl.circuit(approx.build(name, **BUILT[name]), 16, 4)


@pytest.mark.parametrize("module", MODULES)
def test_a_file_of_the_library_holds_the_module_of_its_name_and_says_what_it_is(module: str) -> None:
    text = (FOLDER / f"{module}.sv").read_text(encoding="utf-8")
    assert text.startswith("// ")
    assert re.findall(r"^module (\w+)", text, re.MULTILINE) == [module]


@pytest.mark.parametrize("module", MODULES)
def test_no_sign_stands_before_a_cast_which_yosys_reads_as_part_of_the_width(module: str) -> None:
    text = re.sub(r"//.*", "", (FOLDER / f"{module}.sv").read_text(encoding="utf-8"))
    assert re.findall(r"[=(,&|^?:{]\s*[-~!]\s*(?:\w+|\([^()]*\))'\(", text) == []


@pytest.mark.parametrize("name", BUILT)
def test_every_instance_in_a_top_names_parameters_and_ports_that_its_module_has(name: str) -> None:
    found = built(name)
    sources = found.sources()
    top = sources[f"{name}.sv"]
    instances = re.findall(r"(\w+) #\(\n(.*?)\n\s*\) \w+ \(\n(.*?)\n\s*\);", top, re.DOTALL)
    assert len(instances) >= (2 if name == "consmax" else 6)
    for module, parameters, ports in instances:
        text = sources[f"{module}.sv"]
        head = text[text.index("module ") : text.index(");")]
        for parameter in re.findall(r"\.(\w+)\(", parameters):
            assert re.search(rf"parameter\b[^,\n]*\b{parameter}\b", head), (module, parameter)
        ports_of_module = set(re.findall(r"(?:input|output)\s+logic\s+(?:\[[^\]]*\]\s+)?(\w+)", head))
        assert set(re.findall(r"\.(\w+)\(", ports)) == ports_of_module, module


@pytest.mark.parametrize("name", FILES)
def test_the_files_are_complete_and_the_same_twice(name: str) -> None:
    texts = rtl.files(built(name), ROWS)
    assert texts == rtl.files(built(name), ROWS)
    manifest = json.loads(texts[rtl.MANIFEST])
    assert manifest["hash"] == built(name).hash
    assert set(manifest["sha256"]) == set(texts) - {rtl.MANIFEST}
    for file, digest in manifest["sha256"].items():
        assert hashlib.sha256(texts[file].encode()).hexdigest() == digest
    used = set(re.findall(r'"(\w+)\.mem"', texts[f"{name}.sv"]))
    assert used == {table["name"] for table in manifest["tables"]}
    assert all(f"{table}.{suffix}" in texts for table in used for suffix in ("mem", "coe", "mif"))


def test_another_parameter_or_number_of_lanes_is_another_hash() -> None:
    hashes = {
        rtl.circuit(approx.build("lut_reciprocal", exp_depth=depth), length, lanes).hash
        for depth in (128, 256) for length in (16, 32) for lanes in (4, 8)
    }  # fmt: skip
    assert len(hashes) == 8


def test_tables_are_those_of_the_model() -> None:
    texts = rtl.files(built("lut_reciprocal"), ROWS)
    design = built("lut_reciprocal").design
    assert [int(line, 16) for line in texts["exp_table.mem"].split()] == design.exp.entries.tolist()


def test_formats_of_a_table() -> None:
    files = Rom("t", 6, (0, 63, 10)).files
    assert files["t.mem"] == "00\n3f\n0a\n0a\n"
    assert files["t.coe"] == "memory_initialization_radix=16;\nmemory_initialization_vector=\n00,\n3f,\n0a,\n0a;\n"
    assert "DEPTH = 4;\nWIDTH = 6;" in files["t.mif"]
    assert "    1 : 3f;\n" in files["t.mif"]


def test_a_word_beyond_its_width_is_refused() -> None:
    with pytest.raises(ValueError, match="64 is no word of 6 bits"):
        Rom("t", 6, (64,))


@pytest.mark.parametrize("width", [1, 3, 8, 13])
@pytest.mark.parametrize("lanes", [1, 2, 5])
def test_words_hold_the_first_lane_in_the_lowest_bits(width: int, lanes: int) -> None:
    codes = np.random.default_rng(0).integers(-(1 << width), 1 << width, (20, lanes))
    expected = [sum((int(c) & ((1 << width) - 1)) << (width * lane) for lane, c in enumerate(row)) for row in codes]
    assert [int(line, 16) for line in words(codes, width).split()] == expected


def test_vectors_are_rows_in_groups_with_the_outputs_and_cycles_of_the_model() -> None:
    found = built("softermax")
    played = vectors(found.design, ROWS, 4)
    assert (played.rows, played.groups, played.elements) == (3, 5, 13)
    rows = [int(word, 16) for word in played.files["rows.mem"].split()]
    bills = [found.design.bill(n, 4) for n in (3, 1, 9)]
    assert [row & 0xFFFFFFFF for row in rows] == [3, 1, 9]
    assert [row >> 32 & 0xFFFFFFFF for row in rows] == [cycles_per_row(bill) for bill in bills]
    assert [row >> 64 for row in rows] == [latency_cycles(bill) for bill in bills]
    assert played.longest == latency_cycles(bills[2])
    outputs = [int(word, 16) for word in played.files["outputs.mem"].split()]
    last = found.design.codes(ROWS[2])
    assert outputs[4] == int(last[8])


def test_the_buffer_is_what_is_named_or_what_the_cost_model_chooses() -> None:
    design = approx.build("lut_reciprocal")
    for length in (64, 4096):
        priced = memory(design.bill(length, 8).storage[0], technology("nangate45"), "area").kind
        assert rtl.circuit(design, length, 8, "cheapest").buffers[0].kind == priced
    for kind in ("registers", "sram"):
        found = rtl.circuit(design, 64, 8, kind)
        assert f"row_{kind}" in found.module_names
        assert found.configuration["buffers"] == [kind]


def test_a_buffer_holds_the_bits_of_the_bill() -> None:
    found = rtl.circuit(approx.build("lut_reciprocal"), 64, 8, "sram")
    assert sum(buffer.words * buffer.width for buffer in found.buffers) == found.design.bill(64, 8).storage_bits


def test_units_are_compared_on_all_codes_up_to_17_bits() -> None:
    by_name = {bench.unit: bench for bench in unit_benches.benches(built("softermax"))}
    exponential = by_name["exp2_chords"]
    assert exponential.exhaustive
    assert exponential.data["operands.mem"].count("\n") == 259
    assert by_name["reciprocal_chords"].exhaustive


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("sparsemax", "no composition"),
        ("tflite_int8", "exempt, a software kernel"),
        ("hyft", "exempt, floating point"),
        ("ivit_shiftmax", "exempt, floating point"),
        ("huffman_softmax", "exempt, hierarchical"),
        ("sigsoftmax", "none is written for an exp unit that reads more than the difference"),
        ("efsha2021", "units that serve one element for several cycles"),
    ],
)
def test_a_design_without_a_circuit_is_refused_with_the_unit_that_has_none(name: str, says: str) -> None:
    with pytest.raises(NoCircuitError, match=f"{name} has no circuit: .*{says}.*\\.$"):
        rtl.circuit(approx.build(name), 16, approx.build(name).own_lanes or 4)


def test_a_row_that_sums_to_more_than_the_normaliser_takes_is_refused() -> None:
    design = approx.build("softermax_mase", lanes=4, row_length=16)
    assert rtl.circuit(design, 16, 4).modules.row.most == 16 << 16
    with pytest.raises(NoCircuitError, match=r"a row of 40 elements may sum to .*: give shorter rows\.$"):
        rtl.circuit(design, 40, 4)


def test_a_design_without_a_sum_has_no_module_for_it() -> None:
    found = built("kouretas2020")
    assert found.modules.row is None
    assert "accumulator" not in found.sources()["kouretas2020.sv"]
    units = {bench.unit: bench.exhaustive for bench in unit_benches.benches(found)}
    assert units == {"exp_table": True, "clip_output": True}


def test_a_lane_of_consmax_is_compared_on_every_code() -> None:
    bench = unit_benches.of_lane(built("consmax"))
    assert bench.exhaustive
    assert bench.data["operands.mem"].split() == [f"{code:02x}" for code in range(256)]


def test_lanes_that_the_numbers_do_not_have_are_refused() -> None:
    with pytest.raises(ValueError, match="was built with 4 lanes"):
        rtl.circuit(approx.build("softermax", lanes=4), 16, 8)
