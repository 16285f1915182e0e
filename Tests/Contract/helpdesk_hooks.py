"""Puts ids that the helpdesk knows in place of made-up ones, in three of four calls.

The rules of the body stay what they were: an id that is missing, empty or of another type is left
alone.
"""

import os
import urllib.parse

import schemathesis
from server import call, draws, keeps_made_up

BASE = os.environ["FINBENCH_BASE"]


def conversation():
    """The id of a new conversation."""
    body = {"user_id": USER, "initial_message": {"body": "Hi"}}
    return call("/helpdesk/conversation", body)["conversation"]["id"]


USER = call("/helpdesk/user", {"object_id": "contract"})["id"]
KNOWN = {
    "user_id": USER,
    "conversation_id": conversation(),
    "integration_id": "finbench",
    "assignee_id": "ag_fin",
}
# What the documentation demands in words and the rebuilt contract does not.
DEMANDED = {
    "MessageInput": ["body"],
    "Author": ["id", "user_type"],
    "Attachment": ["url"],
    "UpdateUserRequest": ["user_id"],
    "UpdateConversationRequest": ["conversation_id"],
    "CreateConversationRequest": ["user_id", "initial_message"],
    "CreateConversationPostOnlyRequest": ["user", "initial_message"],
}
FILLED = {"type": "string", "minLength": 1}


def known(members):
    """The same members with known ids, those of authors and of a conversation's user too."""
    made = {}
    for key, value in members.items():
        if isinstance(value, dict) and key in ("author", "user"):
            value = {**value, "id": USER} if isinstance(value.get("id"), str) else value
        elif isinstance(value, dict) and key == "initial_message":
            value = known(value)
        elif isinstance(value, str) and value and key in KNOWN:
            value = KNOWN[key]
        made[key] = value
    if members.get("author", {}) and isinstance(members.get("author"), dict):
        if members["author"].get("user_type") == "agent":
            made["author"] = {**made["author"], "id": "ag_fin"}
    return made


def place(path, item):
    """What stands before a path on the server: its own server's path, or else the base."""
    servers = item.pop("servers", None)
    return urllib.parse.urlsplit(servers[0]["url"]).path if servers else BASE


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """The exceptions to a contract that was rebuilt from documentation; in ours nothing changes.

    The mixed style's documentation shows no refusal but 401: what cannot be done is answered with
    400, 404 or 422 all the same, and a body that is no JSON with 400 everywhere. Members that the
    documentation demands in words are made required, so that valid data is taken and not refused; of
    the ways to have a message, valid is the one with a body. An assignee is "one of" two agents whose
    schemas overlap, so that every agent is both: any of them will do. Fin's hook is no path of the
    helpdesk's: its own server says where it begins.
    """
    raw_schema["paths"] = {
        place(path, item) + path: item for path, item in raw_schema["paths"].items()
    }
    schemas = raw_schema["components"]["schemas"]
    if "MessageInput" not in schemas:
        return
    for item in raw_schema["paths"].values():
        for operation in item.values():
            if not isinstance(operation, dict) or "responses" not in operation:
                continue
            refusals = ("400", "404", "422") if "Mixed style" in operation["tags"] else ("400",)
            for status in refusals:
                operation["responses"].setdefault(status, {"description": "Refused."})
    assignee = schemas["Conversation"]["properties"]["assignee"]
    assignee["anyOf"] = assignee.pop("oneOf")
    for name, members in DEMANDED.items():
        schemas[name]["required"] = members
    message = schemas["MessageInput"]["properties"]
    message["body"] = FILLED
    schemas["Attachment"]["properties"]["url"] = {"type": "string", "pattern": "^https://"}
    schemas["CreateUserRequest"]["properties"]["email"]["format"] = "email"
    for schema in schemas.values():
        for key in ("id", "object_id", "user_id", "conversation_id"):
            if key in schema.get("properties", {}):
                schema["properties"][key] = FILLED


@schemathesis.hook
def before_call(context, case, kwargs):
    # A conversation with the messages of every call would make the answers ever longer.
    if draws.random() < 0.02:
        KNOWN["conversation_id"] = conversation()
    if keeps_made_up():
        return
    if isinstance(case.body, dict):
        case.body = known(case.body)
    for container in (case.query, case.path_parameters):
        for key in list(container or {}):
            if isinstance(container[key], str) and container[key] and key in KNOWN:
                container[key] = KNOWN[key]
