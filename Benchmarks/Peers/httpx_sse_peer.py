#!/usr/bin/env python3
"""Reads an event stream in 16 KB reads with httpx-sse; usage: httpx_sse_peer.py FILE SECONDS."""

from timing import absent, answer, reads

try:
    import httpx
    import httpx_sse
except ImportError:
    absent("httpx-sse", "pip install httpx-sse httpx")


def main():
    chunks = reads(16 * 1024)

    def parse():
        response = httpx.Response(
            200, headers={"Content-Type": "text/event-stream"}, content=iter(chunks)
        )
        return sum(event.data.endswith("}") for event in httpx_sse.EventSource(response).iter_sse())

    answer("httpx-sse", getattr(httpx_sse, "__version__", "?"), parse, parse())


main()
