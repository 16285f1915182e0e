#!/usr/bin/env python3
"""A Fin Agent API peer for end-to-end tests: Python's standard library, one thread a connection.

    sse_server.py MODE [--healthy N] [--chunks N] [--token TEXT] [--base URL]
                  [--cert FILE --key FILE]

Prints its port as the first line. Ends when its standard input ends, with one line of JSON:
`log` (every request), `counts` (POSTs by conversation), `hangups` (streams the client closed),
`healthy` (conversations in the mode "chunked").
The same comes from GET /log and GET /counts while it runs.
"""

import argparse
import collections
import json
import os
import socket
import ssl
import sys
import threading
import time

import fin_script

ERRORS = {
    302: ("Found", "moved", "Look elsewhere"),
    307: ("Temporary Redirect", "moved", "Look elsewhere"),
    401: ("Unauthorized", "unauthorized", "Access Token Invalid"),
    403: ("Forbidden", "api_plan_restricted", "Not on your plan"),
    404: ("Not Found", "not_found", "No such thing"),
    429: ("Too Many Requests", "rate_limit_exceeded", "Exceeded rate limit of 167 in 10_seconds"),
    500: ("Internal Server Error", "server_error", "Something went wrong"),
}

PLAIN_MODES = [
    "chunked", "close", "crlf", "cr", "bytes", "enveloped", "named", "no_url", "null_url",
    "status307", "status401", "status403", "status429", "status500", "stream302", "stream401",
    "stream500", "notsse", "elsewhere", "malformed", "hang", "die_on_reuse", "garbage",
    "limited",
]


class Request:
    """One request, read whole."""

    def __init__(self, method, path, headers, body):
        self.method = method
        self.path = path
        self.headers = headers
        self.body = body

    def header(self, name):
        return next((value for key, value in self.headers if key.lower() == name), None)


def read_request(reader):
    """The next request of a connection; None when it has ended."""
    line = reader.readline()
    if not line.strip():
        return None
    method, path, _ = line.decode("latin-1").split(" ", 2)
    headers = []
    while (line := reader.readline()) not in (b"\r\n", b""):
        name, _, value = line.decode("latin-1").partition(":")
        headers.append((name.strip(), value.strip()))
    request = Request(method, path, headers, b"")
    request.body = reader.read(int(request.header("content-length") or 0))
    return request


class Peer:
    """What the whole server knows: its mode, its streams, what it saw."""

    def __init__(self, options):
        self.options = options
        self.lock = threading.Lock()
        self.log = []
        self.counts = collections.Counter()
        self.hangups = 0
        self.modes = {}
        self.turns = {}
        self.streams = {}
        self.served = threading.Event()

    def note(self, request, connection, is_reused):
        with self.lock:
            self.log.append({
                "method": request.method, "path": request.path, "headers": request.headers,
                "body": request.body.decode(), "connection": connection, "reused": is_reused,
            })

    def post(self, conversation):
        """Counts a POST; answers the conversation's mode and the turn's number, from 1."""
        with self.lock:
            is_healthy = len(self.modes) < self.options.healthy
            mode = self.modes.setdefault(
                conversation, "chunked" if is_healthy else self.options.mode)
            self.counts[conversation] += 1
            return mode, self.counts[conversation]

    def offer(self, path, mode, turn):
        with self.lock:
            self.streams[path] = (mode, turn)

    def findings(self):
        with self.lock:
            healthy = [name for name, mode in self.modes.items() if mode == "chunked"]
            return {
                "log": self.log, "counts": self.counts, "hangups": self.hangups,
                "healthy": healthy,
            }


class Connection:
    """One connection: reads requests and answers them in turn until either side closes."""

    def __init__(self, peer, sock, number):
        self.peer = peer
        self.sock = sock
        self.number = number
        self.requests = 0
        self.posts = 0
        self.is_split = False

    def serve(self):
        reader = self.sock.makefile("rb")
        if self.peer.options.mode == "garbage":
            self.sock.sendall(b"SSH-2.0-OpenSSH_9.2p1\r\n\x00\x01\x02garbage\xff\r\n")
            reader.read()
            return
        while (request := read_request(reader)) is not None:
            self.peer.note(request, self.number, self.requests > 0)
            self.requests += 1
            if not self.answer(request):
                return

    def answer(self, request):
        """Answers one request; false when the connection is to be closed."""
        if request.method == "POST" and request.path in ("/fin/start", "/fin/reply"):
            return self.post(request)
        if request.path.startswith("/event-stream"):
            return self.stream(request)
        if request.path == "/log":
            return self.json(200, self.peer.findings()["log"])
        if request.path == "/counts":
            return self.json(200, self.peer.findings()["counts"])
        return self.refuse(404)

    def post(self, request):
        body = json.loads(request.body)
        conversation, user = body["conversation_id"], body["user"]["id"]
        mode, number = self.peer.post(conversation)
        if self.peer.options.healthy and mode != "chunked":
            # The client must have met a 200 before anything else.
            self.peer.served.wait(20)
        self.posts += 1
        self.is_split = mode == "bytes"
        if mode == "die_on_reuse" and self.posts > 1:
            return False
        if mode == "hang":
            return self.hold()
        if mode == "malformed":
            return self.json(200, [conversation])
        if mode.startswith("status"):
            return self.refuse(int(mode[6:]))
        if mode == "limited":
            # The first POST of each conversation is above the limit, whose window ends soon.
            if number == 1:
                return self.refuse(429, window=1)
            mode, number = "chunked", number - 1
        turn = fin_script.Turn(conversation, user, number)
        answer = {
            "conversation_id": conversation,
            "user_id": user,
            "status": "thinking",
            "created_at_ms": fin_script.now(),
        }
        if mode != "no_url":
            answer["sse_subscription_url"] = self.url(request, mode, turn)
        is_sent = self.json(200, answer)
        self.peer.served.set()
        return is_sent

    def url(self, request, mode, turn):
        """The stream's URL, known to the server only in exactly this spelling."""
        if mode == "null_url":
            return None
        path = (
            f"/event-stream?channels=fin_agent_api:lab9x2kq:{turn.conversation}"
            f"&accessToken={self.peer.options.token}.{turn.number}.x&spelt=%7e%2f..%2F"
        )
        if request.path == "/fin/start":
            path += "&rewind=2m"
        self.peer.offer(path, mode, turn)
        if mode == "elsewhere":
            return self.peer.options.base + path
        scheme = "https" if self.peer.options.cert else "http"
        return f"{scheme}://{request.header('host')}{path}"

    def stream(self, request):
        found = self.peer.streams.get(request.path)
        if found is None:
            return self.refuse(404)
        mode, turn = found
        self.is_split = mode == "bytes"
        if mode.startswith("stream"):
            return self.refuse(int(mode[6:]))
        if mode == "notsse":
            page = b"<html>Please log in</html>"
            self.send(head(200, "OK", "text/html", f"Content-Length: {len(page)}") + page)
            return True
        last = request.header("last-event-id")
        after = int(last.rpartition("-")[2]) if last else None
        return self.play(mode, fin_script.script(mode, turn, self.peer.options.chunks, after))

    def play(self, mode, steps):
        is_chunked = mode != "close"
        coding = "Transfer-Encoding: chunked" if is_chunked else "Connection: close"
        self.send(head(200, "OK", "text/event-stream", "Cache-Control: no-cache", coding))

        def write(*texts):
            parts = [fin_script.encode(mode, text) for text in texts]
            if is_chunked:
                parts = [b"%x\r\n%b\r\n" % (len(part), part) for part in parts]
            self.send(b"".join(parts))

        for step in steps:
            match step:
                case ("wait", seconds):
                    time.sleep(seconds)
                case ("event", number, event):
                    write(fin_script.frame(mode, number, event))
                case ("text", text):
                    write(text)
                case ("texts", texts):
                    write(*texts)
                case ("linger",):
                    return self.hold(is_stream=True)
                case ("cut",):
                    return False
                case ("end",) | ("close",):
                    if is_chunked:
                        self.send(b"0\r\n\r\n")
                    return step == ("end",)
        return False

    def hold(self, is_stream=False):
        """Says nothing until the client goes away."""
        while self.sock.recv(4096):
            pass
        if is_stream:
            with self.peer.lock:
                self.peer.hangups += 1
        return False

    def json(self, status, value, reason="OK", *more):
        data = json.dumps(value, ensure_ascii=False).encode()
        length = f"Content-Length: {len(data)}"
        self.send(head(status, reason, "application/json", length, *more) + data)
        return True

    def refuse(self, status, window=10):
        reason, code, message = ERRORS[status]
        errors = [{"code": code, "message": message}]
        body = {"type": "error.list", "request_id": f"req-{self.number}", "errors": errors}
        more = {
            302: ("Location: http://127.0.0.1:1/", ),
            307: ("Location: http://127.0.0.1:1/", ),
            429: (
                "X-RateLimit-Limit: 167", "X-RateLimit-Remaining: 0",
                f"X-RateLimit-Reset: {int(time.time()) + window}",
            ),
        }
        return self.json(status, body, reason, *more.get(status, ()))

    def send(self, data):
        if not self.is_split:
            self.sock.sendall(data)
            return
        for index in range(len(data)):
            self.sock.sendall(data[index:index + 1])


def head(status, reason, kind, *more):
    lines = [f"HTTP/1.1 {status} {reason}", f"Content-Type: {kind}", *more, "", ""]
    return "\r\n".join(lines).encode()


def handle(peer, sock, number, context):
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if context is not None:
            sock = context.wrap_socket(sock, server_side=True)
        with sock:
            Connection(peer, sock, number).serve()
            sock.shutdown(socket.SHUT_RDWR)
    except (OSError, ssl.SSLError):
        pass  # the client went away, which is its right


def accept(peer, listener, context):
    number = 0
    while True:
        sock, _ = listener.accept()
        number += 1
        threading.Thread(target=handle, args=(peer, sock, number, context), daemon=True).start()


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("mode", choices=PLAIN_MODES + list(fin_script.SPECIAL))
    parser.add_argument("--healthy", type=int, default=0, help="conversations served well first")
    parser.add_argument("--chunks", type=int, default=4)
    parser.add_argument("--token", default="eyJhbGciOi.test")
    parser.add_argument("--base", default="http://192.0.2.1", help="where elsewhere's streams are")
    parser.add_argument("--cert")
    parser.add_argument("--key")
    return parser.parse_args()


def main():
    options = arguments()
    context = None
    if options.cert:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.cert, options.key)
    peer = Peer(options)
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    threading.Thread(target=accept, args=(peer, listener, context), daemon=True).start()
    print(listener.getsockname()[1], flush=True)
    sys.stdin.buffer.read()
    time.sleep(0.05)  # for the ends of connections that the client closed just now
    print(json.dumps(peer.findings()), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
