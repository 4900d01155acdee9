"""Files of papers: every mistake is a sentence at its place, and what is right is built."""

import textwrap

import pytest

from experiments import config_error
from experiments.papers import reading

HEAD = "title: T\nsource: softermax\nnumbers:\n"
NUMBER = "what: w\nexpected: 0.5\nwhere: here\nprinted_by: paper\n"
BITS = "bits: {design: softermax}\n"
ROWS, ERROR = NUMBER + "rows: ", NUMBER + "error: "


def written(tmp_path, text):
    path = tmp_path / "paper.yaml"
    path.write_text(text)
    return path


def load(tmp_path, *numbers, head=HEAD):
    entries = "".join(textwrap.indent(number, "    ").replace("    ", "  - ", 1) for number in numbers)
    return reading.load(written(tmp_path, head + entries))


def refusal(tmp_path, *numbers, head=HEAD):
    with pytest.raises(config_error.ConfigError) as refused:
        load(tmp_path, *numbers, head=head)
    return str(refused.value).replace(str(tmp_path) + "/", "").splitlines()


def test_a_paper_has_the_source_of_its_design(tmp_path):
    paper = load(tmp_path, NUMBER + BITS)
    assert (paper.name, paper.title, paper.seed) == ("paper", "T", 0)
    assert "arXiv:2103.09301" in paper.source
    assert paper.numbers[0].expected.tolerance == pytest.approx(0.05)


def test_a_paper_may_have_a_source_of_its_own(tmp_path):
    head = "title: T\nsource: {title: On, authors: A. B, venue: V, year: 2000}\nnumbers:\n"
    assert load(tmp_path, NUMBER + BITS, head=head).source == "A. B: On. V 2000"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "paper.yaml:1:1: this is empty, but a paper is a mapping with title, source and numbers."),
        ("[1]", "paper.yaml:1:1: this is [1], but a paper is a mapping with title, source and numbers."),
        (HEAD, "paper.yaml:3:1: numbers of a paper is null, but should be a list."),
        ("title: T\nsource: softermax\nnumbers: []\n", "paper.yaml:3:10: numbers of a paper is [], but should be a "
         "list of at least 1."),
        ("title: T\nnumbers: [5]\n", "paper.yaml:2:11: a number is 5, but should be a mapping with what, expected"),
        ("titel: T\n", "paper.yaml:1:1: there is no a paper key 'titel'"),
    ],
)  # fmt: skip
def test_what_is_no_paper_is_refused(tmp_path, text, sentence):
    with pytest.raises(config_error.ConfigError) as refused:
        reading.load(written(tmp_path, text))
    assert any(line.startswith(sentence) for line in str(refused.value).replace(f"{tmp_path}/", "").splitlines())


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("sofetrmax", "paper.yaml:2:9: there is no design or unit 'sofetrmax'; did you mean softermax"),
        ("{title: T}", "paper.yaml:2:9: source needs the key 'authors'."),
        ("{title: T, authors: A, venue: V, year: 20}", "paper.yaml:2:48: year of source is 20, but should be"),
    ],
)
def test_a_wrong_source_is_refused(tmp_path, source, sentence):
    found = refusal(tmp_path, NUMBER + BITS, head=f"title: T\nsource: {source}\nnumbers:\n")
    assert any(line.startswith(sentence) for line in found)


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (NUMBER, "4:5: a number: a number needs one of rows, error, codes, cost, bits, rmse, encoding, product, "),
        (NUMBER + BITS + "codes: {design: softermax, inputs: [0], outputs: [0]}", "a number has one measurement, not"),
        ("what: w\nwhere: h\nprinted_by: paper\n" + BITS, "a number needs the key 'expected'"),
        (NUMBER.replace("where: here\n", "") + BITS, "4:5: a number needs the key 'where'."),
        (NUMBER.replace("0.5", "[0.5, 0.4]") + BITS, "the lower end comes first"),
        (NUMBER.replace("0.5", "[0.5]") + BITS, "5:15: expected"),
        (NUMBER.replace("0.5", "half") + BITS, "5:15: expected"),
        (NUMBER.replace("0.5", ".nan") + BITS, "5:15: "),
        (NUMBER.replace("paper", "me") + BITS, "7:17: printed_by of a number is 'me', but should be 'paper', 'third"),
        (NUMBER + "within: 0.1\n" + BITS, "within and within_because, go together"),
        (NUMBER + "within: -1\nwithin_because: b\n" + BITS, "8:13: within of a number is -1, but should be greater"),
        (NUMBER + "within: 1\nwithin_because: b\ndigits: 2\n" + BITS, "give one of them"),
        (NUMBER + "off_because: b\nnot_comparable: c\n" + BITS, "off_because explains a number that is measured"),
        (NUMBER + "off_because: b\n", "needs one of rows"),
        (NUMBER + "tolerance: 1\n" + BITS, "8:5: there is no a number key 'tolerance'"),
        (NUMBER + "bits: softermax\n", "8:11: bits is 'softermax', but should be a mapping with design, part"),
        (NUMBER + "bits: {}\n", "8:11: bits needs the key 'design'."),
        (NUMBER + "bits: {design: softermaks}\n", "8:20: there is no design 'softermaks'; did you mean softermax"),
        (NUMBER + "bits: {design: {design: softermax, lanes: 0}}\n", "8:47: lanes of softermax is 0, but should be"),
        (NUMBER + "bits: {design: {design: softermax, lanes: [1, 2]}}\n", "8:20: softermax stands for 2 designs here"),
        (NUMBER + "bits: {design: {design: softermax, input: s8.50}}\n", "8:20: "),
        (NUMBER + "bits: {design: softermax, part: sum}\n", "8:37: part of bits is 'sum', but should be 'exp'"),
        (ROWS + "{design: softermax, workload: normal, column: row_summ_mean}\n", "8:57: there is no column"),
        (ROWS + "{design: softermax, workload: gaussian, column: row_sum_mean}\n", "8:41: there is no workload"),
        (ROWS + "{design: softermax, workload: {workload: normal, std: 0.0}, column: row_sum_mean}\n", "8:65: std of"),
        (ERROR + "{design: softermax, measure: max_abs, over: [-1, 0]}\n", "part says which unit of a design"),
        (ERROR + "{unit: vexp, part: exp, measure: max_abs, over: [-1, 0]}\n", "part says which unit of a design"),
        (ERROR + "{measure: max_abs, over: [-1, 0]}\n", "give a design with its part, or a unit"),
        (ERROR + "{unit: vexp, measure: largest, over: [-1, 0]}\n", "8:34: measure of error is 'largest', but"),
        (ERROR + "{unit: vexp, measure: max_abs, over: [0, -1]}\n", "the lower end comes first"),
        (ERROR + "{unit: vexp, measure: max_abs, over: [0]}\n", "8:49: over of error is [0], but should be a list"),
        (ERROR + "{unit: vexp, measure: max_abs, over: [-1, 0], one: 5}\n", "one belongs to the exponential"),
        (ERROR + "{unit: softermax, measure: max_abs, over: [-1, 0]}\n", "8:19: there is no unit 'softermax'"),
        (ERROR + "{design: softex, part: exp, measure: max_abs, over: [-1, 0]}\n", "softex is not composed"),
        (NUMBER + "cost: {design: softermax, column: area_um2, row_length: 64}\n", "area_um2 depends on the library"),
        (NUMBER + "cost: {design: softermax, column: area_ge, row_length: 64, technology: tsmc7}\n", "8:76: "),
        (NUMBER + "codes: {design: softermax, inputs: [0], outputs: [0]}\n", "leave expected out"),
    ],
)  # fmt: skip
def test_a_wrong_number_is_refused_at_its_place(tmp_path, number, sentence):
    found = refusal(tmp_path, number)
    assert any(sentence in line for line in found), found
    assert all(line.startswith("paper.yaml:") for line in found)


CODES = "what: w\nwhere: here\nprinted_by: paper\n"


@pytest.mark.parametrize(
    ("codes", "sentence"),
    [
        ("{inputs: [0], outputs: [0]}", "give a design, or a unit of the catalog"),
        ("{design: itamax, inputs: [0, 1], outputs: [0]}", "there are 2 inputs and 1 outputs"),
        ("{design: itamax, inputs: [], outputs: []}", "there are 0 inputs and 0 outputs"),
        ("{design: itamax, inputs: {code: 1}, outputs: [0]}", "write [1, 2, 3], or {code: 1, times: 255}"),
        ("{design: itamax, inputs: {code: 1, times: 0}, outputs: [0]}", "write [1, 2, 3], or {code: 1, times: 255}"),
    ],
)
def test_wrong_codes_are_refused(tmp_path, codes, sentence):
    found = refusal(tmp_path, CODES + f"codes: {codes}\n")
    assert any(sentence in line for line in found), found


def test_every_mistake_is_named_at_once(tmp_path):
    found = refusal(tmp_path, NUMBER, NUMBER + "bits: {design: softermaks}\n", NUMBER + "colour: red\n" + BITS)
    assert len(found) == 3
