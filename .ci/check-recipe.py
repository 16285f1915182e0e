#!/usr/bin/env python3
"""Runs the CI script of a README, and checks the workflow beside it.

usage: check-recipe.py README.md FINBENCH

The script runs twice, with a short profile and the simulator itself in the gateway's place: the first
time without a baseline, the second with the first one's runs. The workflow must be well-formed, its
shell steps too, and what it calls must exist. Needs PyYAML.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import yaml

PROFILE = """
name: gate
generator: {max_share: 100%}
conversation: {turns: 1}
load: {arrivals: constant, rate: 50/s, duration: 2s, drain: 5s}
"""
SIMULATOR = "http://127.0.0.1:8089"


def block(readme, language, first):
    found = [text for text in re.findall(rf"^```{language}\n(.*?)^```", readme, re.S | re.M)
             if text.startswith(first)]
    if len(found) != 1:
        sys.exit(f"expected one block of {language} that begins with \"{first}\", "
                 f"found {len(found)}")
    return found[0]


def run_script(script, finbench):
    with tempfile.TemporaryDirectory() as folder:
        home = pathlib.Path(folder)
        (home / "gate.sh").write_text(script)
        (home / "gate.yaml").write_text(PROFILE)
        (home / "bin").mkdir()
        (home / "bin" / "finbench").symlink_to(pathlib.Path(finbench).resolve())
        environment = {**os.environ, "PATH": f"{home}/bin:{os.environ['PATH']}",
                       "GATEWAY_URL": SIMULATOR, "GATEWAY": "sleep 1", "PROFILE": "gate.yaml"}
        for expected in ([0], [0, 1, 2]):
            result = subprocess.run(["sh", "gate.sh"], cwd=home, env=environment, text=True,
                                    capture_output=True, timeout=300)
            if result.returncode not in expected:
                sys.exit(f"gate.sh: status {result.returncode}, expected one of {expected}\n"
                         f"{result.stdout}\n{result.stderr}")
            if not (home / "trend.csv").read_text().startswith("schema,run_id"):
                sys.exit("gate.sh left no trend.csv")
            if (home / "baseline").exists():
                break
            shutil.move(home / "runs", home / "baseline")
        words = (home / "comparison.md").read_text()
        if "ttft.p95" not in words:
            sys.exit(f"comparison.md does not compare: {words}")
        return result.returncode


def check_workflow(text):
    workflow = yaml.safe_load(text)
    # YAML 1.1 takes the key "on" for a truth value.
    triggers = workflow.get("on", workflow.get(True))
    if not {"pull_request", "push", "schedule"} <= set(triggers):
        sys.exit(f"the workflow does not begin on all it should: {triggers}")
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    for job in workflow["jobs"].values():
        if not set(job) <= {"if", "runs-on", "steps", "env", "needs"}:
            sys.exit(f"a job has other keys than it may: {sorted(job)}")
    for step in steps:
        if ("uses" in step) == ("run" in step):
            sys.exit(f"a step must either use or run something: {step}")
        if not set(step) <= {"name", "if", "uses", "with", "run", "env"}:
            sys.exit(f"a step has other keys than it may: {sorted(step)}")
        if "uses" in step and not re.fullmatch(r"actions/[a-z/-]+@v\d+", step["uses"]):
            sys.exit(f"\"{step['uses']}\" is no action with a version")
        if "run" in step:
            subprocess.run(["bash", "-n"], input=step["run"], text=True, check=True)
    return len(steps)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    readme = pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")
    steps = check_workflow(block(readme, "yaml", "name: latency"))
    status = run_script(block(readme, "sh", "#!/bin/sh"), sys.argv[2])
    print(f"{sys.argv[1]}: a workflow of {steps} steps; gate.sh ran twice, the last status {status}")


if __name__ == "__main__":
    main()
