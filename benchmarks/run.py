"""Our way beside others, operation by operation, in one run; answers are compared before times.

    python -m benchmarks.run --documents 52000 [OPERATION...]

Each operation runs in a process of its own, so that its memory is its own. Slow sides take a sample
and are extrapolated; the table says so. For some, ours is compared with a tenth of the documents.
Those that ask models run where they are named.
"""

import argparse
import gc
import importlib
import json
import subprocess
import sys
import time
from typing import Any

from benchmarks.sides import kept
from kgsynth.cli import COLLECT
from kgsynth.cli.common import table

# Operation -> how many of its own units `--documents` stands for.
OPERATIONS = {"counting": 1.0, "load": 1.0, "pairs": 0.005, "walks": 1.0, "grounding": 1.0,
              "near_duplicates": 2.0, "merging": 0.4, "combinations": 0.14424, "endpoints": 0.02,
              "in_process": 0.16}  # fmt: skip
GROWING = (
    "counting",
    "near_duplicates",
    "merging",
    "combinations",
)  # a tenth of the size is measured, too
ASKING = ("endpoints", "in_process")
CHILD = "--measure"


def measured(operation: str, size: int) -> list[dict[str, Any]]:
    """The rows of an operation, from a process of its own."""
    command = [sys.executable, "-m", "benchmarks.run", CHILD, operation, "--documents", str(size)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    rows: list[dict[str, Any]] = json.loads(done.stdout)
    return rows


def growth(few: dict[str, Any], many: dict[str, Any]) -> str:
    """How ours grows from a tenth of the size to the size."""
    times = many["seconds"] / max(few["seconds"], 0.01)
    return (f"From a tenth to this: {times:.1f} times the seconds, "
            f"{few['grown MB']:,} MB to {many['grown MB']:,} MB more memory.")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("operations", nargs="*", choices=[*OPERATIONS, []], default=[])
    parser.add_argument("--documents", type=int, default=52_000)
    parser.add_argument(CHILD, dest="one", choices=OPERATIONS)
    given = parser.parse_args()
    if given.one:
        gc.set_threshold(COLLECT)  # as the command does
        module = importlib.import_module(f"benchmarks.{given.one}")
        print(json.dumps(module.measure(given.documents)))
        return
    with kept():
        for operation in given.operations or [name for name in OPERATIONS if name not in ASKING]:
            size = int(given.documents * OPERATIONS[operation])
            started = time.perf_counter()
            rows = measured(operation, size)
            few = measured(operation, size // 10) if operation in GROWING else None
            print(f"{operation.replace('_', ' ')} ({time.perf_counter() - started:.0f} s)")
            print(table(rows, list(dict.fromkeys(key for row in rows for key in row))))
            print(growth(few[0], rows[0]) if few else "", end="\n\n", flush=True)


if __name__ == "__main__":
    main()
