"""Designs and units of the user's own: a Python file, or an installed package that offers a module of them.

A file is named by whoever asks for it (the command line's `--designs`, `catalog.add_file`), never by a configuration:
it is run, and can do whatever Python can. What is wrong with it is a sentence that starts with `file:line`.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import importlib.util
import sys
import traceback
import types
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, Protocol

from approx.own_entries import OwnDesignsError, published_in
from approx.published import Entry

GROUP = "hwsoftmax.designs"  # of entry points: each names a module
LARGEST_FILE = 1 << 20  # bytes
PACKAGE = "own_designs_"  # how the names of modules that were made of files begin


class Origin(Protocol):
    """Where entries come from that the package does not bring."""

    @property
    def digest(self) -> str:
        """Of everything that the entries are written in; it changes when a byte of it does."""

    def entries(self) -> tuple[Entry[Any], ...]:
        """What is published there; raises OwnDesignsError."""


@dataclass(frozen=True)
class OwnFile:
    """A Python file as it was read: what is run here, and in worker processes, is this content."""

    path: str
    content: bytes

    @classmethod
    def read(cls, path: Path) -> OwnFile:
        """The file at `path`; raises OwnDesignsError."""
        if "\0" in str(path):
            raise OwnDesignsError(f"{str(path)!r}:1: this cannot be the name of a file.")
        try:
            if path.exists() and not path.is_file():
                raise OwnDesignsError(f"{path}:1: this is no file; give a Python file with designs.")
            with path.open("rb") as file:
                content = file.read(LARGEST_FILE + 1)
        except OSError as problem:
            what = "there is no such file" if isinstance(problem, FileNotFoundError) else problem.strerror
            raise OwnDesignsError(f"{path}:1: {what}; give a Python file with designs.") from None
        if len(content) > LARGEST_FILE:
            raise OwnDesignsError(f"{path}:1: the file is larger than {LARGEST_FILE} bytes; is it a Python file?")
        return cls(str(path), content)

    @property
    def digest(self) -> str:
        """SHA-256 of the content, in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def module_name(self) -> str:
        """The name of the module that the file becomes; files of one name in two folders are two modules."""
        place = hashlib.sha256(self.path.encode(errors="surrogateescape")).hexdigest()[:8]
        return f"{PACKAGE}{place}_{Path(self.path).stem}"

    def entries(self) -> tuple[Entry[Any], ...]:
        """Run the file; returns what is published in it."""
        return _run_once(self)


@functools.lru_cache(maxsize=16)
def _run_once(file: OwnFile) -> tuple[Entry[Any], ...]:
    module = types.ModuleType(file.module_name)
    module.__file__ = file.path
    sys.modules[module.__name__] = module  # where dataclasses and type hints look names up
    with _sentences(file.path, "A file of designs stands alone: what it imports must be installed."):
        code = compile(file.content, file.path, "exec", dont_inherit=True)
        exec(code, module.__dict__)  # noqa: S102  the user asked for it
    return published_in(module, file.path)


@dataclass(frozen=True)
class InstalledModule:
    """A module that an installed distribution names under the entry point group `hwsoftmax.designs`."""

    name: str

    @property
    def digest(self) -> str:
        """SHA-256 of the module's file, or of all Python files of the package."""
        file = self._file()
        files = sorted(file.parent.rglob("*.py")) if file.name == "__init__.py" else [file]
        digest = hashlib.sha256()
        for each in files:
            content = each.read_bytes()
            digest.update(f"{each.relative_to(file.parent).as_posix()} {len(content)}\n".encode())
            digest.update(content)
        return digest.hexdigest()

    def entries(self) -> tuple[Entry[Any], ...]:
        """Import the module; returns what is published in it and in the modules below it.

        Nothing while it is being imported: it may ask for the catalog itself.
        """
        if getattr(getattr(sys.modules.get(self.name), "__spec__", None), "_initializing", False):
            return ()
        return published_in(self._module(), str(self._file()))

    def _file(self) -> Path:
        file = self._module().__file__
        if file is None:
            raise OwnDesignsError(f"module {self.name}:1: this is a folder of modules; name one of them instead.")
        return Path(file)

    def _module(self) -> types.ModuleType:
        with _sentences(_place_of(self.name)):
            return importlib.import_module(self.name)


@functools.cache
def installed() -> tuple[InstalledModule, ...]:
    """The modules that installed distributions offer, by name."""
    modules = {point.module for point in metadata.entry_points(group=GROUP)}
    return tuple(InstalledModule(name) for name in sorted(modules))


def _place_of(name: str) -> str:
    """The file of a module, or its name where there is none to be found."""
    with contextlib.suppress(Exception):
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.origin:
            return spec.origin
    return f"module {name}"


@contextlib.contextmanager
def _sentences(path: str, on_missing_import: str = "") -> Iterator[None]:
    """Whatever a file raises while it is run becomes a sentence; what it prints goes to the standard error."""
    try:
        with contextlib.redirect_stdout(sys.stderr):
            yield
    except KeyboardInterrupt:
        raise
    except SyntaxError as problem:
        line = problem.lineno or 1
        raise OwnDesignsError(f"{problem.filename or path}:{line}: this is not Python: {problem.msg}.") from None
    except BaseException as problem:  # noqa: BLE001  SystemExit as well: the file does not end the command
        hint = f" {on_missing_import}" if on_missing_import and isinstance(problem, ModuleNotFoundError) else ""
        raise OwnDesignsError(
            f"{path}:{_line(problem, path)}: running it raises {_described(problem)}.{hint}"
        ) from None


def _line(problem: BaseException, path: str) -> int:
    """The last line of a file that an exception passed through."""
    lines = [frame.lineno or 1 for frame in traceback.extract_tb(problem.__traceback__) if frame.filename == path]
    return lines[-1] if lines else 1


def defect(problem: BaseException) -> str:
    """A sentence for an exception that passed through a design of the user's own; empty if it did not."""
    for frame in reversed(traceback.extract_tb(problem.__traceback__)):
        if any(frame.filename == getattr(sys.modules[name], "__file__", None) for name in _modules_of_files()):
            return f"{frame.filename}:{frame.lineno}: {_described(problem)}."
    return ""


def _modules_of_files() -> list[str]:
    return [name for name in sys.modules if name.startswith(PACKAGE)]


def _described(problem: BaseException) -> str:
    text = " ".join(str(problem).split()).rstrip(".")
    return f"{type(problem).__name__}: {text}" if text else type(problem).__name__
