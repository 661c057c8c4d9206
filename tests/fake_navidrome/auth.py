"""Who is calling: Subsonic's credentials and the tokens of the native API."""

from __future__ import annotations

import hashlib
import hmac
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode

import msgspec
from starlette.requests import Request

from tests import leaks

from .errors import BadCredentialsError, MissingParameterError
from .params import Params
from .world import User, World

SESSION_SECONDS = 48 * 3600


def authenticated(world: World, params: Params) -> User:
    """The caller of a Subsonic endpoint; raises code 10 for what is missing and code 40 for what is wrong."""
    for name in ("u", "v", "c"):
        if not params.get(name):
            raise MissingParameterError(name)
    user = world.user(params.get("u"))
    if user is None or not proves(world, user, params):
        raise BadCredentialsError
    return user


def proves(world: World, user: User, params: Params) -> bool:
    """Of several proofs only the first counts: token of the native API, password, salted token."""
    if jwt := params.get("jwt"):
        return subject(world, jwt) == user.name
    leaks.secret(user.password)
    if password := params.get("p"):
        return decoded_password(password) == user.password
    salted = hashlib.md5((user.password + params.get("s")).encode())
    leaks.secret(salted.hexdigest())
    return params.get("t") == salted.hexdigest()


def decoded_password(given: str) -> str:
    """``enc:`` and hex; what is not hex after all is compared as it stands."""
    if not given.startswith("enc:"):
        return given
    try:
        return bytes.fromhex(given.removeprefix("enc:")).decode()
    except ValueError:
        return given


def token(world: World, user: User) -> str:
    """A JSON web token (HS256) with Navidrome's claims."""
    now = int(time.time())
    claims = {"adm": user.admin, "exp": now + SESSION_SECONDS, "iat": now, "iss": "ND"}
    signed = (
        f"{segment({'alg': 'HS256', 'typ': 'JWT'})}.{segment({**claims, 'sub': user.name, 'uid': user.id})}"
    )
    made = f"{signed}.{signature(world, signed)}"
    leaks.secret(made)
    return made


def segment(value: object) -> str:
    return unpadded(msgspec.json.encode(value))


def unpadded(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def signature(world: World, signed: str) -> str:
    return unpadded(hmac.digest(world.secret, signed.encode(), "sha256"))


def subject(world: World, jwt: str) -> str | None:
    """The name in a token that this server signed, in the case in which it was written."""
    signed, _, signed_with = jwt.rpartition(".")
    if not hmac.compare_digest(signature(world, signed).encode(), signed_with.encode()):
        return None
    claims = signed.partition(".")[2]
    return str(msgspec.json.decode(urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["sub"])


def session(world: World, request: Request) -> User | None:
    """The caller of the native API: header, then cookie, then query."""
    bearer = request.headers.get("x-nd-authorization", "").removeprefix("Bearer ")
    jwt = bearer or request.cookies.get("jwt") or request.query_params.get("jwt", "")
    return world.user(subject(world, jwt) or "")


def login_payload(world: World, user: User) -> dict[str, object]:
    """One call gives a token for /api and a salt and token for /rest."""
    salt = world.random.randbytes(3).hex()
    leaks.secret(hashlib.md5((user.password + salt).encode()).hexdigest())
    return {
        "id": user.id,
        "isAdmin": user.admin,
        "name": user.name,
        "subsonicSalt": salt,
        "subsonicToken": hashlib.md5((user.password + salt).encode()).hexdigest(),
        "token": token(world, user),
        "username": user.name,
    }
