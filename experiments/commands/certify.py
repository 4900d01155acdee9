"""`hwsoftmax certify`: guaranteed worst cases, a table of them, or a stored certificate gone through again."""

from __future__ import annotations

import argparse
from pathlib import Path

import approx
from approx import catalog
from approx.certificates.check import check
from approx.composed import Softmax
from experiments import certificates
from experiments.config_error import ConfigError
from experiments.run_error import RunError, cannot
from experiments.settings import settings


class CertifyError(RunError):
    """A design or a question without a certificate, or a certificate that does not hold."""

    exit_code = 2


def run(options: argparse.Namespace) -> int:
    """Print what was asked for."""
    try:
        if options.check is not None:
            return _check(options.check)
        length = options.row_length or options.max_row_length
        if length is None:
            raise ValueError("give --row-length N for rows of exactly N elements, or --max-row-length N for up to N.")
        if options.all:
            print(certificates.table(length, up_to=options.max_row_length is not None))
            return 0
        if options.design is None:
            raise ValueError("give a design, or --all for a table over the catalog.")
        return _one(options, length)
    except (ValueError, ConfigError) as refusal:
        raise CertifyError(str(refusal)) from None


def _one(options: argparse.Namespace, length: int) -> int:
    design = catalog.build(options.design, **settings(options.set))
    certificate = approx.certify(
        design, length, up_to=options.max_row_length is not None, maximum=_maximum(options.maximum),
        threshold=options.threshold,
    )  # fmt: skip
    text = certificate.as_json()
    if options.out is not None:
        try:
            options.out.write_text(text + "\n", encoding="utf-8")
        except OSError as problem:
            raise cannot("write", options.out, problem) from None
    print(text if options.json else certificates.as_text(certificate))
    return 0


def _maximum(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    try:
        low, high = (int(part) for part in text.split(","))
    except ValueError:
        raise ValueError(f"--maximum {text}: give two codes with a comma between, such as --maximum=0,127") from None
    return low, high


def _check(path: Path) -> int:
    """Raises CertifyError if the certificate does not hold."""
    try:
        certificate = approx.Certificate.from_json(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise CertifyError(f"cannot read {path}: {problem.strerror or problem}.") from None
    except UnicodeDecodeError:
        raise ValueError(f"{path} is no text, and no certificate.") from None
    design = catalog.build(certificate.design, **certificate.parameters)
    if not isinstance(design, Softmax):
        raise ValueError(f"{certificate.design} has no certificate.")
    for sentence in check(design, certificate):
        print(sentence)
    print(f"nothing in the certificate of {certificate.design} is refuted.")
    return 0
