"""The configurations that are installed with the package, and how the command line names one."""

from __future__ import annotations

from pathlib import Path


def configuration(file: str) -> Path:
    """The path of a configuration: the file itself, or a shipped one that is called by its bare name."""
    path = Path(file)
    shipped = folder() / f"{file}.yaml"
    return shipped if is_bare_name(file) and not exists(path) and exists(shipped) else path


def target(file: str) -> Path:
    """The path of a target of `solve`: the file itself, or a shipped one that is called by its bare name."""
    path = Path(file)
    found = folder() / "solve" / f"{file}.yaml"
    return found if is_bare_name(file) and not exists(path) and exists(found) else path


def shipped_targets() -> list[str]:
    """The names of the targets of `solve` that are installed with the package."""
    return sorted(path.stem for path in (folder() / "solve").glob("*.yaml"))


def is_bare_name(file: str) -> bool:
    """Whether this may be the name of a shipped configuration: no folder, no suffix."""
    path = Path(file)
    return path.name == file and not path.suffix


def exists(path: Path) -> bool:
    """Whether there is something of that name; a name that no file can have is none."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def shipped_configurations() -> list[str]:
    """The names of the configurations that are installed with the package."""
    return sorted(path.stem for path in folder().glob("*.yaml"))


def folder() -> Path:
    """Where the configurations are: inside the installed package, or beside it in a clone."""
    installed = Path(__file__).parent / "configs"
    return installed if installed.is_dir() else Path(__file__).parents[1] / "configs"
