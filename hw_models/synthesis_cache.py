"""Results of synthesis on disk, by the content of everything they depend on."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any


def key(parts: Iterable[bytes]) -> str:
    """A name for this content: each part with its length, so that no two lists of parts are taken for each other."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "little") + part)
    return digest.hexdigest()[:32]


def load(name: str) -> dict[str, Any] | None:
    """What was stored under a name; None where nothing was, or where it cannot be read."""
    folder = _folder()
    with contextlib.suppress(OSError, EOFError, ValueError):
        if folder:
            found = json.loads(gzip.decompress((folder / f"{name}.json.gz").read_bytes()))
            return found if isinstance(found, dict) else None
    return None


def store(name: str, result: dict[str, Any]) -> None:
    """Keep a result. A disk that is full or cannot be written costs the next run its time, nothing else."""
    folder = _folder()
    if folder is None:
        return
    with contextlib.suppress(OSError), tempfile.NamedTemporaryFile(dir=folder, suffix=".part", delete=False) as file:
        try:
            file.write(gzip.compress(json.dumps(result).encode(), mtime=0))
            file.flush()
            Path(file.name).replace(folder / f"{name}.json.gz")  # whole or not at all
        except OSError:
            Path(file.name).unlink(missing_ok=True)
            raise


def _folder() -> Path | None:
    """The folder of results: ours, writable by us, in the user's cache folder."""
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = root / "hwsoftmax" / "synthesis"
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if folder.stat().st_uid == os.getuid() and os.access(folder, os.W_OK):
            return folder
    return None
