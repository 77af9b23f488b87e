"""A proxy between a client and an emulator that does to each request what its plan says.

    with FaultProxy("http://127.0.0.1:5000") as proxy:
        proxy.plan = [Reset("after")]      # the first request; later ones pass
        …
        assert proxy.attempts == 2

It speaks just enough HTTP/1.1 to know where messages end. One request a connection to the server,
any number to the client.
"""

import asyncio
import contextlib
import email.utils
import re
import socket
import struct
import threading
import time
import urllib.parse


def request_length(head):
    found = re.search(rb"(?im)^content-length: *(\d+)", head)
    return int(found.group(1)) if found else 0


def answer(status, body=b"", *fields):
    lines = [f"HTTP/1.1 {status} Fault", f"Content-Length: {len(body)}", *fields, "", ""]
    return "\r\n".join(lines).encode() + body


class Fault:
    """What is done to one request; by itself nothing."""

    async def __call__(self, proxy, request, writer):
        writer.write(await proxy.ask_server(request))
        await writer.drain()


class Answer(Fault):
    """The server is not asked; the client gets this."""

    def __init__(self, status, body=b"", *fields):
        self.bytes = answer(status, body, *fields)

    async def __call__(self, proxy, request, writer):
        writer.write(self.bytes)
        await writer.drain()


class Reset(Fault):
    """The connection is reset, before or after the server did what it was asked."""

    def __init__(self, when):
        self.when = when

    async def __call__(self, proxy, request, writer):
        if self.when == "after":
            await proxy.ask_server(request)
        linger = struct.pack("ii", 1, 0)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        writer.transport.abort()


class Half(Fault):
    """Half of the answer, then the end of the connection."""

    async def __call__(self, proxy, request, writer):
        whole = await proxy.ask_server(request)
        writer.write(whole[: len(whole) - max(1, body_length(whole) // 2)])
        await writer.drain()
        writer.close()


def body_length(message):
    return len(message.partition(b"\r\n\r\n")[2])


class Loris(Fault):
    """The answer's body a byte at a time, for as long as somebody listens."""

    async def __call__(self, proxy, request, writer):
        head, _, body = (await proxy.ask_server(request)).partition(b"\r\n\r\n")
        writer.write(head + b"\r\n\r\n")
        for byte in body:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0.05)


class Silence(Fault):
    """The answer's head and nothing more."""

    async def __call__(self, proxy, request, writer):
        head = (await proxy.ask_server(request)).partition(b"\r\n\r\n")[0]
        writer.write(head + b"\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(3600)


class WrongLength(Fault):
    """A Content-Length that is `more` bytes off, and the end of the connection."""

    def __init__(self, more):
        self.more = more

    async def __call__(self, proxy, request, writer):
        head, _, body = (await proxy.ask_server(request)).partition(b"\r\n\r\n")
        length = max(0, len(body) + self.more)
        head = re.sub(rb"(?im)^content-length: *\d+", b"Content-Length: %d" % length, head)
        writer.write(head + b"\r\n\r\n" + body)
        await writer.drain()
        writer.close()


class ClockAhead(Fault):
    """A server whose clock is `seconds` ahead, and which minds. What it accepts, it lets the
    emulator answer, whose clock is ours, as the client's last good answer before."""

    def __init__(self, seconds, refusal):
        self.seconds = seconds
        self.refusal = refusal

    async def __call__(self, proxy, request, writer):
        date = email.utils.formatdate(time.time() + self.seconds, usegmt=True)
        signed = re.search(rb"(?im)^x-amz-date: *(\d{8}T\d{6}Z)", request).group(1).decode()
        signed_at = time.mktime(time.strptime(signed, "%Y%m%dT%H%M%SZ")) - time.timezone
        if abs(signed_at - (time.time() + self.seconds)) < 300:
            writer.write(proxy.last_answer)
        else:
            writer.write(answer(403, self.refusal, f"Date: {date}"))
        await writer.drain()


class FaultProxy:
    def __init__(self, server_url):
        server = urllib.parse.urlsplit(server_url)
        self.server = (server.hostname, server.port)
        self.plan = []  # Of the next requests, one each.
        self.always = Fault()  # Of those after them.
        self.attempts = 0
        self.last_answer = b""
        self.serving = set()  # asyncio itself forgets tasks whose client has gone.
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)

    def __enter__(self):
        self.thread.start()
        serving = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(self.serve, "127.0.0.1", 0), self.loop
        )
        self.listener = serving.result()
        self.url = f"http://127.0.0.1:{self.listener.sockets[0].getsockname()[1]}"
        return self

    def __exit__(self, *_):
        asyncio.run_coroutine_threadsafe(self.stop(), self.loop).result()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    async def stop(self):
        self.listener.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def begin(self, plan=(), always=None):
        self.plan, self.always, self.attempts = list(plan), always or Fault(), 0

    async def serve(self, reader, writer):
        self.serving.add(asyncio.current_task())
        ends = (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError)
        with contextlib.suppress(*ends):
            while not writer.is_closing():
                request = await reader.readuntil(b"\r\n\r\n")
                request += await reader.readexactly(request_length(request))
                self.attempts += 1
                fault = self.plan.pop(0) if self.plan else self.always
                await fault(self, request, writer)
        writer.close()
        self.serving.discard(asyncio.current_task())

    async def ask_server(self, request):
        """The server's whole answer. It is asked to close, so that its end is easy to see."""
        reader, writer = await asyncio.open_connection(*self.server)
        writer.write(request.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1))
        whole = await reader.read()
        while not reader.at_eof():
            whole += await reader.read()
        writer.close()
        self.last_answer = re.sub(rb"(?im)^connection:[^\r]*\r\n", b"", whole)
        return self.last_answer
