"""`hwsoftmax check`: what every design keeps, gone through for designs of the user's own."""

from __future__ import annotations

import argparse
import itertools
import traceback
import warnings
from collections.abc import Iterator, Sequence
from typing import Any

from approx import catalog
from experiments.config_error import one_line
from experiments.contracts import (
    DESIGN_CONTRACTS,
    UNIT_CONTRACTS,
    BrokenContractError,
    Contract,
    NotApplicableError,
)

KEPT, BROKEN, LEFT_OUT = "pass", "FAIL", "-"


def run(options: argparse.Namespace) -> int:
    """Print of each contract whether it is kept; exit code 1 where one is not."""
    with catalog.with_files(options.files):
        names = dict.fromkeys(name for path in options.files for name in catalog.add_file(path))
        broken = [name for name in names if not _check(name)]
    kept = f"{len(names) - len(broken)} of {len(names)}"
    print(f"{kept} keep every contract" + (f"; not so {', '.join(broken)}" if broken else ""))
    return 1 if broken else 0


def _check(name: str) -> bool:
    """Print the report of one design or unit; returns whether it keeps everything."""
    is_design = name in catalog.entries()
    entry = catalog.entry(name) if is_design else catalog.unit_entry(name)
    contracts = DESIGN_CONTRACTS if is_design else UNIT_CONTRACTS
    print(f"{name}: {entry.summary}")
    try:
        built = entry()
    except (Exception, SystemExit) as problem:  # noqa: BLE001  it is reported, as what breaks a contract is
        print(f"  {BROKEN}  is built with its defaults: {_sentence(problem)}\n")
        return False
    verdicts = []
    for verdict, line in _verdicts(built, contracts):
        print(f"  {verdict:4}  {line}", flush=True)
        verdicts.append(verdict)
    print(f"  {verdicts.count(KEPT)} kept, {verdicts.count(BROKEN)} broken, {verdicts.count(LEFT_OUT)} do not apply\n")
    return BROKEN not in verdicts


def _verdicts(built: Any, contracts: Sequence[Contract]) -> Iterator[tuple[str, str]]:
    """A verdict and a line for each name; of several row lengths the first that is broken."""
    for name, group in itertools.groupby(contracts, key=lambda contract: contract.name):
        found = [(*_verdict(built, contract), contract.length) for contract in group]
        verdict, why, length = next((each for each in found if each[0] == BROKEN), found[0])
        lengths = [str(each) for *_, each in found if each is not None]
        where = f" in rows of {length}" if verdict == BROKEN and length else ""
        reason = f": {why}" if why else f" (rows of {', '.join(lengths)})" if lengths else ""
        yield verdict, f"{name}{where}{reason}"


def _verdict(built: Any, contract: Contract) -> tuple[str, str]:
    """A verdict, and why where it is not that the contract is kept."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", RuntimeWarning)  # an overflow in a definition is a defect
            contract(built)
    except NotApplicableError as why:
        return LEFT_OUT, str(why)
    except BrokenContractError as sentence:
        return BROKEN, one_line(str(sentence))
    except (Exception, SystemExit) as problem:  # noqa: BLE001  whatever a design raises
        return BROKEN, _sentence(problem)
    return KEPT, ""


def _sentence(problem: BaseException) -> str:
    """What was raised, and where: the last place in a file of the user's own, else the last place."""
    own = {file.path for file in catalog.own_files()}
    frames = traceback.extract_tb(problem.__traceback__)
    where = next((frame for frame in reversed(frames) if frame.filename in own), frames[-1])
    return one_line(f"{where.filename}:{where.lineno}: {type(problem).__name__}: {problem}")
