#!/usr/bin/env python3
"""usage: check-hitl.py DIR    of a run of profiles/hitl.yaml against the embedded simulator

Holds the run's account of human steps against the simulator's truth: every count, and the pauses,
whose quantiles must agree within 1 ms. A run that its own generator spoiled shows nothing of that.
"""

import csv
import json
import sys

LIMIT_MS = 1.0


def rows(name):
    with open(f"{sys.argv[1]}/{name}", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def measured(metric):
    return {
        row["stat"]: float(row["value"])
        for row in rows("summary.csv")
        if row["metric"] == metric and row["turn"] == "0" and row["phase"] == "main"
    }


def main():
    with open(f"{sys.argv[1]}/run.json", encoding="utf-8") as file:
        totals = json.load(file)["totals"]["hitl"]
    truth = rows("hitl-truth.csv")
    wrong = []
    for name, value, expected in (
        ("asked", totals["asked"], len(truth)),
        ("accepted", totals["accepted"], sum(row["end"] == "callback" for row in truth)),
        ("resumed", totals["resumed"], totals["accepted"]),
        ("second answers refused", totals["conflicting"], totals["sent_twice"]),
        ("cut", totals["cut"], 0),
    ):
        print(f"{name}: {value}, must be {expected}")
        if value != expected:
            wrong.append(name)
    if not truth or not totals["sent_twice"]:
        wrong.append("nobody was asked, or nobody answered twice")
    pauses = sorted(
        (int(row["resumed_ns"]) - int(row["notified_ns"])) / 1e6
        for row in truth
        if row["end"] == "callback"
    )
    lags = (measured("schedule_lag")["p99"], measured("harness_lag")["p99"])
    is_late = max(lags) > LIMIT_MS
    values = measured("pause_to_resume")
    for stat, share in (("p50", 0.5), ("p90", 0.9), ("p99", 0.99)):
        exact = pauses[max(0, -int(-share * len(pauses) // 1) - 1)]
        difference = values[stat] - exact
        # Three significant digits of the histogram.
        allowed = LIMIT_MS + exact * 0.001
        print(f"pause_to_resume {stat}: {values[stat]:.3f} ms, truth {exact:.3f}, {difference:+.3f}")
        if abs(difference) > allowed and not is_late:
            wrong.append(f"pause_to_resume {stat}")
    if is_late:
        print(f"the generator was late by {max(lags):.2f} ms at p99: the pauses show nothing")
    if wrong:
        sys.exit("wrong: " + ", ".join(wrong))


main()
