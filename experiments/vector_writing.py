"""Writes files of vectors whose bytes depend on nothing but their contents, whole or not at all."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.lib import format as npy_format
from numpy.typing import NDArray

NO_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can hold; numpy.savez would write the present
UNIX = 3  # the system that zips are marked with, on every system


def as_npz(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """The bytes of an uncompressed .npz: how well zlib packs differs between versions."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            member = io.BytesIO()
            npy_format.write_array(member, array, version=(1, 0), allow_pickle=False)
            info = zipfile.ZipInfo(f"{name}.npy", NO_TIME)
            info.create_system, info.external_attr = UNIX, 0o644 << 16
            archive.writestr(info, member.getvalue())
    return whole.getvalue()


def layout(
    inputs: NDArray[Any], outputs: NDArray[Any], lengths: Sequence[int], meta: Mapping[str, Any]
) -> dict[str, NDArray[Any]]:
    """The arrays of a file of vectors of one configuration. lengths: of the rows."""
    return {
        "inputs": inputs.astype(inputs.dtype.newbyteorder("<")),
        "outputs": outputs.astype(outputs.dtype.newbyteorder("<")),
        "row_ptr": np.concatenate([[0], np.cumsum(lengths)]).astype("<i8"),
        "cfg_id": np.zeros(len(lengths), dtype="<i4"),
        "meta": np.array(json.dumps(meta, sort_keys=True)),
    }
