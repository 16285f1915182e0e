#!/usr/bin/env python3
"""Reads histograms.hlog of finished runs with the public package hdrhistogram.

usage: check-histograms.py RUN_DIRECTORY...

The counts, the buckets and the percentiles that it finds must be those of histogram.csv and
summary.csv, for every tag; the tags themselves are metric:anchor:scenario:phase:turn.
"""

import csv
import json
import math
import pathlib
import sys
from fractions import Fraction

from hdrh.histogram import HdrHistogram
from hdrh.log import HistogramLogReader

# What our histograms span: 1 us to ten minutes, in nanoseconds; some begin at 1 ns.
LOWEST, HIGHEST, DIGITS = 1, 600_000_000_000, 3
PERCENTILES = ["p50", "p75", "p90", "p95", "p99", "p99.9", "p99.99"]


def rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def place(row):
    return tuple(row[name] for name in ("metric", "anchor", "scenario", "phase", "turn"))


def read(path):
    """The sum of every tag's intervals."""
    sums, intervals = {}, 0
    reader = HistogramLogReader(str(path), HdrHistogram(LOWEST, HIGHEST, DIGITS))
    while (found := reader.get_next_interval_histogram()) is not None:
        intervals += 1
        tag = found.get_tag()
        if tag not in sums:
            sums[tag] = HdrHistogram(
                found.lowest_trackable_value, found.highest_trackable_value,
                found.significant_figures)
        sums[tag].add(found)
    reader.close()
    return sums, intervals


def check(directory):
    directory = pathlib.Path(directory)
    summary, histogram = rows(directory / "summary.csv"), rows(directory / "histogram.csv")
    document = json.loads((directory / "run.json").read_text(encoding="utf-8"))
    sums, intervals = read(directory / "histograms.hlog")
    if not sums:
        sys.exit(f"{directory}: the package finds no histogram")
    compared = 0
    for tag, found in sums.items():
        key = tuple("" if part == "-" else part for part in tag.split(":"))
        if key[2] not in document["scenarios"] + [""]:
            sys.exit(f"{directory}: tag \"{tag}\" names no scenario of the run")
        compared += check_tag(directory, tag, found,
                              [row for row in summary if place(row) == key],
                              [row for row in histogram if place(row) == key])
    # Turn 0 and scenario "all" are sums, and no series of their own.
    named = {":".join(part or "-" for part in place(row)) for row in summary
             if row["metric"] != "error_rate" and int(row["n"]) > 0
             and row["scenario"] in document["scenarios"] and row["turn"] != "0"}
    missing = sorted(named - set(sums))
    if missing or compared == 0:
        sys.exit(f"{directory}: not in the log: {missing}")
    print(f"{directory}: {intervals} histograms with {len(sums)} tags, {compared} figures equal")


def check_tag(directory, tag, found, summary, histogram):
    def refuse(words):
        sys.exit(f"{directory}: {tag}: {words}")

    in_buckets = [row for row in histogram if row["bucket_high"]]
    total = sum(int(row["count"]) for row in in_buckets)
    if found.get_total_count() != total:
        refuse(f"{found.get_total_count()} values, histogram.csv has {total}")
    compared = 1
    for row in in_buckets:
        # The value in the middle of a bucket, to be safe from rounding at its ends.
        low, high = float(row["bucket_low"]) * 1e6, float(row["bucket_high"]) * 1e6
        count = found.get_count_at_value(int((low + high) / 2))
        if count != int(row["count"]):
            refuse(f"{count} values from {row['bucket_low']} to {row['bucket_high']} ms, "
                   f"histogram.csv has {row['count']}")
        compared += 1
    for row in summary:
        # Failed turns are no part of a histogram: its percentiles are others then.
        if row["stat"] not in PERCENTILES or int(row["n"]) != total or total == 0:
            continue
        # The package rounds a rank, where ours is the smallest that covers the share: ask for ours.
        rank = max(1, math.ceil(Fraction(row["stat"][1:]) * total / 100))
        mine = found.get_value_at_percentile(100 * rank / total)
        theirs = round(float(row["value"]) * 1e6)
        # Ours ends at the exact maximum, the package's at the end of the maximum's bucket.
        if mine not in (theirs, found.get_highest_equivalent_value(theirs)):
            refuse(f"{row['stat']} is {mine} ns, summary.csv has {theirs} ns")
        compared += 1
    return compared


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    for directory in sys.argv[1:]:
        check(directory)
