import subprocess
import sys
from pathlib import Path

import pytest

from experiments import revision


@pytest.fixture
def packages(tmp_path, monkeypatch):
    """Copies of nothing: three packages with a file each, hashed instead of ours."""
    for package in revision.PACKAGES:
        folder = tmp_path / package
        folder.mkdir()
        (folder / "__init__.py").write_text("")
        (folder / "a.py").write_text(f"# {package}")
    monkeypatch.setattr(revision, "package_folder", lambda package: tmp_path / package)
    return tmp_path


@pytest.fixture
def hashed(packages):
    before = revision.content_hash.__wrapped__()
    return lambda: revision.content_hash.__wrapped__() != before


def test_an_edit_changes_the_hash(packages, hashed):
    (packages / "approx/a.py").write_text("# changed")
    assert hashed()


def test_a_new_file_changes_the_hash(packages, hashed):
    (packages / "hw_models/b.toml").write_text("")
    assert hashed()


def test_a_new_name_changes_the_hash(packages, hashed):
    (packages / "approx/a.py").rename(packages / "approx/b.py")
    assert hashed()


def test_text_moved_from_one_file_to_the_next_changes_the_hash(packages, hashed):
    (packages / "approx/__init__.py").write_text("# approx")
    (packages / "approx/a.py").write_text("")
    assert hashed()


@pytest.mark.parametrize("name", ["plots/pareto.py", "cli.py", "progress.py", "notes.txt", "__pycache__/a.pyc"])
def test_what_only_shows_results_does_not_change_the_hash(packages, hashed, name):
    file = packages / "experiments" / name
    file.parent.mkdir(exist_ok=True)
    file.write_text("# new")
    assert not hashed()


def test_an_evaluation_imports_nothing_that_is_left_out_of_the_hash():
    code = "import sys, experiments.evaluate; print(*(name for name in sys.modules if name.startswith('experiments.')))"
    environment = {"PYTHONPATH": ":".join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    imported = {name.split(".")[1] for name in done.stdout.split()}
    assert "metrics" in imported
    assert imported & set(revision.PRESENTATION) == set()


def test_every_file_that_is_left_out_exists():
    folder = revision.package_folder("experiments")
    here = {file.stem for file in folder.iterdir()}
    missing = set(revision.PRESENTATION) - here
    assert missing == set()


def test_versions_of_what_is_not_installed_are_said_to_be_so():
    assert revision.versions("numpy", "no-such-distribution")["no-such-distribution"] == "not installed"


def test_the_revision_is_that_of_our_own_clone_only(tmp_path, monkeypatch):
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / "approx").mkdir()
    (tmp_path / "approx/__init__.py").write_text("")
    monkeypatch.setattr(revision, "package_folder", lambda _: tmp_path / "approx")
    assert revision.git_revision() is None

    git = ["git", "-C", tmp_path, "-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "-q", "-m", "a"], check=True)
    head = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()
    assert revision.git_revision() == head
    Path(tmp_path / "approx/__init__.py").write_text("# edited")
    assert revision.git_revision() == f"{head}-dirty"


def test_without_git_there_is_no_revision(monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert revision.git_revision() is None
