#!/usr/bin/env python3
"""Runs a command on a terminal of its own, as a person would, and types one line.

    terminal.py PROMPT ANSWER COMMAND...

Waits until PROMPT is shown, types ANSWER and return, and passes on what the command shows and its
exit status.
"""

import os
import pty
import sys

prompt, answer = (word.encode() for word in sys.argv[1:3])
child, terminal = pty.fork()
if child == 0:
    os.execv(sys.argv[3], sys.argv[3:])
shown = b""
has_typed = False
while True:
    try:
        data = os.read(terminal, 4096)
    except OSError:  # the child has closed its side
        break
    if not data:
        break
    shown += data
    if not has_typed and prompt in shown:
        has_typed = True
        os.write(terminal, answer + b"\n")
sys.stdout.buffer.write(shown)
sys.stdout.flush()
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
