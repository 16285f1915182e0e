"""Gives each generated call a conversation in the state that it needs.

Schemathesis repeats short ids, and then nearly every answer would be about the state of an old
conversation. The rules of the body stay what they were: an id that is missing, empty or of another
type is left alone.
"""

import itertools
import json
import os
import urllib.request

import family_hooks  # noqa: F401 (registers its own)
import schemathesis

URL = os.environ["FINBENCH_URL"]
KEY = os.environ["FINBENCH_KEY"]
FIRST = {"/fin/reply": "/fin/start", "/fin/escalate": "/fin/start", "/fin/csat": "/fin/ask"}
numbers = itertools.count(1)


def begin(path, name):
    """Starts a conversation; one that /fin/ask began is complete at once, with its survey."""
    body = {
        "conversation_id": name,
        "message": {"author": "user", "body": "Hi", "timestamp": "2026-02-03T09:15:00.001Z"},
        "user": {"id": "u-1"},
    }
    request = urllib.request.Request(
        URL + path,
        json.dumps(body).encode(),
        {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"},
    )
    urllib.request.urlopen(request, timeout=5).read()


@schemathesis.hook
def before_call(context, case, kwargs):
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
