"""What each address of the server gives."""

from __future__ import annotations

import hmac
import json
from collections import Counter
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from ..driver.errors import UnknownCapability, UsageError, VirtgateError
from ..faces.contract import schema_text
from ..faces.exports import prometheus_lines
from .hosts import Hosts, Page
from .ofrep import failure
from .requests import Request, Response

FLAGS = "/ofrep/v1/evaluate/flags"
_TEXT = "text/plain; version=0.0.4; charset=utf-8"


class Routes:
    """Answers requests; with a `token` only those that carry it, health aside."""

    def __init__(self, hosts: Hosts, token: str | None = None) -> None:
        self.hosts = hosts
        self._token = token
        self.served: Counter[tuple[str, int]] = Counter()

    async def answer(self, request: Request) -> Response:
        """The answer to a request."""
        route, response = await self._answer(request)
        self.served[route, response.status.value] += 1
        return response

    async def _answer(self, request: Request) -> tuple[str, Response]:
        path = unquote(urlsplit(request.path).path).rstrip("/")
        if path == "/healthz":
            return path, _get_only(request) or _json({"status": "ok", "targets": list(self.hosts.texts)})
        if self._token and not self._is_trusted(request):
            return "refused", _json(
                failure("GENERAL", "a bearer token is needed"),
                HTTPStatus.UNAUTHORIZED,
                {"WWW-Authenticate": "Bearer"},
            )
        if path == FLAGS:
            return "bulk", await self._bulk(request)
        if path.startswith(f"{FLAGS}/"):
            return "flag", await self._flag(request, path.removeprefix(f"{FLAGS}/"))
        if path == "/gates":
            return path, _get_only(request) or await self._document(request)
        if path == "/metrics":
            return path, _get_only(request) or await self._metrics()
        if path.startswith("/schema/"):
            return "schema", _get_only(request) or _schema(path.removeprefix("/schema/"))
        return "none", _json(failure("GENERAL", "no such address"), HTTPStatus.NOT_FOUND)

    def _is_trusted(self, request: Request) -> bool:
        sort, _, given = request.headers.get("authorization", "").partition(" ")
        return sort.lower() == "bearer" and hmac.compare_digest(
            given.strip().encode(), str(self._token).encode()
        )

    async def _flag(self, request: Request, key: str) -> Response:
        context = _read_context(request, key)
        if isinstance(context, Response):
            return context
        text = self.hosts.find(context)
        if text is None:
            return self._no_host(context, key)
        try:
            return Response(body=await self.hosts.flag(text, key))
        except UnknownCapability as error:
            return _json(failure("FLAG_NOT_FOUND", str(error), key), HTTPStatus.NOT_FOUND)
        except VirtgateError as error:
            return _json(failure("GENERAL", str(error), key), HTTPStatus.INTERNAL_SERVER_ERROR)

    async def _bulk(self, request: Request) -> Response:
        context = _read_context(request, None)
        if isinstance(context, Response):
            return context
        return await self._page(request, context, self.hosts.bulk)

    async def _document(self, request: Request) -> Response:
        named = parse_qsl(urlsplit(request.path).query)
        return await self._page(request, dict(named), self.hosts.document)

    async def _page(
        self, request: Request, context: dict[str, Any], page: Callable[[str], Awaitable[Page]]
    ) -> Response:
        text = self.hosts.find(context)
        if text is None:
            return self._no_host(context, None)
        try:
            body, etag = await page(text)
        except VirtgateError as error:
            return _json(failure("GENERAL", str(error)), HTTPStatus.INTERNAL_SERVER_ERROR)
        known = {
            one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")
        }
        if known & {etag, "*"}:
            return Response(status=HTTPStatus.NOT_MODIFIED, headers={"ETag": etag})
        return Response(body=body, headers={"ETag": etag})

    def _no_host(self, context: dict[str, Any], key: str | None) -> Response:
        named = context.get("target") or context.get("targetingKey")
        known = ", ".join(self.hosts.texts) or "none"
        if named:
            told = failure("INVALID_CONTEXT", f"no target {str(named)[:200]!r} here; there are {known}", key)
        else:
            told = failure("TARGETING_KEY_MISSING", f"name one target of {known}", key)
        return _json(told, HTTPStatus.BAD_REQUEST)

    async def _metrics(self) -> Response:
        lines = [*prometheus_lines(await self.hosts.all_gates())]
        lines += [
            "# HELP virtgate_requests_total Requests that were answered.",
            "# TYPE virtgate_requests_total counter",
        ]
        lines += [
            f'virtgate_requests_total{{route="{route}",status="{status}"}} {count}'
            for (route, status), count in sorted(self.served.items())
        ]
        return Response(body=("\n".join(lines) + "\n").encode(), kind=_TEXT)


def _read_context(request: Request, key: str | None) -> dict[str, Any] | Response:
    """The evaluation context in a request's body, or the answer to one that has none."""
    if request.method != "POST":
        return _wrong_method("POST")
    try:
        document = json.loads(request.body or b"{}")
        context = (document.get("context") or {}) if isinstance(document, dict) else None
    except (ValueError, RecursionError):
        context = None
    if not isinstance(context, dict):
        return _json(failure("PARSE_ERROR", "the body is no evaluation context", key), HTTPStatus.BAD_REQUEST)
    for name in ("target", "targetingKey"):
        if not isinstance(context.get(name), str | None):
            told = failure("INVALID_CONTEXT", f"'{name}' must be text", key)
            return _json(told, HTTPStatus.BAD_REQUEST)
    return context


def _get_only(request: Request) -> Response | None:
    return None if request.method in {"GET", "HEAD"} else _wrong_method("GET, HEAD")


def _wrong_method(allowed: str) -> Response:
    told = failure("GENERAL", f"{allowed} only")
    return _json(told, HTTPStatus.METHOD_NOT_ALLOWED, {"Allow": allowed})


def _schema(name: str) -> Response:
    try:
        return Response(body=schema_text(name).encode(), kind="application/schema+json")
    except UsageError as error:
        return _json(failure("GENERAL", str(error)), HTTPStatus.NOT_FOUND)


def _json(
    document: dict[str, Any], status: HTTPStatus = HTTPStatus.OK, headers: dict[str, str] | None = None
) -> Response:
    return Response(status=status, body=json.dumps(document).encode(), headers=headers or {})
