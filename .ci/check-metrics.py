#!/usr/bin/env python3
"""Scrapes a run while it lasts, and holds what it gets against a strict OpenMetrics parser.

usage: check-metrics.py FINBENCH

Needs the package prometheus_client. The run is the shipped profile all-faults, a few seconds of it:
it has every kind of outcome.
"""

import re
import subprocess
import sys
import tempfile
import time
import urllib.request

from prometheus_client.openmetrics.parser import text_string_to_metric_families

CONTENT_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"
# OpenTelemetry's names for what a client of a generative service measures, as OpenMetrics has them.
CONVENTIONAL = [
    "gen_ai_client_operation_duration_seconds",
    "gen_ai_client_operation_time_to_first_chunk_seconds",
    "gen_ai_client_operation_time_per_output_chunk_seconds",
    "gen_ai_server_time_to_first_token_seconds",
]
SUCCESS = {"done", "escalated", "resolved", "complete"}
SCRAPES = 3


def scrape(url):
    with urllib.request.urlopen(url, timeout=5) as response:
        kind, text = response.headers["Content-Type"], response.read().decode("utf-8")
    if kind != CONTENT_TYPE:
        sys.exit(f"{url}: content type \"{kind}\", expected \"{CONTENT_TYPE}\"")
    if not text.endswith("# EOF\n"):
        sys.exit(f"{url}: does not end with \"# EOF\"")
    return text, {family.name: family for family in text_string_to_metric_families(text)}


def total(family, suffix, **labels):
    return sum(sample.value for sample in family.samples
               if sample.name == family.name + suffix
               and all(sample.labels.get(name, "") == value for name, value in labels.items()))


def check(families):
    """The families belong to a run, and agree with each other."""
    for name in CONVENTIONAL:
        if name not in families:
            sys.exit(f"no family \"{name}\"")
    others = [name for name in families if not name.startswith(("gen_ai_", "finbench_"))]
    if others:
        sys.exit(f"families of nobody: {others}")
    for family in families.values():
        if family.unit and not family.name.endswith("_" + family.unit):
            sys.exit(f"{family.name} has the unit \"{family.unit}\"")
    turns, spans = families["finbench_turns"], families[CONVENTIONAL[0]]
    for phase in ("main", "warmup"):
        ended = {sample.labels["outcome"] for sample in turns.samples}
        good = sum(total(turns, "_total", phase=phase, outcome=outcome) for outcome in SUCCESS)
        bad = sum(total(turns, "_total", phase=phase, outcome=outcome)
                  for outcome in ended - SUCCESS - {"cut"})
        measured = total(spans, "_count", phase=phase)
        failed = total(spans, "_bucket", phase=phase, error_type="_OTHER", le="+Inf")
        if (good, bad) != (measured, failed):
            sys.exit(f"{good} turns went well and {bad} failed, but {spans.name} has {measured} "
                     f"and {failed}")
    return total(turns, "_total")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.Popen(
            [sys.argv[1], "run", "all-faults", "--output", f"{folder}/run", "--progress", "none",
             "--metrics", "127.0.0.1:0", "--set", "load.duration=6s"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        try:
            found = None
            while found is None:
                line = run.stderr.readline()
                if not line:
                    sys.exit("the run ended before it said where its metrics are")
                found = re.search(r"metrics at (http://127\.0\.0\.1:\d+/metrics)", line)
            turns = []
            deadline = time.monotonic() + 30
            while len(turns) < SCRAPES and time.monotonic() < deadline:
                time.sleep(1.5)
                text, families = scrape(found[1])
                # Before its first interval a run has nothing but its name.
                if families["finbench_elapsed_seconds"].samples[0].value > 3:
                    turns.append(check(families))
            if len(turns) < SCRAPES or turns != sorted(turns) or turns[0] == turns[-1]:
                sys.exit(f"turns did not grow from scrape to scrape: {turns}")
        finally:
            run.terminate()
            run.communicate(timeout=30)
    print(f"{found[1]}: {len(families)} families, {len(text)} bytes, {turns[-1]:.0f} turns")


if __name__ == "__main__":
    main()
