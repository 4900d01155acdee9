"""Stochastic computing, bit by bit: sources, streams, circuits, exact moments."""
