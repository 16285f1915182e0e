"""Checks the Kubernetes manifest: against the schema, and the words that the schema leaves open.

usage: check-manifest.py MANIFEST
"""

import sys

import kubernetes_validate
import yaml


def main(path):
    with open(path, encoding="utf-8") as file:
        job = yaml.safe_load(file)
    # Raises for a wrong type or an unknown key.
    kubernetes_validate.validate(job, "1.29", strict=True)
    spec, pod = job["spec"], job["spec"]["template"]["spec"]
    container = pod["containers"][0]
    arguments = container["args"]
    variables = {variable["name"] for variable in container["env"]}
    used = {part.split(")")[0] for text in arguments for part in text.split("$(")[1:]}
    checks = {
        "kind is Job": job["kind"] == "Job" and job["apiVersion"] == "batch/v1",
        "completionMode is Indexed": spec["completionMode"] == "Indexed",
        "restartPolicy is Never": pod["restartPolicy"] == "Never",
        "no slice is run again": spec["backoffLimitPerIndex"] == 0,
        "all slices run at once": spec["parallelism"] == spec["completions"],
        "a slice's failure ends no other": spec["maxFailedIndexes"] == spec["completions"],
        "the slices are as many as the pods": f"--shards={spec['completions']}" in arguments,
        "imagePullPolicy is a known one": container["imagePullPolicy"]
        in ("Always", "IfNotPresent", "Never"),
        "whenUnsatisfiable is a known one": all(
            constraint["whenUnsatisfiable"] in ("DoNotSchedule", "ScheduleAnyway")
            for constraint in pod["topologySpreadConstraints"]
        ),
        "every variable of the arguments is set": used and used <= variables,
    }
    for name, holds in checks.items():
        print(f"{'ok' if holds else 'WRONG'}: {name}")
    return 0 if all(checks.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
