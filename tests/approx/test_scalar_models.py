"""Integer designs of the literature against models of one row in plain Python, written from their descriptions."""

import functools
import math
from fractions import Fraction

import numpy as np
import pytest

import approx
from approx.correct_rounding import exact_value
from approx.exp.minimax import CENTRED_4, EXACT_AT_ZERO, FREE

LENGTHS = (1, 2, 3, 17, 100, 4096)


def nearest(value):
    """A rational rounded to an integer, ties to even."""
    return round(value)


def half_up(value, bits):
    """An integer divided by 2**bits, ties up."""
    return (2 * value + (1 << bits) >> (bits + 1)) if bits > 0 else value << -bits


@functools.cache
def power(x):
    return exact_value("exp2", Fraction(x))


@functools.cache
def natural(x):
    return exact_value("exp", Fraction(x))


def below(frac, line):
    """2**-x of a distance with `frac` fraction bits, given 2**f as a function of the fraction's code."""

    @functools.cache
    def of(d):
        integer = -((-d) >> frac)
        return line(-d + (integer << frac)) >> integer

    return of


def through_log2e(frac, fraction_bits, unit):
    log2e = round(math.log2(math.e) * 2**14)
    return functools.cache(lambda d: unit(half_up(d * log2e, frac + 14 - fraction_bits)))


def divided(terms, frac, highest):
    total = sum(terms)
    return [min((t << frac) // total, highest) for t in terms]


def summed(codes, unit):
    top = max(codes)
    return [unit(top - c) for c in codes]


# One model a design: (parameters, a row of codes -> a row of outputs)


def pwl():
    def line(f):
        piece, offset = f >> 7, f & 127
        start = nearest(power(Fraction(piece, 8)) * 2**17)
        slope = nearest((power(Fraction(piece + 1, 8)) - power(Fraction(piece, 8))) * 8 * 2**8)
        return min(start + (slope * offset >> (10 + 8 - 17)) >> 2, 2 << 15)

    unit = through_log2e(4, 10, below(10, line))
    return "pwl_softmax", {}, lambda q: divided(summed(q, unit), 16, 65535)


def polynomial(constraint, folded):
    table = FREE[3] if constraint == "free" else EXACT_AT_ZERO[3]
    frac = 6 if folded else 12

    def horner(f):
        c = [round(v * 2**17) for v in table]
        value = ((c[3] * f >> frac) + c[2]) * f >> frac
        value = ((value + c[1]) * f >> frac) + c[0]
        return min(value >> 2, 2 * (c[0] >> 2))

    unit = below(frac, horner) if folded else through_log2e(6, 12, below(12, horner))
    parameters = {"constraint": constraint, "fold_log2e": folded, "input": "s10.6"}
    return "polynomial_softmax", parameters, lambda q: divided(summed(q, unit), 16, 65535)


def cordic():
    shifts = [1, 2, 3, 4, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 13, 14]
    gain = math.prod(math.sqrt(1 - 4.0**-i) for i in shifts)

    def rotate(f):
        x, y, z = round(2**19 / gain), 0, f * round(math.log(2) * 2**19) >> 12
        for i in shifts:
            sign = 1 if z >= 0 else -1
            x, y, z = (
                x + sign * (y >> i), y + sign * (x >> i), z - sign * round(math.atanh(2.0**-i) * 2**19)
            )  # fmt: skip
        return min(max(x + y >> 4, 1 << 15), 2 << 15)

    def quotient(term, total):
        y, z = term << 17, 0
        for i in range(1, 18):
            sign = 1 if y >= 0 else -1
            y, z = y - sign * ((total << 17) >> i), z + sign * (1 << (17 - i))
        return min(max(z >> 1, 0), 65535)

    unit = through_log2e(4, 12, below(12, rotate))

    def row(q):
        terms = summed(q, unit)
        return [quotient(t, sum(terms)) for t in terms]

    return "cordic_softmax", {}, row


def bipartite(symmetric):
    @functools.cache
    def entry(group):
        return nearest(power(Fraction(2 * (group * 8) + 7, 2 * 1024)) * 2**15)

    @functools.cache
    def move(high, low):
        rise = power(Fraction(high + 1, 16)) - power(Fraction(high, 16))
        return nearest(rise * 16 * Fraction(2 * low - 7, 2 * 1024) * 2**15)

    def line(f):
        return min(max(entry(f >> 3) + move(f >> 6, f & 7), 1 << 15), 2 << 15)

    unit = through_log2e(4, 10, below(10, line))
    return "bipartite_softmax", {"symmetric": symmetric}, lambda q: divided(summed(q, unit), 16, 65535)


def linear_log(code, bits):
    exponent = code.bit_length() - 1
    return (exponent << bits) + ((code - (1 << exponent) << bits) >> exponent)


def mitchell():
    unit = through_log2e(4, 12, below(12, lambda f: (1 << 15) + (f << 3)))

    def quotient(term, total):
        difference = linear_log(term, 12) - linear_log(total, 12) if term else None
        if difference is None:
            return 0
        return min(math.floor(Fraction(4096 + difference % 4096) * Fraction(2) ** (difference // 4096 + 4)), 65535)

    def row(q):
        terms = summed(q, unit)
        return [quotient(t, sum(terms)) for t in terms]

    return "mitchell_softmax", {}, row


def table(one, step):
    return functools.cache(lambda d: nearest(natural(Fraction(-d) * step) * one))


def newton(goldschmidt):
    unit, bits = table(1 << 15, Fraction(1, 16)), 20 if goldschmidt else 18

    def reciprocal(total):
        exponent = total.bit_length() - 1
        m = total << 16 >> exponent
        x = round(24 / 17 * 2**16) - (round(8 / 17 * 2**16) * m >> 16) << (bits - 16)
        d = m * x >> 16
        for _ in range(2):
            if goldschmidt:
                x, d = x * ((2 << bits) - d) >> bits, d * ((2 << bits) - d) >> bits
            else:
                x = x * ((2 << bits) - (m * x >> 16)) >> bits
        return min(x >> (bits - 16), 1 << 16), exponent

    def row(q):
        terms = summed(q, unit)
        factor, exponent = reciprocal(sum(terms))
        return [min(half_up(t * factor, exponent), 65535) for t in terms]

    return ("goldschmidt_softmax" if goldschmidt else "newton_softmax"), {}, row


def sole(rounding, lanes):
    def code(d):
        scaled = -(-d + (-d >> 1) - (-d >> 4))
        return min(scaled >> 4 if rounding == "floor" else half_up(scaled, 4), 15)

    def row(q):
        top, total = -128, 0
        for start in range(0, len(q), lanes):
            chunk = q[start : start + lanes]
            higher = max(top, *chunk)
            total = (total >> code(higher - top)) + sum(1 << (15 - code(higher - c)) for c in chunk)
            top = higher
        exponent = total.bit_length() - 1
        constant = round(0.568 * 2**16) if 2 * total >= 3 << exponent else round(0.818 * 2**16)
        # 2**(15 - k) * constant * 2**-16 / 2**exponent in steps of 2**-8
        return [min((constant << (15 - code(top - c))) >> (16 + exponent - 8), 255) for c in q]

    return "sole_e2softmax", {"rounding": rounding, "lanes": lanes}, row


def pseudo():
    def add(a, b):
        (e1, m1), (e2, m2) = max(a, b), min(a, b)
        m = m1 + (m2 >> (e1 - e2))
        return (e1 + 1, m >> 1) if m >= 512 else (e1, m)

    def row(q):
        nodes = [(x, 256) for x in q]
        while len(nodes) > 1:
            odd = [nodes[-1]] if len(nodes) % 2 else []
            nodes = [add(nodes[i], nodes[i + 1]) for i in range(0, len(nodes) - 1, 2)] + odd
        e, m = nodes[0]
        y = (51 * 128 - 10 * m if m < 384 else 36 * 128 - 5 * m) >> 3
        return [np.float32(math.ldexp(y, x - e - 9)).view(np.uint32) for x in q]

    return "pseudo_softmax", {}, row


def kouretas(kept):
    term = functools.cache(lambda d: nearest(natural(Fraction(-min(d, 127), 16)) * 2**15))
    # the second table: 128 entries over [0, 8) in steps of 2**-10
    antilog = functools.cache(lambda d: nearest(natural(Fraction(-(min(d, 8191) >> 6 << 6), 1024)) * 256))

    def log(total):
        exponent = total.bit_length() - 1
        index = ((total - (1 << exponent)) << 7) >> exponent
        middle = Fraction(2 * index + 1, 256) if index else Fraction(0)
        return nearest(exact_value("ln", 1 + middle) * 1024) + nearest(
            exact_value("ln", Fraction(2) ** (exponent - 15)) * 1024
        )

    log = functools.cache(log)

    def row(q):
        top = max(q)
        total = sum(sorted((term(top - c) for c in q), reverse=True)[: kept + 1])
        return [min(antilog((top - c) * 64 + log(total)), 255) for c in q]

    return "kouretas2020_extended", {"terms_kept": kept}, row


def simplest():
    unit = table(256, Fraction(1, 16))
    return "kouretas2020", {}, lambda q: [min(unit(min(max(q) - c, 127)), 255) for c in q]


def kim():
    @functools.cache
    def unit(d):
        product = 1 << 16
        for k in range(9):
            factor = nearest(natural(Fraction(-(1 << k), 16)) * 2**16) if d >> k & 1 else 1 << 16
            product = half_up(product * factor, 16)
        return product

    def row(q):
        bound = -(-max(q) // 16) * 16
        terms = [unit(bound - c) for c in q]
        exponent = sum(terms).bit_length() - 1
        index = (sum(terms) - (1 << exponent) << 7) >> exponent
        factor = min(nearest(Fraction(256, 257 + 2 * index) * 4096), 4095)
        return [min(half_up(t * factor, 12 + exponent - 8), 255) for t in terms]

    return "kim2024", {}, row


def li():
    def line(f):
        piece, offset = f >> 3, f & 7
        ends = [nearest(natural(Fraction(-p, 128)) * 2**18) for p in (piece, piece + 1)]
        return ends[0] - ((ends[0] - ends[1]) * offset >> 3)

    unit = functools.cache(
        lambda d: half_up(nearest(natural(Fraction(-(d >> 10))) * 2**18) * line(d & 1023), 18) if d >> 10 < 15 else 0
    )
    return "li2018", {}, lambda q: divided(summed(q, unit), 16, 65535)


def basic_split():
    @functools.cache
    def unit(d):
        parts = (d & 31, (d >> 5 & 31) << 5, d >> 10 << 10)
        entries = [nearest(natural(Fraction(-part, 1024)) * 2**28) for part in parts]
        return half_up(half_up(entries[0] * entries[1], 28) * entries[2], 28)

    return "basic_split2018", {}, lambda q: divided(summed(q, unit), 16, 65535)


def du(groups):
    def product(d, frac, one):
        if d >> (frac + 3):
            return 0
        parts, low = [], frac + 3
        for size in (4, 4, frac - 5)[:groups]:
            low -= size
            parts.append((d >> low & ((1 << size) - 1)) << low)
        value = 1 << one
        for part in reversed(parts):
            value = half_up(value * nearest(natural(Fraction(-part, 1 << frac)) * 2**one), one)
        return value

    term = functools.cache(lambda d: product(d, 10, 15))
    antilog = functools.cache(lambda d: min(product(d, 12, 15), 65535))

    def row(q):
        top = max(q)
        total = sum(term(top - c) for c in q)
        reference = min(max((total + (1 << 13)) // (1 << 14), 2), 256)  # in halves, to the last of 255 entries
        t = (total - (reference << 14)) * nearest(Fraction(2, reference) * 2**16) >> (15 + 16 - 16)
        log = max((nearest(exact_value("ln", Fraction(reference, 2)) * 2**16) + t - (t * t >> 17)) >> 4, 0)
        return [antilog(min(((top - c) << 2) + log, 1 << 15)) for c in q]

    return "du2019", {"groups": groups}, row


def zhang(mirroring):
    def correction(function, index, frac):
        def c(i):
            v = Fraction(i, 256)
            if function == "exp2":
                return (1 << frac) + int(v * 2**frac) - nearest(power(v) * 2**frac)
            return nearest(exact_value("log2", 1 + v) * 2**frac) - int(v * 2**frac)

        return c(min(index, 256 - index)) if mirroring == "plain" else c(index)

    def line(frac, one):
        return lambda f: (1 << one) + (f << one >> frac) - correction("exp2", f >> (frac - 8), one)

    term, antilog = below(10, line(10, 15)), below(12, line(12, 15))

    def row(q):
        top = max(q)
        total = sum(term(top - c) for c in q)
        exponent = total.bit_length() - 1
        fraction = (total - (1 << exponent) << 12) >> exponent
        log = ((exponent - 15) << 12) + fraction + correction("log2", fraction >> 4, 12)
        return [min(antilog((top - c) * 4 + log), 65535) for c in q]

    return "zhang2022", {"mirroring": mirroring}, row


def axsf():
    def term(d):
        whole = nearest(natural(Fraction(-(d >> 3 << 3), 16)) * 2**15)
        return whole - (whole * (d & 7) >> 4)

    def row(q):
        terms = summed(q, functools.cache(term))
        total, outputs = sum(terms), []
        for t in terms:
            upper, remainder = divmod(t << 6, total)
            difference = linear_log(remainder, 12) - linear_log(total, 12) if remainder else None
            lower = (
                0
                if difference is None
                else Fraction(4096 + difference % 4096) * Fraction(2) ** (difference // 4096 - 6)
            )
            outputs.append(min(upper * 64 + min(math.floor(lower), 63), 4095))
        return outputs

    return "axsf2023", {}, row


def efsha():
    @functools.cache
    def unit(code):
        binary = half_up(code * round(math.log2(math.e) * 2**16), 16)
        n = (binary + (1 << 15)) >> 16
        f, c = binary - (n << 16), [round(v * 2**20) for v in CENTRED_4]
        value = c[4]
        for coefficient in c[3::-1]:
            value = (value * f >> 16) + coefficient
        return min(math.floor(Fraction(value) * Fraction(2) ** (max(min(n, 64), -64) - 4)), 2**31 - 1)

    def row(q):
        terms = [unit(c) for c in q]
        total = min(sum(terms), 2**41 - 1)
        return [(t << 16) // max(total, 1) for t in terms]

    return "efsha2021", {}, row


MODELS = [
    pwl(), polynomial("free", False), polynomial("exact_at_zero", True), cordic(), bipartite(True), bipartite(False),
    mitchell(), newton(False), newton(True), sole("nearest", 16), sole("floor", 5), pseudo(), simplest(), kouretas(1),
    kouretas(4), kim(), li(), basic_split(), du(1), du(3), zhang("plain"), zhang("half_difference"), axsf(), efsha(),
]  # fmt: skip


def rows(design, length):
    """Random and realistic codes, equal codes at both ends and in the middle, a ramp either way."""
    low, high = design.input.lowest, design.input.highest
    rng = np.random.default_rng(length)
    yield rng.integers(low, high + 1, length)
    if length > 1000:  # plain Python takes its time
        return
    yield design.quantize(rng.normal(0, 2, length)).astype(np.int64)
    for code in (low, (low + high) // 2, high):
        yield np.full(length, code)
    ramp = np.linspace(low, high, length).astype(np.int64)
    yield ramp
    yield ramp[::-1]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: "-".join([model[0], *map(str, model[1].values())]))
def test_every_output_is_that_of_the_scalar_model(model):
    name, parameters, expected = model
    design = approx.build(name, **parameters)
    for length in LENGTHS:
        if design.traits.max_row_length and length > design.traits.max_row_length:
            continue
        for q in rows(design, length):
            codes = q.astype(design.input.dtype)
            np.testing.assert_array_equal(design.codes(codes), expected(q.tolist()), err_msg=f"{length} codes")
