"""The arguments of the command `hwsoftmax`. `--help` must not wait: nothing of ours is imported here."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TypeAlias

MOST = 1 << 20  # elements of a row, as in configurations
MOST_POINTS = 10**18  # beyond it a refused grid is not counted either
MOST_ROWS = 1 << 20  # of a file of vectors
LARGEST_SEED = (1 << 64) - 1

Subcommands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    parser = argparse.ArgumentParser(
        prog="hwsoftmax",
        description="How wrong is a softmax unit, what does it cost, and which one should I build?",
        epilog="`hwsoftmax run quickstart` measures every design on real attention logits: error against cost.",
    )
    parser.add_argument("--version", action=_PrintVersion, nargs=0, help="print the version")
    _add_own_designs(parser, "own_files_first")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_run(commands)
    validate = commands.add_parser("validate", help="check a configuration and say everything that is wrong with it")
    _add_configuration(validate)
    listing = commands.add_parser("list", help="what there is: designs, units, workloads, technologies, papers")
    kinds = ["designs", "units", "workloads", "technologies", "papers"]
    listing.add_argument("what", nargs="?", choices=kinds, default="designs")
    plot = commands.add_parser("plot", help="draw the pictures of a results folder again")
    plot.add_argument("folder", metavar="DIR", type=Path)
    _add_cost(commands)
    _add_synth(commands)
    _add_calibrate(commands)
    _add_compare_published(commands)
    _add_rtl(commands)
    _add_cosim(commands)
    _add_describe(commands)
    _add_certify(commands)
    _add_solve(commands)
    _add_explain(commands)
    _add_conformance(commands)
    _add_reproduce(commands)
    _add_record(commands)
    check = commands.add_parser("check", help="check designs of your own against what every design must keep")
    check.add_argument("files", nargs="+", metavar="FILE.py", type=Path, help="Python files with @published functions")
    bench = commands.add_parser("bench", help="measure the simulator's speed against scipy.special.softmax")
    bench.add_argument("--json", action="store_true", help="print JSON")
    commands.add_parser("schema", help="print the JSON schema of configurations, for your editor")
    for each in commands.choices.values():
        _add_own_designs(each, "own_files")
    return parser


def _add_own_designs(parser: argparse.ArgumentParser, name: str) -> None:
    parser.add_argument("--designs", dest=name, action="append", default=[], metavar="FILE.py", type=_folder,
                        help="enter the designs of a Python file of yours into the catalog (may be given several "
                        "times)")  # fmt: skip


def _add_configuration(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a YAML file, or the name of a shipped one such as quickstart")
    parser.add_argument("--set", action="append", default=[], metavar="PATH=VALUE", help="change a value, such as "
                        "--set designs.0.lanes=8 (may be given several times)")  # fmt: skip
    parser.add_argument("--points", type=_points, metavar="N", help="allow up to N points (default 10000)")


def _add_run(commands: Subcommands) -> None:
    run = commands.add_parser("run", help="run a configuration: error, cost and pictures into a folder")
    _add_configuration(run)
    run.add_argument("--out", type=_folder, metavar="DIR", help="folder of the results (default: results/NAME)")
    run.add_argument("--dry-run", action="store_true", help="print the points instead of computing them")
    run.add_argument("--cost", choices=["model", "synth"], help="synth: of synthesised circuits, where there are some "
                     "(what hardware.cost says otherwise)")  # fmt: skip
    run.add_argument("--processes", type=int, metavar="N", help="worker processes (default: one a core)")


def _add_cost(commands: Subcommands) -> None:
    cost = commands.add_parser("cost", help="price designs, term by term")
    cost.add_argument("designs", nargs="+", metavar="DESIGN")
    cost.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a parameter of the designs")
    cost.add_argument("--row-length", type=_positive, default=512, metavar="N", help="longest row (default 512)")
    cost.add_argument("--lanes", type=_positive, metavar="P", help="elements a cycle (default 8, or the design's own)")
    cost.add_argument("--technology", default="nangate45", metavar="NAME", help="such as nangate45 or nangate45@16nm")
    cost.add_argument("--goal", choices=["area", "fast", "speed"], default="area", help="what synthesis aims at")
    cost.add_argument("--storage", choices=["cheapest", "registers", "sram"], default="cheapest", help="of the row")
    cost.add_argument(
        "--clock-gating", action="store_true", help="registers of the row see the clock when written only"
    )
    cost.add_argument("--json", action="store_true", help="print JSON: an object, or a list for several designs")


def _add_synth(commands: Subcommands) -> None:
    synth = commands.add_parser(
        "synth", help="synthesise designs, or Verilog of yours, to gates: area, clock, energy",
        description="Maps the circuit of a design, or a module of yours, to the cells of a library by Yosys and "
        "measures the netlist, before layout: docs/synthesis.md. The gates of a design are compared with its model. "
        "Needs Yosys: pip install 'hwsoftmax[synth]', or apt install yosys.",
    )  # fmt: skip
    synth.add_argument("given", nargs="*", metavar="DESIGN|FILE",
                       help="designs; or, with --top, .v and .sv sources and the files that they read")  # fmt: skip
    synth.add_argument("--all", action="store_true", help="every design that has a circuit, as a table")
    synth.add_argument("--top", metavar="NAME", help="the module of sources of yours")
    synth.add_argument("--param", action="append", default=[], metavar="NAME=INTEGER", help="a parameter of it")
    _add_circuit(synth)
    synth.add_argument("--workload", metavar="NAME", help="rows whose energy is measured (default: normal scores)")
    _add_library(synth)
    synth.add_argument("--json", action="store_true", help="print JSON")


def _add_calibrate(commands: Subcommands) -> None:
    calibrate = commands.add_parser(
        "calibrate", help="fit the prices of operators to synthesis, and compare the model with whole designs",
        description="--out sweeps operators and writes the fitted coefficients; --validate synthesises whole designs, "
        "which no coefficient was fitted to, and writes residuals.csv, residuals.md and residuals.png. What was "
        "synthesised before is not synthesised again, so a run that was stopped goes on: docs/synthesis.md.",
    )  # fmt: skip
    calibrate.add_argument("given", nargs="*", metavar="DESIGN", help="to validate (default: all with a circuit)")
    _add_cells(calibrate)
    calibrate.add_argument(
        "--out", type=_folder, metavar="FILE", help="where to write the coefficients, such as calibrated.toml"
    )
    calibrate.add_argument("--validate", type=_folder, metavar="DIR", help="folder of the residuals; rows of other "
                           "libraries that are there stay")  # fmt: skip
    calibrate.add_argument("--goals", type=lambda text: text.split(","), default=["area", "fast"], metavar="GOAL,GOAL",
                           help="recipes to validate (default area,fast)")  # fmt: skip
    calibrate.add_argument("--lanes", type=_lengths, default=[1, 4, 16], metavar="P,P", help="default 1,4,16")
    calibrate.add_argument("--row-length", type=_positive, default=64, metavar="N", help="longest row (default 64)")
    calibrate.add_argument("--technology", metavar="NAME", help="whose prices are compared (default: the name of the "
                           "library, or gate equivalents only)")  # fmt: skip


def _add_library(command: argparse.ArgumentParser) -> None:
    _add_cells(command)
    command.add_argument("--goal", choices=["area", "fast"], default="area", help="what mapping aims at")


def _add_cells(command: argparse.ArgumentParser) -> None:
    library = command.add_mutually_exclusive_group()
    library.add_argument("--library", default="generic", metavar="NAME",
                         help="generic (default: gate equivalents, FO4 delays), osu018 where installed, or a file "
                         "NAME.lib or NAME.lib.gz in the folder $HWSOFTMAX_LIBERTY")  # fmt: skip
    library.add_argument("--liberty", type=_folder, metavar="FILE", help="a liberty file, .lib or .lib.gz")


def _add_compare_published(commands: Subcommands) -> None:
    compare = commands.add_parser(
        "compare-published", help="areas that papers print beside ours, in gate equivalents",
        description="Published units whose design is in the catalog, and what our bill predicts for them. um2 of "
        "different libraries are never compared.",
    )  # fmt: skip
    compare.add_argument(
        "--goal", choices=["area", "fast", "speed"], default="area", help="recipe that ours are priced for"
    )
    compare.add_argument("--json", action="store_true", help="print JSON")


def _add_rtl(commands: Subcommands) -> None:
    rtl = commands.add_parser(
        "rtl", help="write the circuit of a design: SystemVerilog, tables, vectors, benches",
        description="A folder that Verilator, Icarus Verilog and Yosys read as it is; see docs/circuits.md.",
    )  # fmt: skip
    rtl.add_argument("design", metavar="DESIGN")
    _add_circuit(rtl)
    rtl.add_argument("--out", type=_folder, required=True, metavar="DIR", help="folder to write into")
    rtl.add_argument("--rows", type=_rows, default=500, metavar="N", help="rows of the benches (default 500)")
    rtl.add_argument("--force", action="store_true", help="write into a folder that is not empty")


def _add_cosim(commands: Subcommands) -> None:
    cosim = commands.add_parser(
        "cosim", help="compare circuits with their models by a simulator",
        description="Every unit on all of its codes, the whole design on rows of every length, with and without "
        "back-pressure, cycles counted. Exit code 1: something differs.",
    )  # fmt: skip
    cosim.add_argument("designs", nargs="*", metavar="DESIGN")
    cosim.add_argument("--all", action="store_true", help="every design that has a circuit")
    _add_circuit(cosim)
    cosim.add_argument("--rows", type=_rows, metavar="N", help="rows (default 100000, icarus 2000, netlist 20000; "
                       "fewer where a row takes long)")  # fmt: skip
    cosim.add_argument("--engine", choices=["verilator", "icarus", "netlist"], default="verilator",
                       help="of the sources, or of the mapped netlist (default verilator)")  # fmt: skip
    cosim.add_argument("--out", type=_folder, metavar="DIR", help="keep the files of the runs here")
    cosim.add_argument("--json", action="store_true", help="print JSON")


def _add_circuit(command: argparse.ArgumentParser) -> None:
    command.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a parameter of the design")
    command.add_argument("--row-length", type=_positive, default=64, metavar="N", help="longest row (default 64)")
    command.add_argument("--lanes", type=_positive, metavar="P", help="elements a cycle (default 8, or its own)")
    command.add_argument("--buffer", choices=["cheapest", "registers", "sram"], default="cheapest",
                         help="what keeps a row (default: the smaller one by the cost model)")  # fmt: skip
    command.add_argument("--seed", type=_seed, default=0, metavar="S", help="of random rows (default 0)")


def _add_describe(commands: Subcommands) -> None:
    describe = commands.add_parser("describe", help="what a design is: dataflow, formats, errors of its units, circuit")
    describe.add_argument("designs", nargs="+", metavar="DESIGN")
    describe.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a parameter of the designs")
    describe.add_argument("--row-length", type=_positive, default=512, metavar="N", help="longest row (default 512)")
    describe.add_argument("--lanes", type=_positive, metavar="P", help="elements a cycle (default 8, or its own)")
    describe.add_argument("--bibtex", action="store_true", help="print the reference instead")


def _add_certify(commands: Subcommands) -> None:
    certify = commands.add_parser(
        "certify", help="guaranteed worst cases over all rows, each with a row that comes close",
        description="Upper bounds over all rows of a length of errors, row sums and lost order, against the softmax of "
        "the codes, with witness rows. What is proven, and how: docs/certificates.md.",
    )  # fmt: skip
    certify.add_argument("design", nargs="?", metavar="DESIGN", help="a design of the catalog")
    certify.add_argument("--all", action="store_true", help="a table over the catalog instead (absolute error)")
    certify.add_argument("--check", type=_folder, metavar="FILE", help="go through a stored certificate again instead")
    certify.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a parameter of the design")
    length = certify.add_mutually_exclusive_group()
    length.add_argument("--row-length", type=_positive, metavar="N", help="rows of exactly N elements")
    length.add_argument("--max-row-length", type=_positive, metavar="N", help="rows of up to N elements")
    certify.add_argument("--maximum", metavar="LOW,HIGH", help="only rows whose largest code lies between these two")
    certify.add_argument("--threshold", type=float, default=0.1, metavar="P", help="relative errors are of outputs "
                         "whose exact value is at least P (default 0.1)")  # fmt: skip
    certify.add_argument("--json", action="store_true", help="print the certificate as JSON")
    certify.add_argument("--out", type=_folder, metavar="FILE", help="store the certificate, for --check")


def _add_solve(commands: Subcommands) -> None:
    solve = commands.add_parser(
        "solve", help="the cheapest design that meets a target, and why cheaper ones do not",
        description="Every design of a grid bounded for all rows and priced, the best ones certified and measured. "
        "Exit code 1: no design meets the target. The files are in docs/solve.md.",
    )  # fmt: skip
    solve.add_argument("file", metavar="FILE", help="a YAML file, or the name of a shipped one such as int8_attention")
    solve.add_argument("--set", action="append", default=[], metavar="PATH=VALUE", help="change a value, such as "
                       "--set target.absolute_error=1/512 (may be given several times)")  # fmt: skip
    solve.add_argument("--out", type=_folder, metavar="DIR", help="folder of the results (default: results/solve_NAME)")
    solve.add_argument("--processes", type=_positive, metavar="N", help="worker processes (default: one a core)")
    solve.add_argument("--json", action="store_true", help="print JSON")


def _add_explain(commands: Subcommands) -> None:
    explain = commands.add_parser(
        "explain", help="which part of a design makes how much of its error",
        description="Input quantisation, exp unit, accumulator, normaliser and output format made ideal in turn, and "
        "all but one. Draws a bar chart. Of a design of bitstreams: approximation, transient and fluctuation over "
        "seeds, as root mean squares; no picture.",
    )  # fmt: skip
    explain.add_argument("design", metavar="DESIGN")
    explain.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a parameter of the design")
    explain.add_argument("--workload", default="minilm_attention", metavar="NAME", help="default minilm_attention")
    explain.add_argument(
        "--rows", action="append", default=[], metavar="NAME=VALUE", help="a parameter of the workload"
    )
    explain.add_argument("--metric", default="total_variation", metavar="NAME", help="default total_variation")
    explain.add_argument("--seed", type=_seed, default=0, metavar="S", help="of generated rows and of streams "
                         "(default 0)")  # fmt: skip
    explain.add_argument("--seeds", type=int, default=16, metavar="K", help="of a design of bitstreams: how many "
                         "replicas of its streams (default 16)")  # fmt: skip
    explain.add_argument("--out", type=_folder, metavar="DIR", help="folder of the picture (results/explain_DESIGN)")


def _add_conformance(commands: Subcommands) -> None:
    conformance = commands.add_parser(
        "conformance", help="compare designs with recorded vectors, element by element",
        description="Every .npz of a folder against the design that its name or its `meta` names. Exit code 1: an "
        "element differs; 2: none does, but a file is refused. The layout is in docs/conformance.md.",
    )  # fmt: skip
    conformance.add_argument("folder", metavar="DIR", type=_folder, help="a folder of .npz files, or one such file")
    conformance.add_argument("--kernels", action="store_true", help="evaluate designs by their compiled kernels, "
                             "not by their definition (the first time takes as long as compiling does)")  # fmt: skip
    conformance.add_argument("--json", action="store_true", help="print JSON")


def _add_reproduce(commands: Subcommands) -> None:
    reproduce = commands.add_parser(
        "reproduce", help="measure again what papers print: expected, obtained, gap and verdict",
        description="The numbers of papers in their own settings. Exit code 1: a number is off and its file does not "
        "say why. The files are in docs/reproduce.md.",
    )  # fmt: skip
    reproduce.add_argument("papers", nargs="*", metavar="NAME", help="a shipped paper such as softermax, or a YAML "
                           "file of yours (default: every shipped one)")  # fmt: skip
    reproduce.add_argument("--json", action="store_true", help="print JSON")


def _add_record(commands: Subcommands) -> None:
    record = commands.add_parser(
        "record", help="write vectors of a design, to compare a circuit or another model with",
        description="Input codes that corner a softmax, with the output codes of a design, as .npz: what "
        "`hwsoftmax conformance` reads. The same command writes the same bytes.",
    )  # fmt: skip
    record.add_argument("design", metavar="DESIGN", help="a design or a unit of the catalog")
    record.add_argument("--out", type=_folder, required=True, metavar="FILE.npz", help="where to write")
    record.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a parameter of the design")
    record.add_argument("--rows", type=_rows, metavar="N", help="rows in all (default 2000)")
    record.add_argument("--lengths", type=_lengths, metavar="N,N", help="lengths of the rows, such as 1,2,64,197")
    record.add_argument("--workload", metavar="NAME", help="rows of a workload instead, as the design quantises them")
    record.add_argument("--seed", type=_seed, default=0, metavar="S", help="of everything random (default 0)")
    record.add_argument("--force", action="store_true", help="replace a file that is there")


class _PrintVersion(argparse.Action):
    """Print the installed version and leave; it is looked up only then."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib import metadata  # noqa: PLC0415  slow to import

        print(f"hwsoftmax {metadata.version('hwsoftmax')}")  # noqa: T201  a command prints
        parser.exit()


def _folder(text: str) -> Path:
    if not text:
        raise argparse.ArgumentTypeError("'' is no file or folder; is a variable of the shell empty?")
    return Path(text)


def _positive(text: str) -> int:
    """A whole number that hardware can have."""
    return _whole(text, 1, MOST)


def _points(text: str) -> int:
    """A number of points; a grid of any size may be asked for."""
    return _whole(text, 1, MOST_POINTS)


def _rows(text: str) -> int:
    return _whole(text, 1, MOST_ROWS)


def _seed(text: str) -> int:
    return _whole(text, 0, LARGEST_SEED)


def _lengths(text: str) -> list[int]:
    """Different lengths in ascending order."""
    return sorted({_positive(part.strip()) for part in text.split(",")})


def _whole(text: str, least: int, most: int) -> int:
    if not text.isascii() or not text.isdigit() or not least <= int(text[:20]) <= most:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is not a whole number from {least} to {most}")
    return int(text)
