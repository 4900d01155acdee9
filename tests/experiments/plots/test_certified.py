import json

from experiments.plots import certified, csv_file
from experiments.plots.requests import Certified

HEAD = ("design,label,family,parameters,workload,workload_parameters,lanes,row_length,technology,replica,longest_row,"
        "own_base_max_abs_error_max,certified_max_abs_error,witness_max_abs_error\n")  # fmt: skip


def line(design, length, measured, bound, witness):
    settings = json.dumps({"row_length": length}).replace('"', '""')
    return f'{design},,table,{{}},attention,"{settings}",8,{length},nangate45,0,{length},{measured},{bound},{witness}\n'


def test_three_lines_a_design_with_the_numbers_of_the_file(tmp_path):
    path = tmp_path / "results.csv"
    path.write_text(HEAD + "".join(line("lut", n, n * 1e-4, n * 3e-4, n * 2e-4) for n in (16, 64))
                    + line("float", 16, 1e-4, "", ""))  # fmt: skip
    (picture,) = certified.pictures(csv_file.read(path), Certified())
    axes = picture.figure.axes[0]
    lines = [each for each in axes.lines if each.get_gid() == "line"]
    assert len(lines) == 3
    assert len({each.get_linestyle() + str(each._dash_pattern) for each in lines}) == 3
    texts = [text.get_text() for text in picture.figure.texts]
    assert [each for each in texts if each.startswith("lut: ")] == ["lut: certified", "lut: witness", "lut: measured"]
    assert any(each == "No certificate: float; results.csv says why." for each in texts)
    heights = [each.get_ydata()[-1] for each in lines]
    assert heights == sorted(heights, reverse=True)
