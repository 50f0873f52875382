"""A mail server on loopback that takes one message and ends: what scripts/package tries the packaged program against.

    mail-sink.py PORT-FILE MESSAGE-FILE

The port that it listens at is written into the first file, the message into the second.
"""

import os
import socket
import sys

port_file, message_file = sys.argv[1:]
listener = socket.create_server(("127.0.0.1", 0))
listener.settimeout(60)
with open(port_file + ".new", "w") as file:
    file.write(str(listener.getsockname()[1]))
os.rename(port_file + ".new", port_file)
connection, _ = listener.accept()
connection.settimeout(60)
stream = connection.makefile("rwb")


def say(text):
    stream.write(text.encode() + b"\r\n")
    stream.flush()


say("220 sink")
for line in stream:
    word = line.split()[0].upper() if line.split() else b""
    if word == b"DATA":
        say("354 go on")
        with open(message_file, "wb") as file:
            for text in stream:
                if text == b".\r\n":
                    break
                file.write(text)
        say("250 taken")
    elif word == b"QUIT":
        say("221 bye")
        break
    else:
        say("250 ok")
