"""supysonic as it is, with the one thing that most clients need and it lacks: log-in by a salted token.

Started in the folder of its configuration: `python -m tests.clients.supysonic_with_tokens -p PORT`.
"""

from __future__ import annotations

import hashlib
import sys

import waitress
from flask import request
from supysonic.web import create_application
from werkzeug.datastructures import Authorization

from proxy.demo.supysonic import PASSWORD, USER


def exchange_token() -> None:
    """Has supysonic itself let in or refuse: a right token becomes the password, any other a wrong one."""
    if not {"u", "t", "s"} <= request.values.keys():
        return
    right = hashlib.md5(f"{PASSWORD}{request.values['s']}".encode()).hexdigest()
    known = (request.values["u"], request.values["t"]) == (USER, right)
    login = Authorization("basic", {"username": USER, "password": PASSWORD if known else ""})
    request.environ["HTTP_AUTHORIZATION"] = login.to_header()


def main(port: int) -> None:
    app = create_application()
    app.before_request(exchange_token)
    waitress.serve(app, host="127.0.0.1", port=port)


if __name__ == "__main__":
    main(int(sys.argv[-1]))
