#!/usr/bin/env python3
"""The conversations of `scale` by aiohttp on uvloop: --url URL --concurrency N --seconds T --core C.

What finbench does with an event, as a load test in Python would: the format's lines (LF and CRLF),
other types passed over, the standard library's JSON, whose conversation it is, whether a chunk follows
the one before it and begins with its text, an instant a read, the server's own time; what is measured
goes to histograms of three digits, for a list would grow as long as the test runs, and gaps are those
of events that had a read alone. A response, a silence and a turn have a profile's time-outs, by
aiohttp's own means. Of what finbench does besides nothing is done here: the kernel's stamps, the
harness's own lag, swaps, replays, repeats, a turn's dozen other values, a histogram a second.

Measured is from the end of the first second on, for as long as asked. One line of JSON says what was
done, as scaleclient's does.
"""

import argparse
import asyncio
import collections
import datetime
import json
import os
import sys
import time

from timing import absent

try:
    import aiohttp
    import uvloop
except ImportError:
    absent("aiohttp with uvloop", "pip install aiohttp uvloop")


if sys.version_info < (3, 11):
    absent("aiohttp with uvloop", "run Python 3.11 or later")

WARM_UP = 1  # seconds
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

    def __init__(self, conversation, values, counts):
        self.conversation = conversation
        self.values = values
        self.counts = counts
        self.begun = time.monotonic_ns()
        self.rest, self.type, self.data = b"", b"", []
        self.last_chunk, self.last_created = None, None
        self.is_last_alone = False
        self.index = -1
        self.text = ""
        self.is_done = False
        self.is_right = True

    def take_read(self, read):
        """What one read brought: all events that end in it."""
        now = time.monotonic_ns()
        lines = (self.rest + read).split(b"\n")
        self.rest = lines.pop()
        events = [event for line in lines if (event := self.event(line)) is not None]
        for event in events:
            self.take(json.loads(event), now, len(events) == 1)

    def event(self, line):
        """The text of the event that a line ends, if it does and the event is Fin's."""
        line = line.removesuffix(b"\r")
        if line:
            field, _, value = line.partition(b":")
            if field == b"data":
                self.data.append(value.removeprefix(b" "))
            elif field == b"event":
                self.type = value.removeprefix(b" ")
            return None
        data, kind = self.data, self.type
        self.type, self.data = b"", []
        return b"\n".join(data).decode() if data and kind in (b"", b"message") else None

    def take(self, event, now, is_alone):
        if event.get("conversation_id") != self.conversation:
            self.is_right = False
            return
        created = datetime.datetime.fromisoformat(event["created_at_ms"]).timestamp()
        created = round(created * 1000) * 1_000_000
        name = event.get("event_name")
        if name == "fin_reply_chunk":
            self.delivered(created)
            self.take_chunk(event["chunk_index"], event["chunk_text"], created, now, is_alone)
        elif name == "fin_replied":
            self.delivered(created)
            self.values["first_reply"].record(now - self.begun)
        elif event.get("status") == "awaiting_user_reply":
            self.values["turn_time"].record(now - self.begun)
            self.is_done = True

    def delivered(self, created):
        self.values["delivery"].record(time.time_ns() - created)

    def take_chunk(self, index, text, created, now, is_alone):
        if self.last_chunk is None:
            self.values["ttft"].record(now - self.begun)
        elif is_alone and self.is_last_alone:
            self.values["chunk_gap"].record(now - self.last_chunk)
            self.values["server_chunk_gap"].record(created - self.last_created)
        if index != self.index + 1 or not text.startswith(self.text):
            self.is_right = False
        self.last_chunk, self.last_created, self.index, self.text = now, created, index, text
        self.is_last_alone = is_alone
        self.counts["chunks"] += 1
        self.counts["timed_chunks"] += is_alone


async def converse(session, url, number, values, counts):
    headers = {"Intercom-Version": "2.16", "Authorization": "Bearer finbench-local"}
    body = message(number)
    turn = Turn(body["conversation_id"], values, counts)
    async with session.post(
        f"{url}/fin/start", json=body, headers=headers, timeout=POST_TIMEOUT
    ) as response:
        stream = (await response.json())["sse_subscription_url"]
    values["post"].record(time.monotonic_ns() - turn.begun)
    async with session.get(
        stream, headers={"Accept": "text/event-stream"}, timeout=STREAM_TIMEOUT
    ) as response:
        async for read in response.content.iter_any():
            turn.take_read(read)
    return turn.is_done and turn.is_right


async def main(wanted):
    counts = {"begun": 0, "conversations": 0, "failed": 0, "chunks": 0, "timed_chunks": 0}
    values = collections.defaultdict(Histogram)
    end = time.monotonic() + WARM_UP + wanted.seconds

    async def user(session):
        while time.monotonic() < end:
            counts["begun"] += 1
            try:
                is_done = await converse(session, wanted.url, counts["begun"], values, counts)
            except (aiohttp.ClientError, asyncio.TimeoutError, KeyError, ValueError):
                is_done = False
            counts["conversations" if is_done else "failed"] += 1

    async def measure():
        await asyncio.sleep(WARM_UP)
        begin, cpu, before = time.monotonic(), time.process_time(), dict(counts)
        await asyncio.sleep(wanted.seconds)
        measured = ("conversations", "chunks", "timed_chunks")
        return {
            "seconds": time.monotonic() - begin,
            "cpu_seconds": time.process_time() - cpu,
        } | {name: counts[name] - before[name] for name in measured}

    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, raise_for_status=True) as session:
        users = (user(session) for _ in range(wanted.concurrency))
        figures, *_ = await asyncio.gather(measure(), *users)
    return counts | figures


if __name__ == "__main__":
    wanted = options()
    if wanted.core >= 0:
        os.sched_setaffinity(0, {wanted.core})
    try:
        # As finbench's load thread does, where it may.
        os.setpriority(os.PRIO_PROCESS, 0, -10)
    except PermissionError:
        pass
    print(json.dumps(uvloop.run(main(wanted))))
