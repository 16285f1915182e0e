#!/usr/bin/env python3
"""Runs every chart of a README against a real run.

usage: check-charts.py README.md RUN_DIRECTORY

Each fenced block must have at most six lines, must not fail, and must draw something. Needs pandas,
matplotlib and gnuplot.
"""
import glob
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import matplotlib
import pandas

LONGEST = 6  # lines

readme = pathlib.Path(sys.argv[1]).read_text() if len(sys.argv) == 3 else sys.exit(__doc__)
run = pathlib.Path(sys.argv[2]).resolve()


def blocks(language):
    found = re.findall(rf"^```{language}\n(.*?)^```", readme, re.S | re.M)
    if not found:
        sys.exit(f"{sys.argv[1]} has no block of {language}")
    for block in found:
        if len(block.splitlines()) > LONGEST:
            sys.exit(f"more than {LONGEST} lines:\n{block}")
    return found


def check_pandas():
    matplotlib.use("Agg")
    from matplotlib import pyplot
    for block in blocks("python"):
        pyplot.close("all")
        exec(block, {"pd": pandas, "glob": glob, "plt": pyplot, "run": str(run)})
        axes = [axis for number in pyplot.get_fignums() for axis in pyplot.figure(number).axes]
        if not axes or not all(axis.has_data() for axis in axes):
            sys.exit(f"draws nothing:\n{block}")
    print(f"{len(blocks('python'))} charts of pandas drawn")


def check_gnuplot():
    if shutil.which("gnuplot") is None:
        sys.exit("check-charts.py needs gnuplot: apt-get install -y gnuplot-nox")
    for block in blocks("gnuplot"):
        head = 'set terminal svg; set output "chart.svg"\n'
        result = subprocess.run(["gnuplot"], input=head + block, text=True, capture_output=True)
        if result.returncode != 0 or "warning" in result.stderr.lower():
            sys.exit(f"gnuplot: {result.stderr}\n{block}")
    print(f"{len(blocks('gnuplot'))} charts of gnuplot drawn")


with tempfile.TemporaryDirectory() as folder:
    # The charts read results/…: one run, under the names that they use.
    os.mkdir(f"{folder}/results")
    for name in ("one", "latest"):
        os.symlink(run, f"{folder}/results/{name}")
    os.chdir(folder)
    check_pandas()
    check_gnuplot()
