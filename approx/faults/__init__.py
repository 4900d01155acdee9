"""Bit flips in softmax units: how much of its accuracy a design keeps when its bits are not reliable.

>>> import approx
>>> from approx.faults import faulty
>>> design = faulty(approx.build("yuan2017"), rate=1e-3, seed=1, exposed="datapath")

Which bits flip (`Exposed`), each independently and with the same probability `rate`:

"datapath": the numbers between the exponential and the output. In a binary unit the word of every exponential: the
    integer that is summed and then divided flips in all its bits before both (where a unit divides another integer than
    it sums, both flip; an online sum takes its terms as they are made, there the word for the division flips). In a
    stochastic unit every bit of every stream: each stream that a generator delivers (inputs, constants, coefficients),
    the stream that is counted, both operands of a stream divider and its quotient. A binary exponential before a stream
    divider is a word and flips like one.
"everything": these, and the words in which a row is kept: input codes, counts of streams, output codes.

The running sum and the constants of a circuit (table contents, thresholds, states of machines) never flip.

A word of w bits and a stream of L bits are not exposed alike: at rate r the one has r * w flips on average, the other
r * L. `FaultyDesign.exposed_bits` says how many bits an element has; a comparison at equal rate assumes that a bit
is as likely to flip in a cycle of a stream as it is in the lifetime of a word.
"""

from approx.faults.design import Exposed, FaultyDesign
from approx.faults.faulty import check_faults, exposed_bits, faulty
from approx.faults.flips import Flips

__all__ = ["Exposed", "FaultyDesign", "Flips", "check_faults", "exposed_bits", "faulty"]
