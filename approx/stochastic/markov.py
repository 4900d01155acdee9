"""Exact moments of state machines with independent inputs: the oracle for finite lengths, without a stream.

With the row vector d of the state at reset, the transition matrix P and the vector o of output probabilities, the mean
of the estimate is (1 / L) sum_t d P**t o. The second moment comes from one backward recursion for the number of ones
still to come.
"""

from __future__ import annotations

from math import comb
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from approx.stochastic.integral import CountMachine
from approx.stochastic.state_machine import StateMachine
from approx.stochastic.streams import check_warmup

Real = NDArray[np.float64]


class Moments(NamedTuple):
    """Mean and variance of an estimate (ones / cycles)."""

    mean: float
    variance: float


def transitions(machine: StateMachine, p: float) -> Real:
    """The matrix of the chain when the input is 1 with probability p, float64, states x states, rows sum to 1.

    Raises ValueError for p outside [0, 1].
    """
    if not 0 <= p <= 1:
        raise ValueError(f"p = {p}; a probability lies in [0, 1]")
    matrix = np.zeros((machine.states, machine.states))
    states = np.arange(machine.states)
    np.add.at(matrix, (states, np.array(machine.zeros)), 1 - p)
    np.add.at(matrix, (states, np.array(machine.ones)), p)
    return matrix


def moments(machine: StateMachine, p: float, length: int, warmup: int = 0) -> Moments:
    """Mean and variance of ones / cycles over cycles warmup ... length - 1, for an input of independent bits.

    The outputs of a weighted machine are taken as independent given the states. Raises ValueError for p outside [0, 1].
    """
    check_warmup(warmup, length)
    matrix, outputs = transitions(machine, p), machine.output_probabilities
    law = np.zeros(machine.states)
    law[machine.start] = 1.0
    for _ in range(warmup):
        law = law @ matrix
    # to_come[s], squares[s]: mean and mean square of the ones in the cycles that are left, from state s
    to_come, squares = np.zeros(machine.states), np.zeros(machine.states)
    for _ in range(length - warmup):
        later, later_squares = matrix @ to_come, matrix @ squares
        squares = later_squares + _twice_output_times_rest(machine, p, to_come) + outputs
        to_come = outputs + later
    cycles = length - warmup
    mean = float(law @ to_come) / cycles
    return Moments(mean, float(law @ squares) / cycles**2 - mean**2)


def _twice_output_times_rest(machine: StateMachine, p: float, to_come: Real) -> Real:
    """2 E[output * ones after it | state]: a Moore output does not depend on the input that moves the state."""
    return 2 * machine.output_probabilities * (transitions(machine, p) @ to_come)


def stationary(machine: StateMachine, p: float) -> float:
    """The limit of the mean for length -> infinity.

    Where the chain has one closed class (every walk), this is its stationary law; else that of the class reached
    from the start. p = 0 and p = 1 are included.
    """
    return float(stationary_law(machine, p) @ machine.output_probabilities)


def stationary_law(machine: StateMachine, p: float) -> Real:
    """The limit of the average law of the states, float64."""
    matrix = transitions(machine, p)
    return _limit_from(matrix, machine.start)


def _limit_from(matrix: Real, start: int) -> Real:
    """The row of `start` in the limit of a chain: (I + P) / 2 is aperiodic and has the same limit, by squaring."""
    step = (np.eye(len(matrix)) + matrix) / 2
    for _ in range(60):
        step = step @ step
        step /= step.sum(axis=1, keepdims=True)
    return step[start]


def relaxation_cycles(machine: StateMachine, p: float) -> float:
    """-1 / ln of the second largest eigenvalue: how long the start is remembered."""
    sizes = np.sort(np.abs(np.linalg.eigvals(transitions(machine, p))))[::-1]
    return float(-1 / np.log(sizes[1])) if 0 < sizes[1] < 1 else (0.0 if sizes[1] == 0 else float("inf"))


def stationary_of_counts(machine: CountMachine, p: float, inputs: int) -> float:
    """The limit of the mean of a machine that reads the ones among `inputs` independent streams of probability p."""
    steps = 2 * np.arange(inputs + 1) - inputs
    weights = np.array([comb(inputs, c) * p**c * (1 - p) ** (inputs - c) for c in range(inputs + 1)])
    states = np.arange(machine.states)
    matrix = np.zeros((machine.states, machine.states))
    for step, weight in zip(steps, weights, strict=True):
        np.add.at(matrix, (states, np.clip(states + step, 0, machine.states - 1)), weight)
    output = (states >= machine.ones_from) & (states < machine.ones_below)
    return float(_limit_from(matrix, machine.start) @ output)
