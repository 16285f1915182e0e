"""Exits with 1 unless at least half of the answers to valid data are 2xx; says so by operation."""

import collections
import sys

import yaml

with open(sys.argv[1], encoding="utf-8") as file:
    log = yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
answers = collections.defaultdict(collections.Counter)
for item in log["http_interactions"]:
    if (item.get("generation") or {}).get("mode") == "positive" and item.get("response"):
        path = "/" + item["request"]["uri"].split("/", 3)[3].split("?")[0]
        if path.startswith("/fin/procedures/"):
            path = "/fin/procedures/{procedure_id}/run"
        elif path.startswith("/data_connectors/"):
            rest = path.split("/")[3:]
            path = "/".join(["/data_connectors/{id}", *rest[:1], *("{id}" for _ in rest[1:])])
        path = item["request"]["method"] + " " + path
        answers[path][item["response"]["status"]["code"]] += 1
total = good = 0
for path, counts in sorted(answers.items()):
    print(path, dict(sorted(counts.items())))
    total += sum(counts.values())
    good += sum(count for code, count in counts.items() if 200 <= int(code) < 300)
print(f"valid data: {total} answers, {good} of them 2xx")
sys.exit(0 if total and good * 2 >= total else 1)
