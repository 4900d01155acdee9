"""What is asked: a configuration becomes points, points become rows of numbers, rows become pictures."""
