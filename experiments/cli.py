"""The command `hwsoftmax`. What takes time to import is imported by the subcommand that needs it."""

from __future__ import annotations

import argparse
import importlib.util
import io
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

MOST = 1 << 20  # elements of a row, as in configurations
MOST_POINTS = 10**18  # beyond it a refused grid is not counted either
OK, FAILED, REFUSED, INTERRUPTED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code: 0, 1 for points or files that failed, 2 for input that is refused."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a label may hold what the terminal cannot show
            stream.reconfigure(errors="backslashreplace")
    try:
        return _run(arguments)
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


def _run(arguments: Sequence[str] | None) -> int:
    options = _parser().parse_args(arguments)
    if shadow := _shadowing_folder():
        print(shadow, file=sys.stderr)
        return REFUSED
    from experiments import commands  # noqa: PLC0415  only after the check above

    code = commands.run_command(options)
    sys.stdout.flush()  # here, where a full disk is still a sentence
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hwsoftmax",
        description="How wrong is a softmax unit, what does it cost, and which one should I build?",
        epilog="`hwsoftmax run quickstart` measures every design on real attention logits: error against cost.",
    )
    parser.add_argument("--version", action=_PrintVersion, nargs=0, help="print the version")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_run(commands)
    validate = commands.add_parser("validate", help="check a configuration and say everything that is wrong with it")
    _add_configuration(validate)
    listing = commands.add_parser("list", help="what there is: designs, workloads, technologies")
    listing.add_argument("what", nargs="?", choices=["designs", "workloads", "technologies"], default="designs")
    plot = commands.add_parser("plot", help="draw the pictures of a results folder again")
    plot.add_argument("folder", metavar="DIR", type=Path)
    _add_cost(commands)
    bench = commands.add_parser("bench", help="measure the simulator's speed against scipy.special.softmax")
    bench.add_argument("--json", action="store_true", help="print JSON")
    commands.add_parser("schema", help="print the JSON schema of configurations, for your editor")
    return parser


def _add_configuration(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a YAML file, or the name of a shipped one such as quickstart")
    parser.add_argument("--set", action="append", default=[], metavar="PATH=VALUE", help="change a value, such as "
                        "--set designs.0.lanes=8 (may be given several times)")  # fmt: skip
    parser.add_argument("--points", type=_points, metavar="N", help="allow up to N points (default 10000)")


def _add_run(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    run = commands.add_parser("run", help="run a configuration: error, cost and pictures into a folder")
    _add_configuration(run)
    run.add_argument("--out", type=_folder, metavar="DIR", help="folder of the results (default: results/NAME)")
    run.add_argument("--dry-run", action="store_true", help="print the points instead of computing them")
    run.add_argument("--processes", type=int, metavar="N", help="worker processes (default: one a core)")


def _add_cost(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    cost = commands.add_parser("cost", help="price designs, term by term")
    cost.add_argument("designs", nargs="+", metavar="DESIGN")
    cost.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a parameter of the designs")
    cost.add_argument("--row-length", type=_positive, default=512, metavar="N", help="longest row (default 512)")
    cost.add_argument("--lanes", type=_positive, metavar="P", help="elements a cycle (default 8, or the design's own)")
    cost.add_argument("--technology", default="nangate45", metavar="NAME", help="such as nangate45 or nangate45@16nm")
    cost.add_argument("--goal", choices=["area", "speed"], default="area", help="what synthesis aims at")
    cost.add_argument("--storage", choices=["cheapest", "registers", "sram"], default="cheapest", help="of the row")
    cost.add_argument(
        "--clock-gating", action="store_true", help="registers of the row see the clock when written only"
    )
    cost.add_argument("--json", action="store_true", help="print JSON: an object, or a list for several designs")


class _PrintVersion(argparse.Action):
    """Print the installed version and leave; it is looked up only then."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib import metadata  # noqa: PLC0415  slow to import

        print(f"hwsoftmax {metadata.version('hwsoftmax')}")
        parser.exit()


def _folder(text: str) -> Path:
    if not text:
        raise argparse.ArgumentTypeError("'' is no folder; is a variable of the shell empty?")
    return Path(text)


def _positive(text: str) -> int:
    """A whole number that hardware can have."""
    return _whole(text, MOST)


def _points(text: str) -> int:
    """A number of points; a grid of any size may be asked for."""
    return _whole(text, MOST_POINTS)


def _whole(text: str, most: int) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:20]) <= most:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is not a whole number from 1 to {most}")
    return int(text)


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
