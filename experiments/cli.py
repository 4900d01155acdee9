"""The command `hwsoftmax`. What takes time to import is imported by the subcommand that needs it."""

from __future__ import annotations

import importlib.util
import io
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from experiments import arguments

OK, FAILED, REFUSED, INTERRUPTED = 0, 1, 2, 130


def main(given: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code: 0, 1 for points or files that failed, 2 for input that is refused."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a label may hold what the terminal cannot show
            stream.reconfigure(errors="backslashreplace")
    try:
        return _run(given)
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # what is left takes no time
        print("stopped; run the same command again to go on.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output has gone, as after `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is still buffered goes nowhere
        return FAILED
    except OSError as problem:
        print(f"cannot go on: {problem.strerror or problem}.", file=sys.stderr)
        return FAILED


def _run(given: Sequence[str] | None) -> int:
    options = arguments.parser().parse_args(given)
    if shadow := _shadowing_folder():
        print(shadow, file=sys.stderr)
        return REFUSED
    from experiments import commands  # noqa: PLC0415  only after the check above

    code = commands.run_command(options)
    sys.stdout.flush()  # here, where a full disk is still a sentence
    return code


def _shadowing_folder() -> str:
    """A sentence if `approx` or `hw_models` would be imported from elsewhere than this package, else nothing."""
    home = Path(__file__).resolve().parents[1]
    for package in ("approx", "hw_models"):
        found = importlib.util.find_spec(package)
        place = Path(found.origin).resolve().parents[1] if found and found.origin else None
        if place != home:
            where = f"in {place}" if place else "in a folder without __init__.py"
            return (
                f"Python finds `{package}` {where} instead of the installed one in {home}; a folder of that name "
                "shadows it: rename it or run from another directory."
            )
    return ""


if __name__ == "__main__":
    sys.exit(main())
