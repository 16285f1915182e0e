"""Gives each generated answer to a human step a question that waits for it.

Nobody learns of a question but by webhook: this is the subscriber of the simulator's topics.
"""

import http.server
import json
import os
import queue
import threading

from server import begin, call, draws, keeps_made_up, numbers

import schemathesis

questions = queue.Queue()
VALUES = {
    "string": "Yes",
    "integer": 1,
    "decimal": 0.5,
    "boolean": True,
    "datetime": "2026-02-03T09:15:00Z",
}


class Subscriber(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        size = int(self.headers["Content-Length"])
        item = json.loads(self.rfile.read(size))["data"]["item"]
        if item["type"] == "procedure.hitl_notification":
            questions.put(item)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments):
        pass


def question():
    """A question that nobody has answered; a share of the conversations ask one."""
    for _ in range(50):
        if questions.empty():
            for _ in range(20):
                begin("/fin/start", f"st-{next(numbers)}")
        try:
            return questions.get(timeout=0.5)
        except queue.Empty:
            continue
    raise SystemExit("no conversation has asked a human")


def value(attribute):
    if attribute["data_type"] == "list":
        return attribute["options"][0]["id"]
    return VALUES[attribute["data_type"]]


def answer(asked):
    """The values for all that was asked."""
    return [
        {"identifier": attribute["identifier"], "value": value(attribute)}
        for attribute in asked["attributes_to_collect"]
    ]


def is_whole(values):
    return isinstance(values, list) and all(
        isinstance(item, dict) and isinstance(item.get("identifier"), str) and "value" in item
        for item in values
    )


@schemathesis.hook
def before_call(context, case, kwargs):
    if not case.operation.path.endswith("/collect_agent_input") or keeps_made_up():
        return
    asked = question()
    case.path_parameters = {**case.path_parameters, "conversation_id": asked["conversation_id"]}
    body = case.body
    if not isinstance(body, dict) or not isinstance(body.get("step_id"), str):
        return
    case.body = {**body, "step_id": asked["step_id"]}
    if is_whole(body.get("attribute_values")):
        case.body["attribute_values"] = answer(asked)
    # Some come too late.
    if draws.random() < 0.1:
        path = f"/procedures/{asked['conversation_id']}/collect_agent_input"
        call(path, {"step_id": asked["step_id"], "attribute_values": answer(asked)})


port = int(os.environ["FINBENCH_TOPIC_PORT"])
subscriber = http.server.ThreadingHTTPServer(("127.0.0.1", port), Subscriber)
threading.Thread(target=subscriber.serve_forever, daemon=True).start()
