#!/usr/bin/env python3
"""Holds profiles against the JSON Schema of profiles.

usage: check-schema.py FOLDER

FOLDER holds schema.json and profiles: good-*.yaml must be accepted, wrong-*.yaml refused, and
unseen-*.yaml, whose mistakes only finbench itself can see, accepted (or no YAML at all). `swift test`
makes the folder. Needs the packages jsonschema and PyYAML.
"""

import json
import pathlib
import sys

import jsonschema
import yaml


def mistake(validator, path):
    """The validator's main complaint; None for an accepted file; False for what is no YAML."""
    try:
        value = yaml.safe_load(path.read_text("utf-8"))
    except yaml.YAMLError:
        return False
    # finbench takes an empty file for a profile of defaults.
    value = {} if value is None else value
    if validator.is_valid(value):
        return None
    # Finding the main one among many takes long; a wrong profile is meant to be refused.
    if path.name.startswith("wrong-"):
        return "refused"
    best = jsonschema.exceptions.best_match(validator.iter_errors(value))
    return f"{best.json_path}: {best.message}"


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1])
    schema = json.loads((folder / "schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)

    problems = []
    counts = {"good": 0, "wrong": 0, "unseen": 0}
    for path in sorted(folder.glob("*.yaml")):
        kind = path.name.split("-")[0]
        counts[kind] += 1
        found = mistake(validator, path)
        first = path.read_text("utf-8").split("\n")[0]
        if kind == "good" and found is not None:
            problems.append(f"{path.name} is refused: {found}")
        if kind == "wrong" and not found:
            problems.append(f"{path.name} is accepted: {first}")
        if kind == "unseen" and found:
            problems.append(f"{path.name} is seen after all: {first}: {found}")
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems or not counts["good"] or not counts["wrong"]:
        sys.exit(f"{folder}: {len(problems)} problems, {counts}")
    print(f"{folder}: {counts['good']} accepted, {counts['wrong']} refused, "
          f"{counts['unseen']} that no schema sees")


if __name__ == "__main__":
    main()
