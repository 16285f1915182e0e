"""A proxy of 127.0.0.1 that knows CONNECT alone.

Prints its port, tunnels until its standard input closes, then prints what it was asked for in the
shape of sse_server.py.
"""

import json
import socket
import sys
import threading

log = []


def head(peer):
    text = b""
    while b"\r\n\r\n" not in text:
        part = peer.recv(4096)
        if not part:
            return ""
        text += part
    return text.decode("latin-1")


def pump(source, sink):
    try:
        while part := source.recv(65536):
            sink.sendall(part)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        # Either side may go at any time; the other is told.
        source.close()
        sink.close()


def tunnel(peer):
    method, _, rest = head(peer).partition(" ")
    place = rest.split(" ")[0]
    log.append({"method": method, "path": place, "headers": [], "body": ""})
    if method != "CONNECT":
        peer.sendall(b"HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n")
        return peer.close()
    host, _, port = place.rpartition(":")
    server = socket.create_connection((host, int(port)))
    peer.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
    threading.Thread(target=pump, args=(server, peer), daemon=True).start()
    pump(peer, server)


def accept(listener):
    while True:
        peer, _ = listener.accept()
        threading.Thread(target=tunnel, args=(peer,), daemon=True).start()


listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
threading.Thread(target=accept, args=(listener,), daemon=True).start()
sys.stdin.read()
print(json.dumps({"log": log, "counts": {}, "hangups": 0}), flush=True)
