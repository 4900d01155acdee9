"""Which code made a number: a hash of our packages' content, the versions below them, and the git revision."""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import platform
import subprocess
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

DISTRIBUTION = "hwsoftmax"
PACKAGES = ("approx", "hw_models", "experiments")

# Of `experiments`, what only asks, shows or writes numbers and cannot change one: redrawing a plot in another colour
# must not throw a long run away. Everything that is not named here counts. A test checks that an evaluation imports
# none of them.
PRESENTATION = (
    "arguments", "bench", "cli", "columns", "commands", "conformance", "contracts", "design_rules", "design_table",
    "implementation", "levels", "one_file", "plots", "progress", "recording", "results", "settings", "shipped",
    "solve_page", "stimuli",
    "vector_arrays", "vector_writing", "vectors",
)  # fmt: skip

# Of the packages below us, those whose version can change a digit: NumPy (elementary functions, random generators,
# sums) and Numba (compiled kernels). SciPy, pydantic and the others compute nothing that reaches a table.
COMPUTING = ("numpy", "numba")

_SUFFIXES = frozenset({".py", ".toml", ".npz", ".npy", ".csv", ".json"})


@functools.cache
def content_hash() -> str:
    """SHA-256, in hexadecimal, of every file of our packages that can change a result: names and contents."""
    digest = hashlib.sha256()
    for name, file in _files():
        content = file.read_bytes()
        digest.update(f"{name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def _files() -> Iterator[tuple[str, Path]]:
    """Name (relative to the packages, the same on every system) and place of the files that count, sorted by name."""
    for package in PACKAGES:
        folder = package_folder(package)
        named = {file.relative_to(folder).as_posix(): file for file in folder.rglob("*") if file.suffix in _SUFFIXES}
        for name in sorted(named):
            if not (package == "experiments" and name.partition("/")[0].removesuffix(".py") in PRESENTATION):
                yield f"{package}/{name}", named[name]


def package_folder(package: str) -> Path:
    """Where one of our packages lies. Raises ModuleNotFoundError if it is not installed."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"there is no package {package!r}")
    return Path(spec.submodule_search_locations[0])


def versions(*names: str) -> dict[str, str]:
    """Installed versions by distribution name; "not installed" for what is imported from a folder."""
    return {name: _version(name) for name in names}


@functools.cache
def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"


def machine() -> dict[str, str]:
    """Where the numbers were made: operating system, processor, Python."""
    return {"system": platform.platform(), "processor": _processor(), "python": platform.python_version()}


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.machine()


def git_revision() -> str | None:
    """The commit of the clone that our packages are imported from, with "-dirty" after an edit; None if installed.

    None as well where the packages merely lie somewhere below another project's clone, or git is missing.
    """
    folder = package_folder("approx")
    if _git(folder, "ls-files", "--error-unmatch", "__init__.py") is None:
        return None
    return _git(folder, "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*")


def _git(folder: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(["git", "-C", folder, *arguments], capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
