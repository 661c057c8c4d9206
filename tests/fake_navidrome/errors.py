"""What an endpoint answers instead of a reply: the Subsonic codes that Navidrome uses."""

from __future__ import annotations


class SubsonicError(Exception):
    """Becomes HTTP 200 with ``status: failed``."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class MissingParameterError(SubsonicError):
    def __init__(self, name: str) -> None:
        super().__init__(10, f"missing parameter: '{name}'")


class BadCredentialsError(SubsonicError):
    def __init__(self) -> None:
        super().__init__(40, "Wrong username or password")


class NotAuthorizedError(SubsonicError):
    def __init__(self) -> None:
        super().__init__(50, "User is not authorized for the given operation")


class NotFoundError(SubsonicError):
    def __init__(self, message: str = "data not found") -> None:
        super().__init__(70, message)
