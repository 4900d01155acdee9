"""Stochastic computing, bit by bit: sources, streams, circuits, netlists, exact moments, metrics.

>>> from approx import stochastic as sc
>>> x = sc.encode(sc.Sobol(width=8, dimension=1), sc.unipolar_levels(0.5, 8), 256)
>>> y = sc.encode(sc.Sobol(width=8, dimension=2), sc.unipolar_levels(0.25, 8), 256)
>>> (x & y).unipolar()  # 0.125

Every circuit has a definition bit by bit (`circuit.reference`) and runs 64 cycles a word when called on streams.
"""

from __future__ import annotations

from approx.stochastic import closed_forms, markov, metrics
from approx.stochastic.accumulate import CarryAccumulator, ParallelCounter
from approx.stochastic.circuit import Circuit, Registers
from approx.stochastic.counters import (
    ClockDivision,
    Halton,
    Race,
    Ramp,
    RampDown,
    RelativelyPrime,
    Rotation,
    VanDerCorput,
)
from approx.stochastic.division import Addie, Cordiv, GainesDivider, JkDivider
from approx.stochastic.encoding import (
    bipolar_levels,
    bipolar_value,
    thermometer,
    two_rail_levels,
    unipolar_levels,
    unipolar_value,
)
from approx.stochastic.euler import EulerSoftmax
from approx.stochastic.gates import Delay, Gate, Multiplexer, Select, multiply_counts
from approx.stochastic.generator import encode, encode_with_phases
from approx.stochastic.hazards import Hazard, find_hazards
from approx.stochastic.ideal_sources import Independent, Permutation
from approx.stochastic.integral import CountMachine, btanh, integral_exp
from approx.stochastic.memoise import memo, regenerated
from approx.stochastic.netlist import Constant, Input, Node, apply
from approx.stochastic.number_source import NumberSource
from approx.stochastic.planner import HazardWarning, Plan, plan
from approx.stochastic.polynomials import Bernstein, MaclaurinExp
from approx.stochastic.shift_registers import Lfsr, ZeroInsertedLfsr
from approx.stochastic.sliced import walk_counts
from approx.stochastic.sobol import Sobol
from approx.stochastic.sorting_networks import BitonicNetwork, SelectiveInterconnect, merged
from approx.stochastic.state_machine import StateMachine, WeightedMachine, linear_gain, sabs, sexp, stanh, walk
from approx.stochastic.streams import Streams
from approx.stochastic.synchronise import SkewedSynchroniser

__all__ = [
    "Addie",
    "Bernstein",
    "BitonicNetwork",
    "CarryAccumulator",
    "Circuit",
    "ClockDivision",
    "Constant",
    "Cordiv",
    "CountMachine",
    "Delay",
    "EulerSoftmax",
    "GainesDivider",
    "Gate",
    "Halton",
    "Hazard",
    "HazardWarning",
    "Independent",
    "Input",
    "JkDivider",
    "Lfsr",
    "MaclaurinExp",
    "Multiplexer",
    "Node",
    "NumberSource",
    "ParallelCounter",
    "Permutation",
    "Plan",
    "Race",
    "Ramp",
    "RampDown",
    "Registers",
    "RelativelyPrime",
    "Rotation",
    "Select",
    "SelectiveInterconnect",
    "SkewedSynchroniser",
    "Sobol",
    "StateMachine",
    "Streams",
    "VanDerCorput",
    "WeightedMachine",
    "ZeroInsertedLfsr",
    "apply",
    "bipolar_levels",
    "bipolar_value",
    "btanh",
    "closed_forms",
    "encode",
    "encode_with_phases",
    "find_hazards",
    "integral_exp",
    "linear_gain",
    "markov",
    "memo",
    "merged",
    "metrics",
    "multiply_counts",
    "plan",
    "regenerated",
    "sabs",
    "sexp",
    "stanh",
    "thermometer",
    "two_rail_levels",
    "unipolar_levels",
    "unipolar_value",
    "walk",
    "walk_counts",
]
