"""Numbers that papers print, measured again: what a file of them holds, how it is read, run and reported."""
