"""What `from approx import stochastic as sc` offers is what it says, and every name of it is documented."""

import inspect
import types

import pytest

from approx import stochastic as sc

MODULES = {"closed_forms", "markov", "metrics"}


def test_names_are_classes_and_functions_and_three_modules():
    """A module of the package hides a function of the same name."""
    assert {name for name in sc.__all__ if isinstance(getattr(sc, name), types.ModuleType)} == MODULES
    assert sc.__all__ == sorted(sc.__all__)


def documented(name):
    thing = getattr(sc, name)
    yield name, thing
    members = vars(thing).items() if inspect.isclass(thing) or inspect.ismodule(thing) else ()
    for member, value in members:
        if member.startswith("_") or getattr(value, "__module__", thing.__name__) not in (
            getattr(thing, "__module__", thing.__name__),
            thing.__name__,
        ):
            continue
        if isinstance(value, property | classmethod) or callable(value):
            yield f"{name}.{member}", value


@pytest.mark.parametrize("name", sc.__all__)
def test_every_public_name_is_documented(name):
    assert [path for path, thing in documented(name) if not (inspect.getdoc(thing) or "").strip()] == []


@pytest.mark.parametrize("name", sc.__all__)
def test_what_a_public_name_refuses_is_documented(name):
    """Where something is raised, the docstring of the class, the function or the method says so."""
    silent = []
    for path, thing in documented(name):
        source, owner = inspect.getsource(thing) if callable(thing) else "", inspect.getdoc(getattr(sc, name)) or ""
        if "raise " in source and "Error" not in source.partition("raise ")[0] and "Error" not in owner:
            silent.append(path)
    assert silent == []


def test_lengths_are_whole_numbers():
    with pytest.raises(TypeError, match=r"a length of 2\.5; cycles are counted in whole numbers"):
        sc.encode(sc.Ramp(width=4), 3, 2.5)
