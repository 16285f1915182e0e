"""usage: tally.py ANSWERS SPEC

Exits with 1 unless at least half of the answers to valid data are 2xx, and one at least of each
operation of the document; says so by operation.
"""

import collections
import re
import sys

import yaml

METHODS = ("get", "post", "put", "patch", "delete")


def read(name):
    with open(name, encoding="utf-8") as file:
        return yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def patterns(document):
    """The document's paths with what matches them, the most literal first."""
    found = {}
    for path in sorted(document["paths"], key=lambda path: path.count("{")):
        parts = re.split(r"\{[^}]*\}", path)
        # Wherever the paths begin on the server.
        found[path] = re.compile(".*" + "[^/]+".join(map(re.escape, parts)) + "$")
    return found


document = read(sys.argv[2])
paths = patterns(document)
answers = {
    f"{method.upper()} {path}": collections.Counter()
    for path, item in document["paths"].items()
    for method in METHODS
    if method in item
}
for item in read(sys.argv[1])["http_interactions"]:
    if (item.get("generation") or {}).get("mode") == "positive" and item.get("response"):
        uri = "/" + item["request"]["uri"].split("/", 3)[3].split("?")[0]
        path = next((path for path, pattern in paths.items() if pattern.match(uri)), uri)
        operation = f"{item['request']['method']} {path}"
        if operation in answers:
            answers[operation][item["response"]["status"]["code"]] += 1
total = good = 0
unserved = []
for operation, counts in answers.items():
    print(operation, dict(sorted(counts.items())))
    served = sum(count for code, count in counts.items() if 200 <= int(code) < 300)
    total += sum(counts.values())
    good += served
    if not served:
        unserved.append(operation)
print(f"valid data: {total} answers, {good} of them 2xx; {len(answers)} operations")
if unserved:
    print("never served:", ", ".join(unserved))
sys.exit(0 if total and good * 2 >= total and not unserved else 1)
