"""The key of a point: what its numbers depend on, hashed. Two points with one key have the same row.

In the key: the point without its label; the content of our packages; the versions of NumPy and Numba; and the content
of a user's own file. Generated and shipped workloads need no digest of their rows: they are determined by their
parameters, their seed and the content of our packages, which are in the key already.

The processor is not in it. Codes are the same everywhere, but the exact softmax that they are compared with can differ
in the last digit between processors: move a folder to another machine to read it, not to resume it.
"""

from __future__ import annotations

import functools
import hashlib
from typing import TYPE_CHECKING

from experiments import workloads
from experiments.results import canonical
from experiments.revision import COMPUTING, content_hash, versions
from experiments.workloads.own_file import ENTRY as OWN_FILE

if TYPE_CHECKING:
    from experiments.point import Point
