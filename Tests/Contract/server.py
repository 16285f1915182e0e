"""Calls of the hooks' own to the simulator under test."""

import itertools
import json
import os
import random
import urllib.request

URL = os.environ["FINBENCH_URL"]
KEY = os.environ["FINBENCH_KEY"]
# One count for all hooks: names made of it are never used twice.
numbers = itertools.count(1)
draws = random.Random(1)


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
    """Starts a conversation, and answers what the call did."""
    message = {"author": "user", "body": "Hi", "timestamp": "2026-02-03T09:15:00.001Z"}
    return call(path, {"conversation_id": name, "message": message, "user": {"id": "u-1"}})


def shows(url, event):
    """Whether a stream brings an event before it ends, or is silent for half a second."""
    request = urllib.request.Request(url, headers={"Accept": "text/event-stream"})
    try:
        with urllib.request.urlopen(request, timeout=0.5) as stream:
            return any(event.encode() in line for line in stream)
    except TimeoutError:
        return False


def keeps_made_up():
    """Whether a call keeps its made-up ids: a fourth does, for what there is not must be refused."""
    return draws.random() < 0.25
