"""The server: one thread that answers, so that a slow client costs a connection and nobody's time."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import socket
from collections.abc import Callable, Sequence
from http import HTTPStatus

from .ofrep import failure
from .requests import MOST_HEAD, Refused, Request, Response, read_request
from .routes import Routes

MOST_CONNECTIONS = 256
# For one whole request, its body and its answer; also how long a connection may be idle.
PATIENCE = 10.0
LAST_ANSWERS = 5.0


class Server:
    """Answers on some listening sockets until it is told to stop."""

    def __init__(self, routes: Routes, *, most: int = MOST_CONNECTIONS, patience: float = PATIENCE) -> None:
        self._routes = routes
        self._most = most
        self._patience = patience
        self._open: dict[asyncio.Task[None], bool] = {}
        self._stop = asyncio.Event()

    async def run(self, listeners: Sequence[socket.socket], on_ready: Callable[[], None]) -> None:
        """Serve; ends on SIGTERM or SIGINT, after what was asked has been answered."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            with contextlib.suppress(NotImplementedError, ValueError, RuntimeError):
                loop.add_signal_handler(number, self._stop.set)
        servers = [await asyncio.start_server(self._serve, sock=one, limit=MOST_HEAD) for one in listeners]
        on_ready()
        await self._stop.wait()
        for server in servers:
            server.close()
        idle = [task for task, is_busy in self._open.items() if not is_busy]
        for task in idle:
            task.cancel()
        if self._open:
            _, late = await asyncio.wait(list(self._open), timeout=LAST_ANSWERS)
            for task in late:
                task.cancel()

    def stop(self) -> None:
        """Begin to end."""
        self._stop.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        try:
            if len(self._open) >= self._most:
                busy = Response(status=HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": "1"})
                # What is not read before a close resets the connection, and the answer is lost.
                async with asyncio.timeout(1.0):
                    await reader.read(MOST_HEAD)
                writer.write(busy.render(keeps=False))
                return
            self._open[task] = False
            await self._converse(reader, writer, task)
        except (OSError, TimeoutError):
            pass
        except asyncio.CancelledError:
            # Only `run` cancels, and it is about to end.
            pass
        finally:
            self._open.pop(task, None)
            # A client that does not read must not keep the buffer of its answer.
            with contextlib.suppress(OSError, TimeoutError, asyncio.CancelledError):
                writer.close()
                async with asyncio.timeout(1.0):
                    await writer.wait_closed()
            writer.transport.abort()

    async def _converse(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, task: asyncio.Task[None]
    ) -> None:
        keeps = True
        while keeps and not self._stop.is_set():
            try:
                async with asyncio.timeout(self._patience):
                    request = await read_request(reader)
            except Refused as refused:
                body = json.dumps(failure("PARSE_ERROR", refused.told)).encode()
                writer.write(Response(status=refused.status, body=body).render(keeps=False))
                await self._send(writer)
                return
            if request is None:
                return
            self._open[task] = True
            response = await self._answer(request)
            keeps = request.keeps and not self._stop.is_set()
            writer.write(response.render(keeps=keeps, is_head=request.method == "HEAD"))
            await self._send(writer)
            self._open[task] = False

    async def _send(self, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(self._patience):
            await writer.drain()

    async def _answer(self, request: Request) -> Response:
        try:
            return await self._routes.answer(request)
        except Exception as error:
            # One request that shows a fault of ours must not end the others'.
            body = json.dumps(failure("GENERAL", f"{type(error).__name__} in the server")).encode()
            return Response(status=HTTPStatus.INTERNAL_SERVER_ERROR, body=body)
