"""Gives each generated call of the other APIs the object, conversation or secret that it needs.

Every fourth call keeps its made-up ids: what there is not must be refused as documented.
"""

import itertools
import json
import os
import urllib.request

import schemathesis

URL = os.environ["FINBENCH_URL"]
KEY = os.environ["FINBENCH_KEY"]
numbers = itertools.count(1)


def post(path, body):
    """Answers the JSON of a POST."""
    request = urllib.request.Request(
        URL + path,
        json.dumps(body).encode(),
        {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=5) as answer:
        return json.load(answer)


def is_plain(text):
    return isinstance(text, str) and text.isascii() and text.isalnum()


def place_object(case):
    """Makes the instance that the call names; of its type or external id nothing is changed."""
    kind = case.path_parameters.get("type")
    if not is_plain(kind) or kind.startswith("unknown"):
        return
    name = (case.query or {}).get("external_id")
    if "id" in case.path_parameters:
        made = post(f"/custom_object_instances/{kind}", {})
        case.path_parameters = {**case.path_parameters, "id": made["id"]}
    elif isinstance(name, str) and name:
        post(f"/custom_object_instances/{kind}", {"external_id": name})


def place_event(case):
    """Gives an event an id of its own, and the conversation that it speaks of."""
    body, number = case.body, next(numbers)
    if not isinstance(body, dict) or not isinstance(body.get("event_id"), str):
        return
    name = f"st-{number}"
    case.body = {**body, "event_id": name, "external_conversation_id": name}
    if not case.operation.path.endswith("notify_new_conversation"):
        contact = {"type": "lead", "external_id": "l"}
        first = {"event_id": f"{name}-first", "external_conversation_id": name, "contact": contact}
        post("/custom_channel_events/notify_new_conversation", first)


def place_secret(case):
    """Makes the secret that the call deletes."""
    made = post("/secure_mode_secrets", {"name": "st", "supports_web": True})
    case.path_parameters = {**case.path_parameters, "id": made["id"]}


@schemathesis.hook
def before_call(context, case, kwargs):
    path = case.operation.path
    if next(numbers) % 4 == 0:
        return
    if path.startswith("/custom_object_instances/") and case.path_parameters:
        place_object(case)
    elif path.startswith("/custom_channel_events/"):
        place_event(case)
    elif path == "/secure_mode_secrets/{id}":
        place_secret(case)
