"""The configuration of an nginx before playlistgen and Navidrome, from the table that the app answers by.

What each directive does: https://nginx.org/en/docs/http/ngx_http_proxy_module.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from msgspec import Struct, structs
from starlette.routing import BaseRoute, Mount, Route

from proxy.errors import SettingsError
from proxy.settings import Settings

# What is listened on, and how nginx reaches it.
ANYWHERE = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}
HOST_AND_PORT = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[^:\[\]]+):\d{1,5}")
PLAIN = re.compile(r"[^\s;{}\"'\\$#]+")  # what nginx takes for one word, and for nothing else


class Front(Struct, frozen=True, kw_only=True):
    """What differs from house to house. Addresses are as nginx writes them; two paths make it TLS."""

    proxy: str = "127.0.0.1:4532"
    upstream: str = "http://127.0.0.1:4533"
    server_name: tuple[str, ...] = ("music.example",)
    listen: tuple[str, ...] = ()
    redirected: str = "80"
    certificate: str = ""
    key: str = ""


WHOLE = """\
# nginx before playlistgen and Navidrome, for /etc/nginx/conf.d. `playlistgen nginx` prints this file for your
# own addresses, name and certificate, from the table of endpoints that playlistgen itself answers by.

# A request line may be as long as one buffer; 1m is what Navidrome takes too. nginx reads that line before it
# knows which server it is for: hence not below.
large_client_header_buffers 4 1m;

upstream navidrome {
    server %(navidrome)s;
    keepalive 32;
}

# Where playlistgen is down, Navidrome gets its calls: lists stay as typed, and the music plays on.
upstream playlistgen {
    # It is asked first every time (max_fails=0), so it is back when it is back. No connection to it is kept:
    # that it is down shows before anything was sent, and then a POST may go to the backup as well.
    server %(playlistgen)s max_fails=0;
    server %(navidrome)s backup;
}

server {
%(listen)s
    server_name %(server_name)s;

    # nginx would write request lines down whole, and in these are passwords. Navidrome's log leaves them out.
    access_log off;
    error_log stderr crit;

    # An upload, a song or an event goes on as it comes and never onto the disk.
    proxy_request_buffering off;
    proxy_buffering off;
    proxy_buffer_size 32k;  # what is read at a time
    proxy_buffers 4 32k;  # not used; nginx wants them no smaller
    proxy_http_version 1.1;
    proxy_pass_header X-Accel-Buffering;  # for one more proxy in front
    gzip off;  # Navidrome compresses what is worth it

    client_max_body_size 8m;
    proxy_connect_timeout 3s;
    proxy_read_timeout 60s;
    send_timeout 1h;  # a paused player reads nothing

    # To the backup where playlistgen cannot be reached, or breaks off within five seconds. Later the call may
    # well have done its work, and is not done twice; a POST that was sent never is (no `non_idempotent`).
    # Its own 502 says that Navidrome is down: asking there would help nobody (no `http_502`).
    proxy_next_upstream error timeout;
    proxy_next_upstream_timeout 5s;

    # Navidrome makes links of host and scheme and counts failed logins by address: what a client says of them
    # is not believed. Nor is its Remote-User, which could make it an admin. playlistgen passes these on where
    # its TRUSTED_HOPS names the address that nginx comes from.
    proxy_set_header Host $http_host;
    proxy_set_header X-Forwarded-Host $http_host;
    proxy_set_header X-Forwarded-Proto $scheme;
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header X-Forwarded-Scheme "";
    proxy_set_header X-Real-IP "";
    proxy_set_header True-Client-IP "";
    proxy_set_header Forwarded "";
    proxy_set_header Remote-User "";

    set $connection_header close;
    set $upgrade_header "";
    proxy_set_header Connection $connection_header;
    proxy_set_header Upgrade $upgrade_header;

    # What is playlistgen's.
%(ours)s

    # All else is between the client and Navidrome, which has limits of its own for what it is sent.
    location / {
        set $connection_header "";
        client_max_body_size 0;
        proxy_read_timeout 1h;  # a player that pauses, a song that is being converted, /api/events
        proxy_pass http://navidrome;
    }

    # Navidrome's one WebSocket.
    location = %(prefix)s/jellyfin/socket {
        set $connection_header upgrade;
        set $upgrade_header $http_upgrade;
        proxy_read_timeout 1h;
        proxy_pass http://navidrome;
    }
}
"""

LISTEN = """\
%(listen)s
# With a certificate: these instead, and the server at the end of this file.
# listen 443 ssl;
# ssl_certificate /etc/ssl/certs/music.pem;
# ssl_certificate_key /etc/ssl/private/music.key;
"""
LISTEN_TLS = """\
%(listen)s
ssl_certificate %(certificate)s;
ssl_certificate_key %(key)s;
"""
TO_TLS = """\
server {
    listen %(redirected)s;
    server_name %(server_name)s;
    access_log off;
    return 308 https://$host$request_uri;
}
"""


def front(settings: Settings, **given: str | tuple[str, ...] | None) -> Front:
    """What was `given`, and for the rest what the settings say. Raises SettingsError."""
    host = ANYWHERE.get(settings.listen_host, settings.listen_host)
    proxy = f"[{host}]:{settings.listen_port}" if ":" in host else f"{host}:{settings.listen_port}"
    known = Front(proxy=proxy, upstream=settings.navidrome_url)
    return checked(structs.replace(known, **{name: value for name, value in given.items() if value}))


def checked(front: Front) -> Front:
    """Raises SettingsError where nginx would not start with it, or start and do something else."""
    if bool(front.certificate) != bool(front.key):
        raise SettingsError("TLS needs both paths: --certificate and --key.")
    if urlsplit(front.upstream).scheme != "http":
        raise SettingsError(
            "nginx asks playlistgen and Navidrome alike, without TLS. "
            "Name Navidrome's address inside your house with --upstream http://…"
        )
    if not HOST_AND_PORT.fullmatch(front.proxy):
        raise SettingsError(f"{front.proxy!r} is no address of playlistgen: --proxy takes host:port.")
    words = [front.proxy, front.upstream, *front.server_name, *front.listen, front.redirected]
    for word in [*words, *filter(None, [front.certificate, front.key])]:
        if not PLAIN.fullmatch(word):
            raise SettingsError(
                f"nginx would misunderstand {word!r}. Blanks, quotes and any of ;{{}}$#\\ must go."
            )
    return front


def configuration(front: Front, routes: Iterable[BaseRoute]) -> str:
    """The whole file: what is among the `routes` goes to playlistgen, and the rest to Navidrome."""
    url = urlsplit(front.upstream)
    prefix = url.path.rstrip("/")
    places = {
        "navidrome": url.netloc,
        "playlistgen": front.proxy,
        "listen": _indented(_listen(front)),
        "server_name": " ".join(front.server_name),
        "ours": "\n".join(_location(route, prefix) for route in routes if not _is_the_rest(route)),
        "prefix": prefix,
    }
    return "\n".join([WHOLE % places, _redirect(front)])


def _listen(front: Front) -> str:
    kind, standard = (" ssl", "443") if front.certificate else ("", "80")
    lines = "\n".join(f"listen {address}{kind};" for address in front.listen or (standard,))
    places = {"listen": lines, "certificate": front.certificate, "key": front.key}
    return (LISTEN_TLS if front.certificate else LISTEN) % places


def _redirect(front: Front) -> str:
    """From http to https: a comment where there is no certificate yet."""
    text = TO_TLS % {"redirected": front.redirected, "server_name": " ".join(front.server_name)}
    return text if front.certificate else _indented(text, "# ") + "\n"


def _location(route: BaseRoute, prefix: str) -> str:
    return f"    location {_path(route, prefix)} {{ proxy_pass http://playlistgen; }}"


def _path(route: BaseRoute, prefix: str) -> str:
    """As nginx matches it: the word itself, all that begins with it, or an expression."""
    if isinstance(route, Mount):
        return f"^~ {prefix}{route.path}/"
    if not isinstance(route, Route):
        raise TypeError(f"nginx is not told how to find {route!r}")
    if not route.param_convertors:
        return f"= {prefix}{route.path}"
    inside = re.sub(r"[(][?]P<\w+>(\[\^/\][+])[)]", r"\1", route.path_regex.pattern.removeprefix("^"))
    return f"~ ^{re.escape(prefix)}{inside}"


def _is_the_rest(route: BaseRoute) -> bool:
    return isinstance(route, Mount) and not route.path


def _indented(lines: str, indent: str = "    ") -> str:
    return "\n".join(indent + line for line in lines.splitlines())
