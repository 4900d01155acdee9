"""Stand-ins for an experiment and its evaluation. Worker processes import this file by name."""

import math
import os
import signal
import sys
import time
from pathlib import Path
from types import SimpleNamespace

from experiments.point import Point
from experiments.row import LEVELS, Row
from experiments.worker import Job


def point(design, parameters, workload="attention", workload_parameters=None, **fields):
    """A point of no configuration."""
    asked = {
        "label": design, "lanes": 8, "row_length": None, "technology": "nangate45", "seed": 0, "replica": 0, **fields
    }  # fmt: skip
    return Point(design, parameters, workload=workload, workload_parameters=workload_parameters or {}, **asked)


def grid(count, **parameters):
    """An experiment of `count` points of two designs."""
    points = [point(("lut", "shift")[number % 2], {"depth": number, **parameters}) for number in range(count)]
    return SimpleNamespace(
        points=lambda: points, folder=None, seed=7, replicas=1, certify=False, config={"points": count}
    )  # fmt: skip


def same_code():
    """Instead of the hash of our packages: an edit while tests run is no reason to compute points again."""
    return "the same"


def cheap(point):
    depth = point.parameters["depth"]
    columns = {"family": "table", "rows": 4, "longest_row": 16, "shortest_row": 16, "row_length": 16}
    columns |= {"error": math.sin(depth) / 3, "area": 10 * depth}
    return Row(columns, {"total_max_abs_error": [math.cos(depth + level) for level in LEVELS]}, 0.01)


def certificate(question):
    if question.design == "shift":
        raise RuntimeError("a defect")
    return Row({"certified_max_abs_error": question.row_length / 7, "asked": question.parameters["depth"]}, {})


def slow(point):
    time.sleep(0.02)
    return cheap(point)


def endless(point):
    Path(point.parameters["marker"]).touch()
    time.sleep(600)


def refusing(point):
    if point.parameters["depth"] == 2:
        raise ValueError("a depth of 2 is not enough; 4 would be")
    return cheap(point)


def defective(point):
    if point.parameters["depth"] == 2:
        return cheap(point) / 0
    return cheap(point)


def deadly(point):
    if point.parameters["depth"] == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return cheap(point)


def deadly_once(point):
    marker = Path(point.parameters["marker"])
    if point.parameters["depth"] == 2 and not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return cheap(point)


def deadly_later(point):
    if point.parameters["depth"] == 2:
        with Path(point.parameters["marker"]).open("a") as file:
            file.write("x")
        os.kill(os.getpid(), signal.SIGSEGV)
    return slow(point)


def nothing(point):
    pass


def leaving_a_trace(point):
    with Path(point.parameters["marker"]).open("a") as file:
        file.write(f"{point.design} ")


def talking(point):
    print("a word")  # noqa: T201  that is what is tested
    return cheap(point)


def threads(point):
    named = ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS")
    return Row({name: os.environ.get(name, "") for name in named}, {})


def main(out, processes, count, name, *parameters):
    """Run `count` points of the job `name` as a command would."""
    import experiments.key
    from experiments import progress
    from experiments.run_error import RunError
    from experiments.runner import run

    experiments.key.content_hash = same_code
    named = dict(zip(parameters[::2], parameters[1::2], strict=True))
    job = Job(globals()[name], nothing)
    try:
        run(grid(int(count), **named), Path(out), processes=int(processes), progress=progress.on(), job=job)
    except RunError as problem:
        sys.stderr.write(f"{problem}\n")
        sys.exit(problem.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    import run_jobs  # the name that workers import it by

    run_jobs.main(*sys.argv[1:])
