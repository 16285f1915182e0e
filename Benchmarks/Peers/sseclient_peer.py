#!/usr/bin/env python3
"""Reads an event stream in 16 KB reads with sseclient-py; usage: sseclient_peer.py FILE SECONDS."""

from importlib import metadata

from timing import absent, answer, reads

try:
    import sseclient
except ImportError:
    absent("sseclient-py", "pip install sseclient-py")


def main():
    chunks = reads(16 * 1024)

    def parse():
        events = sseclient.SSEClient(iter(chunks)).events()
        return sum(event.data.endswith("}") for event in events)

    answer("sseclient-py", metadata.version("sseclient-py"), parse, parse())


main()
