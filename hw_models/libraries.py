"""Where standard-cell libraries are: the one that ships with the package, Debian's, or a file of the user's."""

from __future__ import annotations

from pathlib import Path

from approx.sentences import no_such
from hw_models import generic_library
from hw_models.liberty import Library
from hw_models.liberty_reading import read

_DEBIAN = Path("/usr/share/qflow/tech")
NAMES = {
    "generic": (generic_library.FILE, ""),
    "osu018": (_DEBIAN / "osu018" / "osu018_stdcells.lib", "qflow-tech-osu018"),
    "osu035": (_DEBIAN / "osu035" / "osu035_stdcells.lib", "qflow-tech-osu035"),
    "osu050": (_DEBIAN / "osu050" / "osu05_stdcells.lib", "qflow-tech-osu050"),
}


def library(name: str) -> Library:
    """The library of a name. Raises ValueError: a name that does not exist, a package that is not installed."""
    if name not in NAMES:
        raise ValueError(no_such("library", name, NAMES) + " Other libraries are given by their file, with --liberty.")
    path, package = NAMES[name]
    if not path.exists():
        raise ValueError(f"the library {name} is not installed; on Debian: apt install {package}.")
    return read(path)
