"""What a softmax unit costs: bills from `approx` times prices with a unit, a node, a source and an accuracy."""
