"""The speed table of docs/speed.md: `python benchmarks/speed.py` prints it, as `hwsoftmax bench` does."""

from experiments.cli import main

if __name__ == "__main__":
    main(["bench"])
