#!/usr/bin/env python3
"""The conversations of `scale` by aiohttp on uvloop: --url URL --concurrency N --seconds T --core C.

Every event is read by one json.loads, as a load test in Python would; one line of JSON says what
was done, as scaleclient's does.
"""

import argparse
import asyncio
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


async def converse(session, url, number):
    headers = {"Intercom-Version": "2.16", "Authorization": "Bearer finbench-local"}
    start = f"{url}/fin/start"
    async with session.post(start, json=message(number), headers=headers) as response:
        stream = (await response.json())["sse_subscription_url"]
    is_done = False
    async with session.get(stream, headers={"Accept": "text/event-stream"}) as response:
        async for line in response.content:
            if line.startswith(b"data:"):
                event = json.loads(line[5:])
                is_done |= event.get("status") == "awaiting_user_reply"
    return is_done


async def main(wanted):
    counts = {"begun": 0, "conversations": 0, "failed": 0}
    end = time.monotonic() + wanted.seconds

    async def user(session):
        while time.monotonic() < end:
            counts["begun"] += 1
            is_done = await converse(session, wanted.url, counts["begun"])
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
