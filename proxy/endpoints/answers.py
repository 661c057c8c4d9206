"""What answers of our own carry that no upstream has written."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from proxy.hops import REQUEST_ID, SECURITY


def named(request: Request, response: Response) -> Response:
    """With the name by which logs speak of the request. Upstream's answers keep upstream's headers."""
    request_id: str = request.state.resources.relay.hops.request_id(request.scope)
    response.raw_headers.append((REQUEST_ID, request_id.encode()))
    return response


def secured(response: Response) -> Response:
    """With the headers that Navidrome gives all of its answers."""
    response.raw_headers.extend(SECURITY)
    return response
