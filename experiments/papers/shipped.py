"""The papers that are installed with the package, and how the command line names one."""

from __future__ import annotations

from pathlib import Path

from approx.sentences import no_such
from experiments import shipped
from experiments.run_error import RunError


class NoPaperError(RunError):
    """A name that no file of a paper has."""

    exit_code = 2


def names() -> list[str]:
    """The shipped papers."""
    return sorted(path.stem for path in folder().glob("*.yaml"))


def paper(name: str) -> Path:
    """The file of a paper: the file itself, or a shipped one that is called by its bare name."""
    path = Path(name)
    if not shipped.is_bare_name(name):
        return path
    if name not in names():
        if shipped.exists(path):
            return path
        raise NoPaperError(no_such("paper", name, names()))
    return folder() / f"{name}.yaml"


def folder() -> Path:
    """Where the papers are: inside the installed package, or beside it in a clone."""
    return shipped.folder() / "papers"
