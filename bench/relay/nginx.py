"""nginx as the upstream and as a relay, where it is installed; one process, its files in a folder."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from bench.house import unset
from bench.processes import Failed, running, tail

SECONDS_TO_START = 10
SBIN = "/usr/sbin:/usr/local/sbin:/opt/homebrew/bin"  # not on everybody's PATH

AROUND = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log stderr;
events {{ worker_connections 4096; }}
http {{
  access_log off; default_type application/json; sendfile on; tcp_nopush on; open_file_cache max=16;
  keepalive_requests 1000000000;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; proxy_max_temp_file_size 0;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  {inside}
}}
"""
UPSTREAM = "server {{ listen 127.0.0.1:{port} backlog=2048; root {files}; }}"
RELAY = """
  upstream navidrome {{ server {upstream}; keepalive 64; keepalive_requests 1000000000; }}
  server {{
    listen 127.0.0.1:{port} backlog=2048;
    location / {{
      proxy_pass http://navidrome; proxy_http_version 1.1;
      proxy_set_header Host $http_host; proxy_set_header Connection "";
    }}
  }}
"""


def binary() -> str | None:
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:{SBIN}")


@contextlib.contextmanager
def files(command: str, folder: Path, root: Path) -> Iterator[tuple[str, int]]:
    """The address and the process of an nginx that answers with the files of `root`."""
    port = free_port()
    with started(command, folder, UPSTREAM.format(port=port, files=root), port) as pid:
        yield f"http://127.0.0.1:{port}", pid


@contextlib.contextmanager
def relay(command: str, folder: Path, upstream: str) -> Iterator[tuple[str, int]]:
    """The address and the process of an nginx that passes all to `upstream` over kept connections."""
    port = free_port()
    inside = RELAY.format(port=port, upstream=upstream.removeprefix("http://"))
    with started(command, folder, inside, port) as pid:
        yield f"http://127.0.0.1:{port}", pid


@contextlib.contextmanager
def started(command: str, folder: Path, inside: str, port: int) -> Iterator[int]:
    folder.mkdir()
    config, log = folder / "nginx.conf", folder / "nginx.log"
    config.write_text(AROUND.format(folder=folder, inside=inside))
    whole = [command, "-p", str(folder), "-c", str(config)]
    with running(whole, environ=unset(), log=log) as process:
        wait_for_port(process, port, log)
        yield process.pid


def wait_for_port(process: subprocess.Popen[str], port: int, log: Path) -> None:
    """Raises Failed where the process ends, or nothing listens there in time."""
    until = time.monotonic() + SECONDS_TO_START
    while process.poll() is None and time.monotonic() < until:
        with contextlib.suppress(ConnectionError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.01)
    raise Failed(f"nginx does not listen: {tail(log)}")


def free_port() -> int:
    """nginx cannot tell which port it took, so it is told one that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    return port
