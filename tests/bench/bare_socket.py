#!/usr/bin/env python3
"""What a command writes, over a bare TCP connection.

    bare_socket.py ADDRESS PORT serve COMMAND...   run it for each that connects
    bare_socket.py ADDRESS PORT COMMAND...         connect, and feed it

SIGTERM ends what the second feeds, so that its command keeps what it has got.
"""
import signal
import socket
import subprocess
import sys

where = (sys.argv[1], int(sys.argv[2]))
command = sys.argv[3:]
if command[0] == "serve":
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(where)
    listener.listen(4)
    while True:
        connection, _ = listener.accept()
        subprocess.run(command[1:], stdout=connection.fileno(), check=False)
        connection.close()
connection = socket.create_connection(where)
signal.signal(signal.SIGTERM,
              lambda *_: connection.shutdown(socket.SHUT_RD))
sys.exit(subprocess.run(command, stdin=connection.fileno(),
                        check=False).returncode)
