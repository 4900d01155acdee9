"""What a paper's file may hold, as pydantic checks it. What the entries name is looked up in `reading`."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

import pydantic
from annotated_types import Interval, Len

from experiments.hardware_section import LONGEST_ROW, MOST_LANES
from experiments.unit_errors import MEASURES, MOST_OPERANDS

STRICT = pydantic.ConfigDict(extra="forbid", strict=True)
LONGEST_TEXT = 1000

Text = Annotated[str, Len(1, LONGEST_TEXT)]
Number = int | float
Finite = Annotated[float, pydantic.Field(allow_inf_nan=False)]
Ends = Annotated[list[Number], Len(2, 2)]
Between = Annotated[list[Finite], Len(2, 2)]
Lanes = Annotated[int, Interval(ge=1, le=MOST_LANES)]
RowLength = Annotated[int, Interval(ge=1, le=LONGEST_ROW)]
Codes = list[int] | dict[str, int]
CostColumn = Literal["area_ge", "area_um2", "energy_pj_per_element", "clock_mhz", "cycles_per_row"]
IN_UNITS = ("area_um2", "energy_pj_per_element", "clock_mhz")  # depend on the library: compared as ratios only


class PaperModel(pydantic.BaseModel):
    """A file: one paper, library or repository and its numbers."""

    model_config = STRICT

    title: Text
    source: Any = pydantic.Field(description="a design or unit whose source this is, or a mapping with the citation")
    seed: Annotated[int, Interval(ge=0, le=(1 << 64) - 1)] = pydantic.Field(default=0, description="of generated rows")
    note: Text | None = None
    numbers: Annotated[list[Any], Len(1)]


class CitationModel(pydantic.BaseModel):
    """Where the numbers of a paper come from that is the source of no design."""

    model_config = STRICT

    title: Text
    authors: Text
    venue: Text
    year: Annotated[int, Interval(ge=1900, le=2100)]
    link: str = ""


class NumberModel(pydantic.BaseModel):
    """One number, what was printed and how it is measured. It has one measurement, or says why it is not comparable."""

    model_config = STRICT

    what: Text = pydantic.Field(description="what the number is of, in words")
    expected: Number | Ends | None = pydantic.Field(default=None, description="the number, or [low, high]")
    unit: Annotated[str, Len(0, 40)] = pydantic.Field(default="", description='"%" multiplies what is measured by 100')
    digits: Annotated[int, Interval(ge=1, le=17)] | None = pydantic.Field(
        default=None, description="significant digits printed, where YAML would lose a final zero"
    )
    within: Annotated[float, pydantic.Field(gt=0, allow_inf_nan=False)] | None = pydantic.Field(
        default=None, description="tolerance; default: half a unit of the last printed digit"
    )
    within_because: Text | None = pydantic.Field(default=None, description="why the tolerance is wider than that")
    where: Text = pydantic.Field(description="section, table or page")
    printed_by: Literal["paper", "third party", "recomputation"]
    not_comparable: Text | None = pydantic.Field(default=None, description="why it is not judged")
    off_because: Text | None = pydantic.Field(default=None, description="why it is known to be off, and who is right")
    rows: Any = pydantic.Field(default=None, description="a column of the errors of a design on a workload")
    error: Any = pydantic.Field(default=None, description="the error of a unit, or of a part of a composed design")
    codes: Any = pydantic.Field(default=None, description="how many output codes of given input codes differ")
    cost: Any = pydantic.Field(default=None, description="a price of a design, or the ratio of two")
    bits: Any = pydantic.Field(default=None, description="the bits of a design's tables")
    rmse: Any = pydantic.Field(default=None, description="the root mean square error of a design over all elements")
    encoding: Any = pydantic.Field(default=None, description="ones of the bitstreams of a source beside their levels")
    product: Any = pydantic.Field(default=None, description="the error of an AND gate over all pairs of levels")
    machine: Any = pydantic.Field(default=None, description="the exact law of a state machine with independent bits")
    driven: Any = pydantic.Field(default=None, description="the error of a state machine that a source drives")
    exponential: Any = pydantic.Field(default=None, description="the stochastic exponential of a design, in the limit")

    @pydantic.model_validator(mode="after")
    def _whole(self) -> Self:
        given = [name for name in MEASUREMENTS if getattr(self, name) is not None]
        if len(given) > 1:
            raise ValueError(f"a number has one measurement, not {' and '.join(given)}")
        if not given and self.not_comparable is None:
            raise ValueError(f"a number needs one of {', '.join(MEASUREMENTS)}, or not_comparable with the reason")
        if self.expected is None and given != ["codes"]:
            raise ValueError(
                "a number needs the key 'expected' (only codes do without: their expected is 0 that differ)"
            )
        if self.expected is not None and given == ["codes"]:
            raise ValueError("codes are compared with their outputs; leave expected out")
        if isinstance(self.expected, list) and self.expected[0] > self.expected[1]:
            raise ValueError(f"expected is {self.expected}; the lower end comes first")
        if (self.within is None) != (self.within_because is None):
            raise ValueError("a tolerance and its reason, within and within_because, go together")
        if self.within is not None and self.digits is not None:
            raise ValueError("digits say what the tolerance is, and so does within; give one of them")
        if self.off_because is not None and (self.not_comparable is not None or not given):
            raise ValueError("off_because explains a number that is measured and judged; this one is not")
        return self


MEASUREMENTS = (
    *("rows", "error", "codes", "cost", "bits", "rmse"),
    *("encoding", "product", "machine", "driven", "exponential"),  # of bitstreams
)


class RowsModel(pydantic.BaseModel):
    """A column over the rows of a workload, such as own_base_max_abs_error_max; a final _min is known here too."""

    model_config = STRICT

    design: Any
    workload: Any
    column: Text


class ErrorModel(pydantic.BaseModel):
    """The error of a unit of the catalog, or of the exponential or normaliser of a composed design."""

    model_config = STRICT

    design: Any = None
    unit: Any = None
    part: Literal["exp", "numerator", "normalizer"] | None = pydantic.Field(
        default=None, description="of a design; exp is what its exponential sums, numerator what it divides"
    )
    measure: Literal[MEASURES]  # type: ignore[valid-type]  # the names are listed once, where they are computed
    over: Between = pydantic.Field(
        description="the lowest and highest operand, both included: numbers for a unit, x <= 0 for exp, sums in terms "
        "of 1 for a normalizer"
    )
    points: Annotated[int, Interval(ge=2, le=MOST_OPERANDS)] | None = pydantic.Field(
        default=None, description="equally spaced operands; default: all codes"
    )
    one: Annotated[int, Interval(ge=1)] | None = pydantic.Field(
        default=None, description="the term of an exp that stands for 1; default: the largest"
    )

    @pydantic.model_validator(mode="after")
    def _one_thing(self) -> Self:
        if (self.design is None) == (self.unit is None):
            raise ValueError("give a design with its part, or a unit of the catalog")
        if (self.design is None) != (self.part is None):
            raise ValueError(
                "part says which unit of a design is meant: exp, numerator or normalizer; a unit has no parts"
            )
        if self.one is not None and self.part not in ("exp", "numerator"):
            raise ValueError("one belongs to the exponential of a design")
        if self.over[0] > self.over[1]:
            raise ValueError(f"over is {self.over}; the lower end comes first")
        return self


class CodesModel(pydantic.BaseModel):
    """A row of input codes and the output codes that it gives; {code: C, times: N} is N equal codes."""

    model_config = STRICT

    design: Any = None
    unit: Any = None
    inputs: Codes
    outputs: Codes

    @pydantic.model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.design is None) == (self.unit is None):
            raise ValueError("give a design, or a unit of the catalog")
        for name in ("inputs", "outputs"):
            codes = getattr(self, name)
            if isinstance(codes, dict) and (set(codes) != {"code", "times"} or not 1 <= codes["times"] <= LONGEST_ROW):
                raise ValueError(f"{name} is {codes}; write [1, 2, 3], or {{code: 1, times: 255}} for equal codes")
        if not written_out(self.inputs) or len(written_out(self.inputs)) != len(written_out(self.outputs)):
            raise ValueError(
                f"there are {len(written_out(self.inputs))} inputs and {len(written_out(self.outputs))} outputs; "
                "as many outputs as inputs are needed, at least one"
            )
        return self


class CostModel(pydantic.BaseModel):
    """A price of a design; with `over` divided by that of another design in the same library."""

    model_config = STRICT

    design: Any
    over: Any = None
    column: CostColumn
    row_length: RowLength
    lanes: Lanes = 8
    over_lanes: Lanes | None = None
    technology: Text = "nangate45"

    @pydantic.model_validator(mode="after")
    def _comparable(self) -> Self:
        if self.column in IN_UNITS and self.over is None:
            raise ValueError(
                f"{self.column} depends on the library, so it is compared as a ratio only: give `over`, another design"
            )
        return self


class BitsModel(pydantic.BaseModel):
    """Bits of the tables in the circuit of a design, all of them or those of one part."""

    model_config = STRICT

    design: Any
    part: Literal["exp", "normalizer", "output"] | None = None
    lanes: Lanes = 1
    row_length: RowLength = 64


def written_out(codes: Codes) -> list[int]:
    """A list of codes, whichever way it is given."""
    return [codes["code"]] * codes["times"] if isinstance(codes, dict) else codes
