#!/usr/bin/env python3
"""The conversations of `scale` by aiohttp on uvloop: --url URL --concurrency N --seconds T --core C.

It does what finbench does, as a load test in Python would: events by the format's rules (lines up to
a blank one; other types are passed over), one json.loads each, whose conversation it is, whether a
chunk follows the one before it and begins with its text, an instant, the server's own time, and the
same values, each to a histogram of three digits: a list would grow for as long as the test runs. A
response, a silence and a turn have the time-outs of a profile that sets none. What finbench does
besides (the kernel's stamps, an interval's health, repeated keys, wrong types) is left out. One line
of JSON says what was done, as scaleclient's does.
"""

import argparse
import asyncio
import collections
import datetime
import json
import os
import time

from timing import absent

try:
    import aiohttp
    import uvloop
except ImportError:
    absent("aiohttp with uvloop", "pip install aiohttp uvloop")


# A profile's defaults, in seconds.
POST_TIMEOUT = aiohttp.ClientTimeout(sock_connect=5, total=10)
STREAM_TIMEOUT = aiohttp.ClientTimeout(sock_connect=5, sock_read=30, total=120)


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--concurrency", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--core", type=int, default=-1)
    return parser.parse_args()


def message(number):
    now = datetime.datetime.now(datetime.timezone.utc)
    return {
        "conversation_id": f"fb-p-{number}",
        "message": {
            "author": "user",
            "body": "How do I change my plan?",
            "timestamp": now.isoformat(timespec="milliseconds"),
        },
        "user": {"id": f"load-u-{number % 1000}"},
    }


class Histogram:
    """Counts by the value's first eleven bits: three digits, whatever its size."""

    def __init__(self):
        self.counts = collections.defaultdict(int)

    def record(self, nanoseconds):
        shift = max(nanoseconds.bit_length() - 11, 0)
        self.counts[nanoseconds >> shift << shift] += 1


class Turn:
    """What is known of a turn while its events come."""

    def __init__(self, conversation, values):
        self.conversation = conversation
        self.values = values
        self.begun = time.monotonic_ns()
        self.type, self.data = b"", []
        self.last_chunk, self.last_created = None, None
        self.index = -1
        self.text = ""
        self.is_done = False
        self.is_right = True

    def take_line(self, line):
        """One line of the stream, with its end; a blank one ends an event."""
        line = line.rstrip(b"\r\n")
        if not line:
            if self.data and self.type in (b"", b"message"):
                self.take(b"\n".join(self.data), time.monotonic_ns())
            self.type, self.data = b"", []
            return
        field, _, value = line.partition(b":")
        if field == b"data":
            self.data.append(value.removeprefix(b" "))
        elif field == b"event":
            self.type = value.removeprefix(b" ")

    def take(self, data, now):
        event = json.loads(data)
        if event.get("conversation_id") != self.conversation:
            self.is_right = False
            return
        created = datetime.datetime.fromisoformat(event["created_at_ms"]).timestamp()
        created = round(created * 1000) * 1_000_000
        name = event.get("event_name")
        if name == "fin_reply_chunk":
            self.delivered(created)
            self.take_chunk(event["chunk_index"], event["chunk_text"], created, now)
        elif name == "fin_replied":
            self.delivered(created)
            self.values["first_reply"].record(now - self.begun)
        elif event.get("status") == "awaiting_user_reply":
            self.values["turn_time"].record(now - self.begun)
            self.is_done = True

    def delivered(self, created):
        self.values["delivery"].record(time.time_ns() - created)

    def take_chunk(self, index, text, created, now):
        if self.last_chunk is None:
            self.values["ttft"].record(now - self.begun)
        else:
            self.values["chunk_gap"].record(now - self.last_chunk)
            self.values["server_chunk_gap"].record(created - self.last_created)
        if index != self.index + 1 or not text.startswith(self.text):
            self.is_right = False
        self.last_chunk, self.last_created, self.index, self.text = now, created, index, text


async def converse(session, url, number, values):
    headers = {"Intercom-Version": "2.16", "Authorization": "Bearer finbench-local"}
    body = message(number)
    turn = Turn(body["conversation_id"], values)
    async with session.post(
        f"{url}/fin/start", json=body, headers=headers, timeout=POST_TIMEOUT
    ) as response:
        stream = (await response.json())["sse_subscription_url"]
    values["post"].record(time.monotonic_ns() - turn.begun)
    async with session.get(
        stream, headers={"Accept": "text/event-stream"}, timeout=STREAM_TIMEOUT
    ) as response:
        async for line in response.content:
            turn.take_line(line)
    return turn.is_done and turn.is_right


async def main(wanted):
    counts = {"begun": 0, "conversations": 0, "failed": 0}
    values = collections.defaultdict(Histogram)
    end = time.monotonic() + wanted.seconds

    async def user(session):
        while time.monotonic() < end:
            counts["begun"] += 1
            is_done = await converse(session, wanted.url, counts["begun"], values)
            counts["conversations" if is_done else "failed"] += 1

    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, raise_for_status=True) as session:
        await asyncio.gather(*(user(session) for _ in range(wanted.concurrency)))
    return counts


if __name__ == "__main__":
    wanted = options()
    if wanted.core >= 0:
        os.sched_setaffinity(0, {wanted.core})
    try:
        # As finbench's load thread does, where it may.
        os.setpriority(os.PRIO_PROCESS, 0, -10)
    except PermissionError:
        pass
    begin, cpu = time.monotonic(), time.process_time()
    counts = uvloop.run(main(wanted))
    counts["seconds"] = time.monotonic() - begin
    counts["cpu_seconds"] = time.process_time() - cpu
    print(json.dumps(counts))
