"""What the peers share: their input, and one line of JSON as the answer."""

import json
import statistics
import sys
import time


def read_lines():
    with open(sys.argv[1], encoding="utf-8", newline="\n") as file:
        return file.read().split("\n")


def reads(size):
    with open(sys.argv[1], "rb") as file:
        data = file.read()
    return [data[start : start + size] for start in range(0, len(data), size)]


def absent(peer, remedy):
    print(json.dumps({"peer": peer, "absent": f"not installed; {remedy}"}))
    sys.exit(0)


def answer(peer, version, run, items):
    """Passes for as long as asked, three at least; the median pass and what the last one found."""
    times = []
    end = time.monotonic() + float(sys.argv[2])
    while len(times) < 3 or time.monotonic() < end:
        start = time.perf_counter_ns()
        right = run()
        times.append(time.perf_counter_ns() - start)
    figure = statistics.median(times) / items
    print(
        json.dumps(
            {
                "peer": peer,
                "version": version,
                "nanoseconds_per_item": figure,
                "right": right,
            }
        )
    )
