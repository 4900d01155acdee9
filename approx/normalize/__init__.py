"""Normalisers: one family a file, each from a sum to row numbers and from there to output codes."""
