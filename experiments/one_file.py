"""A file in its place whole, or not at all."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path


def replace(path: Path, content: bytes) -> None:
    """Put a whole file in its place, or leave what is there; raises OSError.

    It is written beside its place and then renamed, so a reader finds the old file or the new one, never a half.
    """
    draft = path.with_name(f".{path.name}.part")
    try:
        draft.unlink(missing_ok=True)  # of a process that was killed; a link there is not followed
        with draft.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
