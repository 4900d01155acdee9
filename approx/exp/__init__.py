"""Exponential units: one family a file, each from a distance below the reference to an integer term."""
