"""Gives each generated call of the other APIs what it needs: an object, a conversation, a secret, a
source or a page.
"""

from server import call, keeps_made_up, numbers

import schemathesis


def is_plain(text):
    return isinstance(text, str) and text.isascii() and text.isalnum()


def place_object(case):
    """Makes the instance that the call names; of its type or external id nothing is changed."""
    ids = case.path_parameters
    kind = ids.get("type", ids.get("custom_object_type_identifier"))
    if not is_plain(kind) or kind.startswith("unknown"):
        return
    name = (case.query or {}).get("external_id")
    if "id" in ids:
        made = call(f"/custom_object_instances/{kind}", {})
        case.path_parameters = {**ids, "id": made["id"]}
    elif isinstance(name, str) and name:
        call(f"/custom_object_instances/{kind}", {"external_id": name})


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
        call("/custom_channel_events/notify_new_conversation", first)


def place_secret(case):
    """Makes the secret that the call deletes."""
    made = call("/secure_mode_secrets", {"name": "st", "supports_web": True})
    case.path_parameters = {**case.path_parameters, "id": made["id"]}


def place_source(case):
    """Makes the source that the call is about; one that the API feeds stays so."""
    made = call("/ai/content_import_sources", SOURCE)
    case.path_parameters = {**case.path_parameters, "id": str(made["id"])}
    if isinstance(case.body, dict) and case.body.get("sync_behavior") in ("automated", "manual"):
        case.body = {**case.body, "sync_behavior": "api"}


def place_page(case):
    """Makes the page that the call is about, in a source that takes it."""
    source = call("/ai/content_import_sources", SOURCE)["id"]
    if "id" in (case.path_parameters or {}):
        page = {**PAGE, "source_id": source, "external_id": f"st-{next(numbers)}"}
        made = call("/ai/external_pages", page)
        case.path_parameters = {**case.path_parameters, "id": made["id"]}
    if isinstance(case.body, dict) and type(case.body.get("source_id")) is int:
        case.body = {**case.body, "source_id": source}


SOURCE = {"sync_behavior": "api", "url": "https://example.test/"}
PAGE = {"title": "st", "html": "<p>st</p>", "locale": "en"}


@schemathesis.hook
def before_call(context, case, kwargs):
    path = case.operation.path
    if keeps_made_up():
        return
    if path.startswith("/custom_object_instances/") and case.path_parameters:
        place_object(case)
    elif path.startswith("/custom_channel_events/"):
        place_event(case)
    elif path == "/secure_mode_secrets/{id}":
        place_secret(case)
    elif path == "/ai/content_import_sources/{id}":
        place_source(case)
    elif path.startswith("/ai/external_pages"):
        place_page(case)
