#!/usr/bin/env python3
"""Verifies signed bodies with the standard library's hmac; usage: hmac_peer.py FILE SECONDS."""

import hmac
import platform

from timing import answer, read_lines


def main():
    rows = []
    for line in read_lines():
        secret, header, valid, body = line.split("\t")
        rows.append((secret.encode(), header, valid == "1", bytes.fromhex(body)))

    def check():
        right = 0
        for secret, header, valid, body in rows:
            code = hmac.digest(secret, body, "sha256").hex()
            right += hmac.compare_digest("sha256=" + code, header) == valid
        return right

    answer("hmac", platform.python_version(), check, len(rows))


main()
