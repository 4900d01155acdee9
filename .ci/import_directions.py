"""Arrows between the rooms go one way; exits 1 and names every import that does not.

approx <- hw_models <- experiments; inside approx: formats <- units <- design <- designs <- catalog.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("approx", "hw_models", "experiments")
# Inside approx, the level of a module; it imports its own level and lower ones. What is not named is a format (0).
LEVELS = {
    "approx.unit": 1, "approx.parts": 1, "approx.exp": 1, "approx.normalize": 1, "approx.reference": 1,
    "approx.byte_vectors": 2, "approx.byte_tables": 2, "approx.byte_chunks": 2, "approx.views": 2,
    "approx.kernels": 2, "approx.tables": 2, "approx.engine": 2, "approx.numerators": 2, "approx.wide": 2,
    "approx.face": 2, "approx.billing": 2,
    "approx.published": 2, "approx.design": 2, "approx.blocks": 2, "approx.overflow": 2,
    "approx.composed": 2, "approx.exp2_softmax": 2, "approx.element": 2,
    "approx.elementwise": 2, "approx.two_level": 2,
    "approx.float_softmax": 2, "approx.stochastic_softmax": 2, "approx.stochastic_billing": 2,
    "approx.certificates": 3, "approx.faults": 3, "approx.designs": 3, "approx.own_designs": 3, "approx.own_entries": 3,
    "approx.shipped_designs": 3, "approx.catalog": 4, "approx": 4,
}  # fmt: skip
ONLY_WITH_NUMBA = {
    "approx.kernels", "approx.jit", "approx.byte_vectors", "approx.byte_tables", "approx.byte_chunks", "approx.views",
}  # fmt: skip


def main() -> int:
    """Check every module; returns the exit code."""
    wrong = [sentence for path in sorted(_files()) for sentence in _check(path)]
    print("\n".join(wrong) or "all imports point the right way")  # noqa: T201  a command prints
    return 1 if wrong else 0


def _files() -> Iterator[Path]:
    for room in ROOMS:
        yield from (ROOT / room).rglob("*.py")


def _check(path: Path) -> Iterator[str]:
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for line, target in _imports(ast.parse(path.read_text(encoding="utf-8"))):
        room, other = module.partition(".")[0], target.partition(".")[0]
        if other in ROOMS and ROOMS.index(other) > ROOMS.index(room):
            yield f"{path.relative_to(ROOT)}:{line}: {room} imports {target}, which is built on it"
        elif room == other == "approx" and _level(target) > _level(module):
            yield f"{path.relative_to(ROOT)}:{line}: {module} imports {target}, which is built on it"
        elif target.startswith("approx.designs.") and module.startswith("approx.designs."):
            yield f"{path.relative_to(ROOT)}:{line}: a design imports another design, {target}"
        elif other == "numba" and module not in ONLY_WITH_NUMBA:
            yield f"{path.relative_to(ROOT)}:{line}: only {' and '.join(sorted(ONLY_WITH_NUMBA))} import numba"


def _imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and name of every import, those for type checkers only left out."""
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def _level(module: str) -> int:
    parts = module.split(".")
    known = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    named = next((name for name in known if name in LEVELS), "approx")
    return LEVELS[named] if named != "approx" or module == "approx" else 0


if __name__ == "__main__":
    sys.exit(main())
