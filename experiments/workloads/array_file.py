"""Arrays from .npy and .npz files that may be broken or hostile: nothing is run, and nothing believed unchecked.

What a header declares is compared with what the file holds before memory is taken. Arrays that stand uncompressed in
the file are mapped rather than read, whatever their size; compressed ones are read up to MAX_IN_MEMORY.
"""

from __future__ import annotations

import io
import math
import mmap
import stat
import struct
import tokenize
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal

import numpy as np
from numpy.lib import format as npy_format
from numpy.typing import NDArray

MAX_IN_MEMORY = 1 << 27  # bytes of one array that cannot be mapped: 128 MiB
MAX_HEADER = 1 << 14  # bytes; NumPy itself refuses text above 10 000
READ_AT_ONCE = 1 << 20  # bytes
LOCAL_HEADER = struct.Struct("<26xHH")  # of a zip member: everything up to the lengths of its name and extra field
BROKEN_HEADER = (ValueError, SyntaxError, TypeError, EOFError, RecursionError, MemoryError, tokenize.TokenError)
BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, struct.error, OSError, OverflowError, ValueError)


class RefusedFileError(ValueError):
    """A sentence, starting with the path: what is wrong with a file, and what would be right."""


@dataclass(frozen=True)
class Header:
    """What an array in a file declares. length: of the header itself, in bytes."""

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    order: Literal["C", "F"]
    length: int

    @property
    def data_bytes(self) -> int:
        """The bytes that must follow the header."""
        return math.prod(self.shape) * self.dtype.itemsize


def array_names(path: Path) -> tuple[str, ...]:
    """The names of the arrays in an .npz, or ("",) for an .npy; which of them it is, the content says.

    Raises RefusedFileError, as `read_array` does.
    """
    _refuse_what_is_no_file(path)
    try:
        with path.open("rb") as stream:
            start = stream.read(8)
    except OSError as error:
        raise RefusedFileError(f"{path}: cannot be read: {error.strerror}") from None
    if start.startswith(npy_format.MAGIC_PREFIX):
        return ("",)
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        with _archive(path) as archive:
            return tuple(name[:-4] for name in archive.namelist() if name.endswith(".npy") and name != ".npy")
    kind = "looks like a pickle, which can run code" if start.startswith(b"\x80") else "is neither .npy nor .npz"
    raise RefusedFileError(f"{path}: {kind if start else 'is empty'}; save arrays with numpy.save or numpy.savez")


def read_array(path: Path, name: str) -> NDArray[Any]:
    """One array by the name that `array_names` gave it; read-only where it is mapped.

    Any dtype without Python objects; at least one element. Raises RefusedFileError.
    """
    if name:
        with _archive(path) as archive:
            return _member(path, archive, archive.getinfo(f"{name}.npy"))
    with path.open("rb") as stream:
        header = _header(str(path), stream.read(MAX_HEADER))
    _compare_sizes(str(path), header, path.stat().st_size - header.length)
    return _mapped(path, header, header.length)


def forget_pages(array: NDArray[Any]) -> None:
    """Give back the memory that reading a mapped array has taken; what is needed again is read again.

    Without this a process that walks through a large file holds all of it. Does nothing to an array in memory.
    """
    owner: object = array
    while isinstance(owner, np.ndarray):
        owner = owner.base
    if isinstance(owner, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        owner.madvise(mmap.MADV_DONTNEED)


def _refuse_what_is_no_file(path: Path) -> None:
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:  # ValueError: a null character in the name
        reason = "there is no such file" if isinstance(error, FileNotFoundError) else f"cannot be read: {error}"
        raise RefusedFileError(f"{path}: {reason}; give the path of an .npy or .npz file") from None
    if not stat.S_ISREG(mode):
        kind = "is a folder" if stat.S_ISDIR(mode) else "is not an ordinary file"
        raise RefusedFileError(f"{path}: {kind}; give the path of an .npy or .npz file")


@contextmanager
def _archive(path: Path) -> Iterator[zipfile.ZipFile]:
    """The zip at `path`; whatever breaks while it is read becomes a sentence."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except RefusedFileError:
        raise
    except BROKEN_ZIP as error:
        raise RefusedFileError(f"{path}: damaged or truncated ({error}); write it again with numpy.savez") from None


def _member(path: Path, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> NDArray[Any]:
    where = f"{path}: {info.filename!r}"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or info.flag_bits & 1:
        raise RefusedFileError(f"{where}: is packed in a way NumPy does not use; write it again with numpy.savez")
    with archive.open(info) as member:
        start = member.read(MAX_HEADER)
        header = _header(where, start)
        _compare_sizes(where, header, info.file_size - header.length)
        if info.compress_type == zipfile.ZIP_DEFLATED:
            if header.data_bytes > MAX_IN_MEMORY:
                raise RefusedFileError(
                    f"{where}: is compressed and takes {header.data_bytes} bytes of memory, more than {MAX_IN_MEMORY}; "
                    "write it with numpy.savez, which does not compress"
                )
            return _inflated(where, header, bytearray(start[header.length :]), member)
        while member.read(READ_AT_ONCE):  # to the end, where zipfile compares the checksum
            pass
    return _mapped(path, header, _data_start(path, info) + header.length)


def _inflated(where: str, header: Header, data: bytearray, member: IO[bytes]) -> NDArray[Any]:
    while len(data) <= header.data_bytes and (part := member.read(READ_AT_ONCE)):
        data += part
    _compare_sizes(where, header, len(data))
    flat = np.frombuffer(data, dtype=header.dtype)
    return flat.reshape(header.shape, order=header.order)


def _data_start(path: Path, info: zipfile.ZipInfo) -> int:
    """Where a member's bytes begin: behind its local header, whose length the central directory does not know."""
    with path.open("rb") as stream:
        stream.seek(info.header_offset)
        name, extra = LOCAL_HEADER.unpack(stream.read(LOCAL_HEADER.size))
    return info.header_offset + LOCAL_HEADER.size + int(name) + int(extra)


def _mapped(path: Path, header: Header, start: int) -> NDArray[Any]:
    mapped = np.memmap(path, dtype=header.dtype, mode="r", offset=start, shape=header.shape, order=header.order)
    return mapped.view(np.ndarray)


def _header(where: str, start: bytes) -> Header:
    """Read the header of an .npy from its first bytes; refuses what is no array of at least one number."""
    stream = io.BytesIO(start)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about headers written by Python 2, which are read all the same
            version = npy_format.read_magic(stream)
            read = npy_format.read_array_header_1_0 if version == (1, 0) else npy_format.read_array_header_2_0
            shape, fortran, dtype = read(stream)
    except BROKEN_HEADER:
        raise RefusedFileError(f"{where}: has a header that cannot be read; write it again with numpy.save") from None
    if dtype.hasobject:
        raise RefusedFileError(
            f"{where}: holds Python objects (a pickle, which can run code); store an array of numbers"
        )
    if any(isinstance(length, bool) or length < 0 for length in shape) or len(shape) > 32:
        raise RefusedFileError(f"{where}: declares the shape {_short(shape)}, which no array has; write it again")
    if dtype.itemsize == 0 or 0 in shape:
        raise RefusedFileError(f"{where}: has the shape {_short(shape)}, so no elements; one row of one is the least")
    return Header(dtype, shape, "F" if fortran else "C", stream.tell())


def _compare_sizes(where: str, header: Header, held: int) -> None:
    if held != header.data_bytes:
        raise RefusedFileError(
            f"{where}: declares {header.dtype} of shape {_short(header.shape)}, {header.data_bytes} bytes, but holds "
            f"{max(held, 0)}: it is truncated or damaged; write it again"
        )


def _short(shape: tuple[int, ...]) -> str:
    text = str(shape)
    return text if len(text) <= 60 else text[:57] + "..."
