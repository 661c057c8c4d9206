"""The JSON API under /playlistgen/api/: the same doors for scripts and home automation.

`door` lets callers in and tells what went wrong; `objects` is what comes and goes; `document` describes it.
"""

from proxy.endpoints.api.routes import routes

__all__ = ["routes"]
