"""Gives each generated call a conversation, or a data connector, in the state that it needs.

Schemathesis repeats short ids, and then nearly every answer would be about the state of an old
conversation, or about a connector that is not there. The rules of the body stay what they were: an
id that is missing, empty or of another type is left alone. Every fourth call about a connector
keeps its made-up ids.
"""

import itertools
import json
import os
import time
import urllib.request

import family_hooks  # noqa: F401 (registers its own)
import schemathesis

URL = os.environ["FINBENCH_URL"]
KEY = os.environ["FINBENCH_KEY"]
FIRST = {"/fin/reply": "/fin/start", "/fin/escalate": "/fin/start", "/fin/csat": "/fin/ask"}
numbers = itertools.count(1)


def call(path, body=None):
    """Answers the JSON of a GET, or of a POST where there is a body."""
    request = urllib.request.Request(
        URL + path,
        None if body is None else json.dumps(body).encode(),
        {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=5) as answer:
        return json.load(answer)


def begin(path, name):
    """Starts a conversation; one that /fin/ask began is complete at once, with its survey."""
    message = {"author": "user", "body": "Hi", "timestamp": "2026-02-03T09:15:00.001Z"}
    call(path, {"conversation_id": name, "message": message, "user": {"id": "u-1"}})


def execution():
    """The connector that the simulated Fin calls in its turns, and one result of it."""
    begin("/fin/start", "st-execution")
    connector = call("/data_connectors")["data"][-1]["id"]
    for _ in range(50):
        results = call(f"/data_connectors/{connector}/execution_results")["data"]
        if results:
            return connector, results[0]["id"]
        time.sleep(0.1)
    raise SystemExit("no turn has executed the data connector")


CONNECTOR, RESULT = execution()


def set_ids(case):
    """A connector of its own for what reads, changes or deletes one; the executed one's results."""
    if next(numbers) % 4 == 0:
        return
    ids = case.path_parameters
    if "data_connector_id" in ids:
        ids["data_connector_id"] = CONNECTOR
        if "id" in ids:
            ids["id"] = RESULT
    else:
        ids["id"] = call("/data_connectors", {"name": "contract"})["id"]


@schemathesis.hook
def filter_case(context, case):
    """The one exception: bodies that are no JSON.

    Every call answers them with 400, as the guides say; the contract of the data connectors lists
    that status for none of their calls that take a body.
    """
    return not (isinstance(case.body, bytes) and case.operation.path.startswith("/data_connectors"))


@schemathesis.hook
def before_call(context, case, kwargs):
    if case.operation.path.startswith("/data_connectors/"):
        set_ids(case)
        return
    body = case.body
    if not isinstance(body, dict):
        return
    name = body.get("conversation_id")
    if not isinstance(name, str) or not name:
        return
    name = f"st-{next(numbers)}"
    first = FIRST.get(case.operation.path)
    if first:
        begin(first, name)
    case.body = {**body, "conversation_id": name}
