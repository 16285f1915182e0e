#!/usr/bin/env python3
"""The conversations of `scale` by aiohttp on uvloop: --url URL --concurrency N --seconds T --core C.

It does what finbench does with an event, as a load test in Python would: one json.loads, whose
conversation it is, whether a chunk follows the one before it and begins with its text, an instant,
and a value to keep. The cheapest way to keep one is a list. One line of JSON says what was done, as
scaleclient's does.
"""

import argparse
import asyncio
import collections
import json
import os
import time

from timing import absent

try:
    import aiohttp
    import uvloop
except ImportError:
    absent("aiohttp with uvloop", "pip install aiohttp uvloop")


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--concurrency", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--core", type=int, default=-1)
    return parser.parse_args()


def message(number):
    return {
        "conversation_id": f"fb-p-{number}",
        "message": {
            "author": "user",
            "body": "How do I change my plan?",
            "timestamp": "2026-01-01T00:00:00.000Z",
        },
        "user": {"id": f"load-u-{number % 1000}"},
    }


class Turn:
    """What is known of a turn while its events come."""

    def __init__(self, conversation, values):
        self.conversation = conversation
        self.values = values
        self.begun = time.monotonic_ns()
        self.last_chunk = None
        self.index = -1
        self.text = ""
        self.is_done = False
        self.is_right = True

    def take(self, event, now):
        if event.get("conversation_id") != self.conversation:
            self.is_right = False
            return
        name = event.get("event_name")
        if name == "fin_reply_chunk":
            self.take_chunk(event["chunk_index"], event["chunk_text"], now)
        elif name == "fin_replied":
            self.values["first_reply"].append(now - self.begun)
        elif event.get("status") == "awaiting_user_reply":
            self.values["turn_time"].append(now - self.begun)
            self.is_done = True

    def take_chunk(self, index, text, now):
        if self.last_chunk is None:
            self.values["ttft"].append(now - self.begun)
        else:
            self.values["chunk_gap"].append(now - self.last_chunk)
        if index != self.index + 1 or not text.startswith(self.text):
            self.is_right = False
        self.last_chunk, self.index, self.text = now, index, text


async def converse(session, url, number, values):
    headers = {"Intercom-Version": "2.16", "Authorization": "Bearer finbench-local"}
    body = message(number)
    turn = Turn(body["conversation_id"], values)
    async with session.post(f"{url}/fin/start", json=body, headers=headers) as response:
        stream = (await response.json())["sse_subscription_url"]
    values["post"].append(time.monotonic_ns() - turn.begun)
    async with session.get(stream, headers={"Accept": "text/event-stream"}) as response:
        async for line in response.content:
            if line.startswith(b"data:"):
                turn.take(json.loads(line[5:]), time.monotonic_ns())
    return turn.is_done and turn.is_right


async def main(wanted):
    counts = {"begun": 0, "conversations": 0, "failed": 0}
    values = collections.defaultdict(list)
    end = time.monotonic() + wanted.seconds

    async def user(session):
        while time.monotonic() < end:
            counts["begun"] += 1
            is_done = await converse(session, wanted.url, counts["begun"], values)
            counts["conversations" if is_done else "failed"] += 1

    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:
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
