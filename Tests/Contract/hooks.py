"""Gives each generated call a conversation, or a data connector, in the state that it needs.

Schemathesis repeats short ids, and then nearly every answer would be about the state of an old
conversation, or about a connector that is not there. The rules of the body stay what they were: an
id that is missing, empty or of another type is left alone. A fourth of the calls about a connector
keep their made-up ids.
"""

import re
import time

import family_hooks  # noqa: F401 (registers its own)
import human_hooks  # noqa: F401
import schemathesis
from server import begin, call, keeps_made_up, numbers, shows

# Refusals that the API's own description leaves out, by a pattern of paths, and why they are right.
REFUSALS = {
    "/": ("400", "A body that is no JSON, or a page that is none, as the guides say of any call."),
    "/ai/.*{": ("404", "What is not there; the description lists 401 alone."),
    "/ai/external_pages$": ("404", "A page of a source that is not there."),
    "/procedures/": ("422", "Values that do not fit; nothing is documented."),
}


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """The exceptions to the API's own description; ours lists all that it needs.

    The refusals above are added where they are left out, each with the envelope of all errors. What
    else is said in words alone: of a secret's three platforms one at least must be true, and a list
    of instances that is asked for one `external_id` is that instance.
    """
    schemas = raw_schema["components"]["schemas"]
    if "error" not in schemas:
        return
    envelope = {"application/json": {"schema": {"$ref": "#/components/schemas/error"}}}
    for path, item in raw_schema["paths"].items():
        for operation in item.values():
            for pattern, (status, words) in REFUSALS.items():
                if re.match(pattern, path) and "responses" in operation:
                    refusal = {"description": words, "content": envelope}
                    operation["responses"].setdefault(status, refusal)
    platforms = ("supports_web", "supports_ios", "supports_android")
    schemas["create_identity_verification_secret_request"]["anyOf"] = [
        {"required": [name], "properties": {name: {"enum": [True]}}} for name in platforms
    ]
    for path, item in raw_schema["paths"].items():
        if path.startswith("/custom_object_instances/") and path.endswith("_identifier}"):
            content = item["get"]["responses"]["200"]["content"]["application/json"]
            one = {"$ref": "#/components/schemas/custom_object_instance"}
            content["schema"] = {"anyOf": [content["schema"], one]}


def execution():
    """The connector that the simulated Fin calls in its turns, and one result of it."""
    # More than one: a turn that waits for a human calls nothing meanwhile.
    for _ in range(10):
        begin("/fin/start", f"st-{next(numbers)}")
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
    if keeps_made_up():
        return
    ids = case.path_parameters
    if "data_connector_id" in ids:
        ids["data_connector_id"] = CONNECTOR
        if "id" in ids:
            ids["id"] = RESULT
    else:
        ids["id"] = call("/data_connectors", {"name": "contract"})["id"]


def rated():
    """A conversation that shows its survey; one that waits for a human does not."""
    for _ in range(20):
        name = f"st-{next(numbers)}"
        if shows(begin("/fin/ask", name)["sse_subscription_url"], "csat_requested"):
            return name
    raise SystemExit("no conversation has shown a survey")


def conversation(path):
    """The conversation that a call can be about: for most one that is not there yet."""
    if path == "/fin/csat":
        return rated()
    name = f"st-{next(numbers)}"
    if path in ("/fin/reply", "/fin/escalate"):
        begin("/fin/start", name)
    return name


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
    case.body = {**body, "conversation_id": conversation(case.operation.path)}
