#!/usr/bin/env python3
"""Reads the fields of every event with the standard library's json; usage: json_peer.py FILE SECONDS."""

import json
import platform

from timing import answer, read_lines

NAMES = ["status", "reason", "conversation_id", "stream_id", "chunk_index", "created_at_ms"]


def main():
    documents = [line[6:].encode() for line in read_lines() if line.startswith("data: ")]

    def scan():
        right = 0
        for document in documents:
            event = json.loads(document)
            fields = [event.get(name) for name in NAMES]
            message = event.get("message", {}).get("id")
            is_chunk = event["event_name"] == "fin_reply_chunk"
            right += (fields[4] is not None) == is_chunk and (message is None or not is_chunk)
        return right

    answer("json", platform.python_version(), scan, len(documents))


main()
