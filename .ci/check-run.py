#!/usr/bin/env python3
"""Checks that the files of a finished run agree with each other.

usage: check-run.py DIRECTORY

Standard library only. Everything is computed anew from the files; nothing of finbench is called.
"""

import csv
import json
import math
import pathlib
import sys
from collections import Counter, defaultdict
from fractions import Fraction

FILES = [
    "run.json", "summary.csv", "histogram.csv", "histograms.hlog", "intervals.csv", "heatmap.csv",
    "anatomy.csv", "outcomes.csv", "slo.csv", "health.csv", "turns.csv",
]
PRIMARY = {"ttft": "first_chunk_ns", "first_reply": "first_replied_ns", "turn_time": "done_ns"}
PARTS = {
    "schedule_lag": ("planned_ns", "sent_ns"),
    "post": ("sent_ns", "response_ns"),
    "subscribe_gap": ("response_ns", "stream_dial_ns"),
    "stream_connect": ("stream_dial_ns", "stream_open_ns"),
    "first_wait": ("stream_open_ns", "first_chunk_ns"),
}
ORDERED = ["planned_ns", "sent_ns", "response_headers_ns", "response_ns", "stream_dial_ns"]
SET_UP = ["post_dns", "post_tcp", "post_tls", "stream_dns", "stream_tcp", "stream_tls"]
PER_TURN = [*PRIMARY, *PARTS, *SET_UP, "accept", "server_ttft", "tail"]
SUCCESS = {"done", "escalated", "resolved", "complete"}
EVERY_TURN, EVERY_SCENARIO = "0", "all"

problems = []


def expect(holds, *words):
    if not holds:
        problems.append(" ".join(str(word) for word in words))


def rows(directory, name):
    with open(directory / name, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def covers(row, scenario, phase, turn):
    """Whether a series of that place speaks of the row."""
    place = "1" if row["turn"] == "1" else "2+"
    return (
        row["phase"] == phase
        and scenario in (EVERY_SCENARIO, row["scenario"])
        and turn in (EVERY_TURN, place)
    )


def key(row):
    return tuple(row[name] for name in ("scenario", "phase", "turn", "metric", "anchor"))


def check_buckets(summary, histogram):
    """Bucket counts add up to `n` for every series of the summary."""
    counts = defaultdict(list)
    for row in histogram:
        counts[key(row)].append(row)
    series = {key(row): int(row["n"]) for row in summary if row["metric"] != "error_rate"}
    expect(series, "summary.csv has no series")
    for place, n in series.items():
        buckets = counts.pop(place, [])
        total = sum(int(row["count"]) for row in buckets)
        expect(total == n, place, "buckets add up to", total, "expected n", n)
        passed = 0
        for row in buckets:
            passed += int(row["count"])
            expect(passed == int(row["cumulative_count"]), place, "cumulative count is wrong")
    expect(not counts, "histogram.csv has series that summary.csv lacks:", sorted(counts))


def check_accounts(summary, outcomes, document):
    """Measured + censored + absent + cut = planned turns, for every metric that turns have."""
    planned = Counter()
    for row in outcomes:
        planned[row["scenario"], row["phase"], row["turn"]] += int(row["count"])
    seen = 0
    for row in summary:
        if row["metric"] not in PER_TURN or row["stat"] != "max":
            continue
        seen += 1
        turns = sum(
            count
            for (scenario, phase, turn), count in planned.items()
            if phase == row["phase"]
            and row["scenario"] in (EVERY_SCENARIO, scenario)
            and row["turn"] in (EVERY_TURN, turn)
        )
        # n is measured + censored.
        total = int(row["n"]) + int(row["absent"]) + int(row["cut"])
        expect(total == turns, key(row), "accounts for", total, "of", turns, "planned turns")
        expect(int(row["censored"]) <= int(row["n"]), key(row), "has more censored than n")
    expect(seen >= len(PRIMARY), "summary.csv has only", seen, "series of per-turn metrics")
    totals = document["totals"]
    expect(
        totals["turns_planned"] == sum(planned.values()),
        "run.json has", totals["turns_planned"], "planned turns, outcomes.csv", sum(planned.values()),
    )


def check_outcomes(outcomes, turns, document):
    """The sums of outcomes.csv are the rows of turns.csv."""
    told = Counter()
    for row in outcomes:
        told[row["scenario"], row["phase"], row["turn"], row["outcome"], row["detail"]] += int(
            row["count"])
    listed = Counter(
        (row["scenario"], row["phase"], "1" if row["turn"] == "1" else "2+", row["outcome"],
         row["detail"])
        for row in turns
    )
    dropped = document["totals"]["rows_dropped"]
    expect(dropped == 0, dropped, "rows of turns.csv were dropped")
    expect(told == listed, "outcomes.csv and turns.csv differ:", told - listed, listed - told)
    names = Counter((row["conversation_id"], row["turn"]) for row in turns)
    twice = [name for name, count in names.items() if count > 1]
    expect(not twice, "turns.csv has turns twice:", twice[:3])


def check_parts(turns):
    """The five parts add up to `ttft`, none is negative, in every row."""
    measured = 0
    for row in turns:
        name = (row["conversation_id"], row["turn"])
        spans = [
            int(row[end]) - int(row[start])
            for start, end in PARTS.values()
            if row[start] and row[end]
        ]
        expect(all(span >= 0 for span in spans), name, "has a negative part:", spans)
        stamps = [int(row[end]) for end in ORDERED if row[end]]
        expect(stamps == sorted(stamps), name, "has instants out of order:", stamps)
        if row["first_chunk_ns"]:
            measured += 1
            ttft = int(row["first_chunk_ns"]) - int(row["planned_ns"])
            expect(len(spans) == len(PARTS), name, "has a first chunk but not every part")
            expect(sum(spans) == ttft, name, "has parts that sum to", sum(spans), "not", ttft)
    expect(measured > 0, "turns.csv has no first chunk")


def check_statistics(summary, turns):
    """Percentiles and maximum of the main metrics equal those of turns.csv, within 0.1 %."""
    for row in summary:
        share = {"p50": "50", "p90": "90", "p95": "95", "p99": "99", "p99.9": "99.9", "max": "100"}
        if row["metric"] not in PRIMARY or row["stat"] not in share or not row["value"]:
            continue
        # Where a turn failed, what it waited is not among these columns: only n can be compared.
        if row["is_lower_bound"] == "1":
            continue
        start, end = row["anchor"] + "_ns", PRIMARY[row["metric"]]
        mine = [turn for turn in turns if covers(turn, row["scenario"], row["phase"], row["turn"])]
        values = sorted(
            int(turn[end]) - int(turn[start])
            for turn in mine
            if turn["outcome"] in SUCCESS and turn[end] and turn[start]
        )
        n = int(row["n"])
        expect(n - int(row["censored"]) == len(values), key(row), "measured", len(values), "of", n)
        rank = max(1, math.ceil(Fraction(share[row["stat"]]) * n / 100))
        if rank > len(values):
            continue
        exact = values[rank - 1] / 1e6
        close = math.isclose(float(row["value"]), exact, rel_tol=0.001, abs_tol=0.001)
        expect(close, key(row), row["stat"], "is", row["value"], "ms, turns.csv says", exact)


def check_validity(summary, document):
    """The run says that it is valid exactly when its generator kept up (no SLO set: median ttft)."""
    found = {
        (row["metric"], row["anchor"], row["stat"]): float(row["value"])
        for row in summary
        if row["phase"] == "main" and row["turn"] == EVERY_TURN and row["value"]
    }
    late = sum(found.get((name, "", "p99"), 0) for name in ("schedule_lag", "harness_lag"))
    median = found.get(("ttft", "planned", "p50"))
    # Without a value there is nothing that a late generator could have spoiled.
    allowed = max(1, document["max_share"] * median) if median else math.inf
    valid = document["verdict"]["valid"]
    expect(valid == (late <= allowed), "valid is", valid, "but", late, "ms late of", allowed)
    if not valid:
        print(f"note: this machine was too busy: {late} ms late at p99, allowed {allowed} ms")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    directory = pathlib.Path(sys.argv[1])
    missing = [name for name in FILES if not (directory / name).is_file()]
    partial = sorted(path.name for path in directory.glob("*.partial"))
    if missing or partial:
        sys.exit(f"{directory}: files missing: {missing}, files left over: {partial}")
    document = json.loads((directory / "run.json").read_text(encoding="utf-8"))
    summary, turns = rows(directory, "summary.csv"), rows(directory, "turns.csv")
    outcomes = rows(directory, "outcomes.csv")

    check_validity(summary, document)
    check_buckets(summary, rows(directory, "histogram.csv"))
    check_accounts(summary, outcomes, document)
    check_outcomes(outcomes, turns, document)
    check_parts(turns)
    check_statistics(summary, turns)

    for problem in problems[:20]:
        print(f"{directory}: {problem}", file=sys.stderr)
    if problems:
        sys.exit(f"{directory}: {len(problems)} problems")
    print(f"{directory}: {len(FILES)} files agree, {len(turns)} turns accounted for")


if __name__ == "__main__":
    main()
