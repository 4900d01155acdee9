"""Published and shipped softmaxes: one source (paper, library) a file, each a function that composes units."""
