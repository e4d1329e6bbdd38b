"""The grader's end of a child's line and of its printed text: bytes in, messages out."""

import array
import os
import selectors
import socket
import struct
import sys
from contextlib import suppress

from bpworkbook.grading.wire import Decoder, Message, WireError

MOST_BYTES = 64 * 2**20  # of answers to one message
PIECE = 1 << 20


class HungUpError(Exception):
    """The other end has closed the line."""


class Line:
    """Moves bytes to and from a child, and keeps the beginning of what it prints.

    Parameters
    ----------
    connection : socket
        This end of the child's line.
    output : int
        The descriptor that its printed text is read from.
    kept : int
        How many bytes of that text are kept.
    """

    def __init__(self, connection: socket.socket, output: int, kept: int) -> None:
        self.printed = bytearray()
        self.print_count = 0
        self.received = 0
        self._kept = kept
        self._connection, self._output = connection, output
        self._decoder = Decoder()
        self._sending = memoryview(b"")
        connection.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._wanted = selectors.EVENT_READ
        self._selector.register(connection, self._wanted)
        self._selector.register(output, selectors.EVENT_READ)

    @property
    def sending(self) -> bool:
        """Whether the other end has not yet taken all that was queued."""
        return bool(self._sending)

    def queue(self, frame: bytes) -> None:
        """Send bytes, and what the other end does not take at once during `exchange`."""
        self._sending = memoryview(bytes(self._sending) + frame)
        self._send()

    def exchange(self, seconds: float) -> list[Message]:
        """Wait until something can be sent or read, at most ``seconds``; return what has come.

        Raises
        ------
        HungUpError
            If the other end has closed.
        WireError
            If what came is no message, or too much.
        """
        wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if self._sending else 0)
        if wanted != self._wanted:
            self._selector.modify(self._connection, wanted)
            self._wanted = wanted
        ready = {key.fd: mask for key, mask in self._selector.select(seconds)}
        if self._output in ready:
            self._read_output()
        mask = ready.get(self._connection.fileno(), 0)
        messages = self._read() if mask & selectors.EVENT_READ else []
        if mask & selectors.EVENT_WRITE:
            self._send()
        return messages

    def first(self, seconds: float) -> tuple[list[Message], int]:
        """Wait for the child's first message; return it and who sent it, by the kernel's word."""
        if not self._selector.select(seconds):
            return [], 0
        data, pid = receive_with_sender(self._connection)
        if not data:
            raise HungUpError
        return self._decoder.feed(data), pid

    def drain(self) -> None:
        """Read what has been printed by now."""
        for _ in range(64):  # a child may print without end
            if not any(key.fd == self._output for key, _ in self._selector.select(0)):
                return
            self._read_output()

    def close(self) -> None:
        """Hang up; may be called twice."""
        if self._connection.fileno() >= 0:
            self.drain()
            self._selector.close()
            self._connection.close()
            os.close(self._output)

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._connection.fileno() < 0

    def _send(self) -> None:
        with suppress(BlockingIOError, BrokenPipeError, ConnectionResetError):
            self._sending = self._sending[self._connection.send(self._sending) :]

    def _read(self) -> list[Message]:
        try:
            data = self._connection.recv(PIECE)
        except BlockingIOError:
            return []
        except ConnectionResetError:
            data = b""
        if not data:
            raise HungUpError
        self.received += len(data)
        if self.received > MOST_BYTES:
            raise WireError("too many bytes came in one answer")
        return self._decoder.feed(data)

    def _read_output(self) -> None:
        data = os.read(self._output, 65536)
        if not data:  # nobody holds the other end any more
            self._selector.unregister(self._output)
        self.print_count += len(data)
        self.printed += data[: max(0, self._kept - len(self.printed))]


def pair() -> tuple[socket.socket, socket.socket]:
    """Return two ends of a line; the first learns from the kernel who writes to it."""
    ours, theirs = socket.socketpair()
    if sys.platform == "linux":
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
    return ours, theirs


def receive_with_sender(connection: socket.socket) -> tuple[bytes, int]:
    """Receive bytes, and the sender's process number as it is here; 0 where nobody says."""
    if sys.platform != "linux":
        return connection.recv(PIECE), 0
    size = struct.calcsize("3i")
    data, extras, _, _ = connection.recvmsg(PIECE, socket.CMSG_SPACE(size))
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 0)
    for level, kind, content in extras:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_CREDENTIALS):
            return data, int(struct.unpack("3i", content[:size])[0])
    return data, 0


def send_with_files(connection: socket.socket, data: bytes, files: list[int]) -> None:
    """Send bytes with open descriptors; all of both."""
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", files))]
    sent = connection.sendmsg([data], rights)
    connection.sendall(data[sent:])
