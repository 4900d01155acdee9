"""Rules of the repository: what is installed, what is generated, what is shipped."""

import tomllib
from pathlib import Path

import numpy as np
import pytest

import approx
from experiments import config, design_table, shipped

ROOT = Path(__file__).parents[1]


def test_every_package_of_the_rooms_is_installed():
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    installed = Path(approx.__file__).parents[1]
    found = {
        ".".join(path.parent.relative_to(installed).parts)
        for room in ("approx", "hw_models", "experiments")
        for path in (installed / room).rglob("__init__.py")
    }
    assert set(listed) == found | {"experiments.configs", "experiments.configs.papers", "experiments.configs.solve"}


def test_generated_tables_are_up_to_date():
    readme = (ROOT / "README.md").read_text()
    assert design_table.updated(readme) == readme, "run python -m experiments.design_table"
    assert (ROOT / "docs" / "designs.md").read_text() == design_table.designs_page()


def test_the_table_of_implementations_is_up_to_date():
    page = (ROOT / "docs" / "conformance.md").read_text()
    assert design_table.with_vectors(page) == page, "run python -m experiments.design_table"


def test_the_table_of_papers_is_up_to_date():
    page = (ROOT / "docs" / "reproduce.md").read_text()
    assert design_table.with_papers(page) == page, "run python -m experiments.design_table"


def test_a_document_without_marks_is_refused():
    with pytest.raises(ValueError, match="has no line"):
        design_table.updated("# nothing")


@pytest.mark.parametrize(
    "name", ["catalogue", "certified", "lut_depth", "pareto", "quickstart", "row_length", "stochastic"]
)
def test_shipped_configurations_are_right_and_found_by_name(name):
    assert name in shipped.shipped_configurations()
    experiment = config.load(shipped.configuration(name))
    assert experiment.name == name
    assert experiment.points()


def test_catalogue_runs_every_design():
    points = config.load(shipped.configuration("catalogue")).points()
    assert {point.design for point in points} == set(approx.names())


def test_quickstart_runs_designs_of_every_kind():
    points = config.load(shipped.configuration("quickstart")).points()
    assert len({point.design for point in points} & set(approx.names())) >= 15


def test_the_configuration_in_the_documentation_is_right(tmp_path):
    text = (ROOT / "docs" / "experiments.md").read_text().partition("```yaml\n")[2].partition("```")[0]
    path = tmp_path / "example.yaml"
    path.write_text(text)
    assert config.load(path).points()


def test_the_python_example_of_the_readme_runs():
    code = (ROOT / "README.md").read_text().partition("```python\n")[2].partition("```")[0]
    names = {"logits": np.random.default_rng(0).normal(0, 2, (3, 50))}
    exec(code, names)  # noqa: S102  our own text
    assert names["error"] < 0.1
    assert names["codes"].shape == (3, 50)
