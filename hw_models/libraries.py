"""Where standard-cell libraries are: the one that ships with the package, Debian's, or a folder of the user's.

The folder is named by the environment variable HWSOFTMAX_LIBERTY; NAME.lib and NAME.lib.gz in it are the library NAME.
"""

from __future__ import annotations

import os
from pathlib import Path

from approx.sentences import no_such
from hw_models import generic_library
from hw_models.liberty import Library
from hw_models.liberty_reading import read

VARIABLE = "HWSOFTMAX_LIBERTY"
_DEBIAN = Path("/usr/share/qflow/tech")
NAMES = {
    "generic": (generic_library.FILE, ""),
    "osu018": (_DEBIAN / "osu018" / "osu018_stdcells.lib", "qflow-tech-osu018"),
    "osu035": (_DEBIAN / "osu035" / "osu035_stdcells.lib", "qflow-tech-osu035"),
    "osu050": (_DEBIAN / "osu050" / "osu05_stdcells.lib", "qflow-tech-osu050"),
}


def library(name: str) -> Library:
    """The library of a name. Raises ValueError: a name that does not exist, a package that is not installed."""
    own = _own()
    if name in own:
        return read(own[name])
    if name not in NAMES:
        more = f" Other libraries are given by their file, with --liberty, or by a folder of them in {VARIABLE}."
        raise ValueError(no_such("library", name, [*NAMES, *own]) + more)
    path, package = NAMES[name]
    if not path.exists():
        raise ValueError(f"the library {name} is not installed; on Debian: apt install {package}.")
    return read(path)


def _own() -> dict[str, Path]:
    """The liberty files of the user's folder by their names; none where it is not named."""
    folder = os.environ.get(VARIABLE)
    if not folder:
        return {}
    try:
        files = sorted(Path(folder).iterdir())
    except OSError as problem:
        raise ValueError(f"{VARIABLE} = {folder} cannot be read: {problem.strerror or problem}.") from None
    suffixes = (".lib.gz", ".lib")
    return {
        file.name.removesuffix(suffix): file
        for suffix in suffixes
        for file in files
        if file.name.endswith(suffix) and file.name.removesuffix(suffix) not in NAMES
    }
