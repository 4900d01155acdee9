"""The `plots` section: kinds of pictures, and the columns that they show."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Collection, Mapping
from typing import Any

import pydantic

from experiments.document import Address, Document, Plain
from experiments.fields import problems_of
from experiments.sentences import no_such_name, sentence, shown

OVER = "over"  # the one option that names no column but a parameter


def check_plot(
    document: Document, address: Address, entry: Plain, sweepable: Collection[str], *, certify: bool
) -> None:
    """Note in the document what is wrong with one entry.

    sweepable: what a sweep may run over in this configuration. certify: whether it asks for certificates.
    """
    options: Plain = {}
    kind: Plain = entry
    where = address
    if isinstance(entry, dict) and len(entry) == 1:
        ((kind, options),) = entry.items()
        where = (*address, kind)
    if not isinstance(kind, str):
        document.refuse(address, f"{shown(entry)} is no picture; write one of {', '.join(models())}")
        return
    if kind not in models():
        document.refuse_key(where, no_such_name("kind of plot", kind, models()))
        return
    if not isinstance(options, dict | None):
        known = " and ".join(models()[kind].model_fields)
        document.refuse(where, f"{kind} is {shown(options)}, but should be a mapping with {known}")
        return
    _check_options(document, where, kind, options or {}, sweepable)
    shows = (options or {}).get("error")
    if not certify and (kind == "certified" or str(shows).startswith(("certified_", "witness_"))):
        document.refuse_key(where, f"{kind} shows certified numbers, which a run has with certify: true; add that line")


def _check_options(
    document: Document, address: Address, kind: str, options: Mapping[str, Plain], sweepable: Collection[str]
) -> None:
    model = models()[kind]
    wrong = problems_of(model, options)
    for problem in wrong:
        refuse = document.refuse_key if problem["type"] == "extra_forbidden" else document.refuse
        refuse(address + problem["loc"], sentence(problem, kind, model.model_fields))
    for option, value in options.items():
        names = sweepable if option == OVER else columns(kind, option)
        if isinstance(value, str) and option in model.model_fields and value not in names:
            word = "parameter to sweep over" if option == OVER else "column"
            document.refuse((*address, option), no_such_name(word, value, names))
    over = model.model_fields.get(OVER)
    if over is not None and OVER not in options and not over.is_required() and over.default not in sweepable:
        document.refuse(
            address, f"{kind} runs over {over.default!r}, which nothing here has; name a parameter with {OVER}"
        )


@functools.cache
def models() -> dict[str, type[pydantic.BaseModel]]:
    """For each kind of picture the model of its options, as `plots.requests` declares them."""
    from experiments.plots.requests import KINDS  # noqa: PLC0415  only for a configuration that asks for pictures

    config = pydantic.ConfigDict(extra="forbid", strict=True)
    return {
        kind: pydantic.create_model(kind, __config__=config, __doc__=request.__doc__, **_fields(request))
        for kind, request in KINDS.items()
    }


def _fields(request: type[Any]) -> dict[str, Any]:
    """The fields of a request, every one a name, as pydantic declares them."""
    return {
        field.name: (str, ... if field.default is dataclasses.MISSING else field.default)
        for field in dataclasses.fields(request)
    }


@functools.cache
def columns(kind: str, option: str) -> tuple[str, ...]:
    """The columns that an option of a kind of picture may name."""
    from experiments.errors import APPROXIMATION, DISTRIBUTIONS  # noqa: PLC0415  as in `models`
    from experiments.metric_definitions import AGAINST, ALONE, RMSE, WITH_LABELS  # noqa: PLC0415
    from experiments.plots.columns import CERTIFIED, COSTS, REFERENCES, SUMMARIES  # noqa: PLC0415

    if option == "cost":
        return tuple(COSTS)
    if kind == "certified":
        from experiments.plots.certified import MEASURED  # noqa: PLC0415  as above

        return tuple(MEASURED)
    if kind == "distribution":
        return tuple(f"{reference}_{metric}" for reference in REFERENCES for metric in DISTRIBUTIONS)
    compared = [f"{reference}_{metric.__name__}" for reference in REFERENCES for metric in AGAINST]
    metrics = compared + [metric.__name__ for metric in (*ALONE, *WITH_LABELS)] + [APPROXIMATION]
    roots = [f"{reference}_{RMSE}" for reference in REFERENCES]
    return (*roots, *(f"{metric}_{summary}" for metric in metrics for summary in SUMMARIES), *CERTIFIED)
