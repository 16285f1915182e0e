"""What one stream of the test peer says, step by step, in each mode.

A script is a generator of steps: `("wait", seconds)`, `("event", number, event)`, `("text", text)`,
`("texts", [text, …])` (one write, an HTTP chunk each) and, last, one of `("end",)`, `("close",)`,
`("cut",)`, `("linger",)`. The server performs them.
"""

import datetime
import json

# Not ASCII, so that a split at every byte also splits characters.
WORDS = ["Café", " costs", " 3 €", " – 日本語", " is fine.", " Anything", " else?", " No."]

FIRST_WAIT = 0.030
INTERVAL = 0.005

LINE_ENDS = {"crlf": "\r\n", "cr": "\r"}

# Modes that number their events, so that a client can resume.
NUMBERED = {"named", "enveloped", "resume"}


def now():
    """Wall time as the API writes it: UTC, milliseconds, Z."""
    stamp = datetime.datetime.now(datetime.timezone.utc)
    return stamp.strftime("%Y-%m-%dT%H:%M:%S.") + f"{stamp.microsecond // 1000:03d}Z"


class Turn:
    """One turn of one conversation, and the events it can send."""

    def __init__(self, conversation, user, number):
        self.conversation = conversation
        self.user = user
        self.number = number
        self.stream = f"{number:04x}".rjust(32, "7")

    def chunk(self, index, conversation=None):
        return {
            "event_name": "fin_reply_chunk",
            "conversation_id": conversation or self.conversation,
            "stream_id": self.stream,
            "chunk_index": index,
            "chunk_text": "".join(WORDS[: index + 1]),
            "status": "replying",
            "created_at_ms": now(),
        }

    def reply(self, status="replying"):
        message = {
            "id": f"m-{self.number}",
            "author": "fin",
            "body": f"<p>{''.join(WORDS)}</p>",
            "timestamp_ms": now(),
        }
        return {
            "event_name": "fin_replied",
            "conversation_id": self.conversation,
            "user_id": self.user,
            "message": message,
            "status": status,
            "stream_id": self.stream,
            "created_at_ms": now(),
        }

    def status(self, status, conversation=None, **more):
        return {
            "event_name": "fin_status_updated",
            "conversation_id": conversation or self.conversation,
            "user_id": self.user,
            "status": status,
            **more,
            "created_at_ms": now(),
        }


def script(mode, turn, chunks, after=None):
    """The steps of one stream; `after` is the number of the last event a resuming client saw."""
    special = SPECIAL.get(mode)
    if special is not None:
        yield from special(turn, chunks, after)
        return
    yield from answer(turn, chunks)
    yield ("close",) if mode == "close" else ("end",)


def answer(turn, chunks):
    """The plain answer of 2.16: chunks, reply, done."""
    yield ("wait", FIRST_WAIT)
    for index in range(chunks):
        yield ("event", index, turn.chunk(index))
        yield ("wait", INTERVAL)
    yield ("event", chunks, turn.reply())
    yield ("wait", INTERVAL)
    yield ("event", chunks + 1, turn.status("awaiting_user_reply"))


def old_version(turn, chunks):
    """2.14 and 2.15: no done signal."""
    yield ("wait", FIRST_WAIT)
    for index in range(chunks):
        yield ("event", index, turn.chunk(index))
        yield ("wait", INTERVAL)
    yield ("event", chunks, turn.reply("awaiting_user_reply"))


def v214(turn, chunks, after):
    yield from old_version(turn, chunks)
    yield ("wait", 0.050)
    yield ("close",)


def v214_quiet(turn, chunks, after):
    yield from old_version(turn, chunks)
    yield ("linger",)


def lingers(turn, chunks, after):
    yield from answer(turn, chunks)
    yield ("linger",)


def silent(turn, chunks, after):
    yield ("linger",)


def stall(turn, chunks, after):
    """One chunk, then nothing more on a connection that stays."""
    yield ("wait", FIRST_WAIT)
    yield ("event", 0, turn.chunk(0))
    yield ("linger",)


def escalate(turn, chunks, after):
    yield ("wait", FIRST_WAIT)
    reason = "Escalation requested by user"
    yield ("event", 0, turn.status("escalated", reason=reason))
    yield ("event", 1, turn.status("complete"))
    yield ("end",)


def foreign(turn, chunks, after):
    """Another conversation's chunk comes first, and its done signal before ours."""
    other = turn.conversation + "-other"
    yield ("event", 0, turn.chunk(0, other))
    yield from list_without_done(turn, chunks)
    yield ("event", 1, turn.status("awaiting_user_reply", other))
    yield ("wait", 0.050)
    yield ("event", 2, turn.status("awaiting_user_reply"))
    yield ("end",)


def list_without_done(turn, chunks):
    steps = answer(turn, chunks)
    for step in steps:
        if step[0] == "event" and step[2]["event_name"] == "fin_status_updated":
            return
        yield step


def gap(turn, chunks, after):
    """Chunk 1 never comes."""
    for step in answer(turn, chunks):
        if step[0] == "event" and step[2].get("chunk_index") == 1:
            continue
        yield step
    yield ("end",)


def late_chunk(turn, chunks, after):
    yield from list_without_done(turn, chunks)
    yield ("event", chunks, turn.chunk(chunks))
    yield ("wait", INTERVAL)
    yield ("event", chunks + 1, turn.status("awaiting_user_reply"))
    yield ("end",)


def dup_reply(turn, chunks, after):
    yield from list_without_done(turn, chunks)
    yield ("event", chunks, turn.reply())
    yield ("wait", INTERVAL)
    yield ("event", chunks + 1, turn.status("awaiting_user_reply"))
    yield ("end",)


def cut(turn, chunks, after):
    """The connection ends in the middle of the answer, for good."""
    yield ("wait", FIRST_WAIT)
    yield ("event", 0, turn.chunk(0))
    yield ("wait", INTERVAL)
    yield ("cut",)


def resume(turn, chunks, after):
    """Cut after two events; goes on behind the last event the client names."""
    for step in answer(turn, chunks):
        if step[0] == "event" and after is not None and step[1] <= after:
            continue
        yield step
        if step[0] == "event" and after is None and step[1] == 1:
            yield ("wait", INTERVAL)
            yield ("cut",)
            return
    yield ("end",)


def error_event(turn, chunks, after):
    """The vendor's error frame for a token that has run out."""
    yield ("wait", FIRST_WAIT)
    yield ("event", 0, turn.chunk(0))
    yield ("wait", INTERVAL)
    error = {"message": "Token expired", "code": 40142, "statusCode": 401, "href": "https://x.test"}
    yield ("text", f"event: error\ndata: {json.dumps(error)}\n\n")
    yield ("end",)


def paired(turn, chunks, after):
    """The first two chunks of the answer leave in one write."""
    steps = answer(turn, chunks)
    yield next(steps)
    first, _, second = (next(steps) for _ in range(3))
    yield ("texts", [frame("paired", *step[1:]) for step in (first, second)])
    yield from steps
    yield ("end",)


def torn(turn, chunks, after):
    """The first chunk leaves with the first half of the second one, in one write."""
    steps = answer(turn, chunks)
    yield next(steps)
    first, pause, second = (next(steps) for _ in range(3))
    text = frame("torn", *second[1:])
    middle = len(text) // 2
    yield ("texts", [frame("torn", *first[1:]), text[:middle]])
    yield pause
    yield ("text", text[middle:])
    yield from steps
    yield ("end",)


def odd(turn, chunks, after):
    """Legal, rarely seen: byte order mark, comments, retry, split data, unknown events."""
    yield ("text", "\ufeff:keepalive\n\nretry: 3000\n\n")
    unknown = {"event_name": "fin_weather", "conversation_id": turn.conversation}
    yield ("text", f"data: {json.dumps(unknown)}\n\n")
    for step in answer(turn, chunks):
        if step[0] != "event":
            yield step
            continue
        # A line feed between two tokens of JSON is white space: legal in two data lines.
        text = json.dumps(step[2], ensure_ascii=False).replace(", ", ",\ndata:", 1)
        yield ("text", f"unknown: field\ndata:{text}\n:between\n\n")
    yield ("text", "data: {\"never\": \"dispatched\"")
    yield ("end",)


SPECIAL = {
    "v214": v214,
    "v214_quiet": v214_quiet,
    "lingers": lingers,
    "silent": silent,
    "stall": stall,
    "escalate": escalate,
    "foreign": foreign,
    "gap": gap,
    "late_chunk": late_chunk,
    "dup_reply": dup_reply,
    "cut": cut,
    "resume": resume,
    "error_event": error_event,
    "odd": odd,
    "paired": paired,
    "torn": torn,
}


def frame(mode, number, event):
    """The text of one event in the mode's framing, with LF line ends."""
    payload = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    if mode not in NUMBERED:
        return f"data: {payload}\n\n"
    if mode == "enveloped":
        envelope = {
            "id": f"Qx7:{number}:0",
            "timestamp": 1770110101200 + number,
            "encoding": "json",
            "channel": f"fin_agent_api:lab9x2kq:{event['conversation_id']}",
            "data": payload,
            "name": "fin_agent_event",
        }
        payload = json.dumps(envelope, ensure_ascii=False, separators=(",", ":"))
    comment = ":keepalive\n\n" if mode == "enveloped" else ""
    return f"id: hd93KsQ1Zp@1770110101200-{number}\nevent: message\ndata: {payload}\n\n{comment}"


def encode(mode, text):
    """The bytes of some stream text, with the mode's line ends."""
    return text.replace("\n", LINE_ENDS.get(mode, "\n")).encode()
