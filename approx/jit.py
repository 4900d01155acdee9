"""The one way kernels are compiled, and where their machine code is kept.

Numba stamps a cached kernel with the content of its own file only, so an edit elsewhere would run the old code, and a
class that is renamed would crash the load (measured; documented limitation, numba PR #8359). The cache therefore lives
in a folder named by the content of the whole package. `fastmath` and `parallel` stay out: a kernel is a specification.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

Kernel = TypeVar("Kernel", bound=Callable[..., object])


def compiled(function: Kernel) -> Kernel:
    """Compile a plain function of arrays and numbers on first use, cached on disk, releasing the GIL."""
    settings: Any = numba.config  # its attributes are set at run time
    previous = settings.CACHE_DIR
    settings.CACHE_DIR = str(_cache_folder())  # the folder is chosen when a function is decorated
    try:
        return cast(Kernel, numba.njit(cache=True, nogil=True)(function))
    finally:
        settings.CACHE_DIR = previous


def inlined(function: Kernel) -> Kernel:
    """Compile a function into every kernel that calls it: the arguments of a call cost more than a short row."""
    return cast(Kernel, numba.njit(inline="always")(function))


@functools.cache
def _cache_folder() -> Path:
    """A writable folder for this content of the package and this Numba."""
    digest = hashlib.sha256(numba.__version__.encode())
    package = Path(__file__).parent
    for file in sorted(package.rglob("*.py")):
        digest.update(str(file.relative_to(package)).encode() + b"\0" + file.read_bytes() + b"\0")
    name = f"kernels-{digest.hexdigest()[:16]}"
    root = os.environ.get("NUMBA_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    ours = Path(tempfile.gettempdir()) / f"hwsoftmax-{os.getuid()}"  # for a home that cannot be written
    for folder in (Path(root) / "hwsoftmax" / name, ours / name):
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if folder.stat().st_uid == os.getuid() and folder.parent.stat().st_uid == os.getuid():
                with tempfile.TemporaryFile(dir=folder):
                    return folder
    folder = Path(tempfile.mkdtemp(prefix=f"{name}-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
