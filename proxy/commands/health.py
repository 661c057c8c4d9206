"""Whether the server that runs beside us says that it is well: what a container's health check asks."""

from __future__ import annotations

import http.client

from proxy.errors import UpstreamRefused, UpstreamUnreachable
from proxy.settings import Settings

SECONDS = 5.0
PATHS = {True: "/playlistgen/health/live", False: "/playlistgen/health/ready"}
ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # an address to listen on, and one to ask at


def health(settings: Settings, *, live: bool) -> str:
    """What the server at LISTEN_HOST and LISTEN_PORT answers: that it is up (`live`), or that it is ready.

    Raises UpstreamUnreachable where none answers, and UpstreamRefused where it is not well.
    """
    host = ANYWHERE.get(settings.listen_host, settings.listen_host)
    connection = http.client.HTTPConnection(host, settings.listen_port, timeout=SECONDS)
    try:
        connection.request("GET", PATHS[live])
        response = connection.getresponse()
        said = response.read().decode(errors="replace").strip()
    except (OSError, http.client.HTTPException) as error:
        raise UpstreamUnreachable(
            f"No playlistgen answers at {host}, port {settings.listen_port} ({type(error).__name__}). "
            "Start it with `playlistgen serve`."
        ) from error
    finally:
        connection.close()
    if response.status != http.client.OK:
        raise UpstreamRefused(f"playlistgen is not well: {said or response.reason}")
    return said
