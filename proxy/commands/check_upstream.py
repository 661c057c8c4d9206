"""The findings about the server behind us: there, letting us in, and telling what refresh asks."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

from proxy.commands.ages import relative
from proxy.commands.check_lists import clashes, libraries
from proxy.commands.findings import Finding, failure
from proxy.logs import scrubbed
from proxy.navidrome import Account, Server, Upstream, kinds, open_client
from proxy.resources import prefixes_of
from proxy.settings import Settings

SECONDS = 10.0
MOST_SKEW = timedelta(minutes=2)

READ = {
    "native": "Navidrome's own API tells all about each song: refresh reads that.",
    "search3": "Upstream has no API of Navidrome's: refresh reads the library by an empty search, "
    "and album by album where that finds nothing.",
}


async def upstream(settings: Settings, *, now: datetime) -> list[Finding]:
    """What can be said without an account, and, where the log-in succeeds, what can be said with it."""
    async with open_client(timeout=SECONDS) as client:
        server = Upstream(client, settings.navidrome_url)
        account = Account(server, settings.navidrome_user, settings.navidrome_password)
        findings = [await _settled("upstream", _reachable(server))]
        if not findings[0].wrong:
            findings.append(await _settled("clock", _clock(server)))
        if findings[0].wrong or not (settings.navidrome_user and settings.navidrome_password):
            return findings
        findings.append(await _settled("log-in", _logged_in(account)))
        if findings[-1].wrong:
            return findings
        findings.append(await _settled("account", _rights(account)))
        findings.append(Finding("library", False, READ[kinds(account)[0]]))
        findings.append(await _settled("names", _names(account, settings)))
        if settings.recipes_path:
            findings.append(await _settled("libraries", libraries(account, settings.recipes_path)))
        return [*findings, await _settled("scan", _scan(account, now))]


async def _settled(topic: str, probe: Awaitable[Finding]) -> Finding:
    try:
        return await probe
    except Exception as error:
        return failure(topic, error)


async def _reachable(server: Upstream) -> Finding:
    """A ping by nobody is refused, and the refusal says who refuses."""
    tree = (await server.call("ping", [])).tree
    said = Server(type=str(tree.get("type", "")), version=str(tree.get("serverVersion", "")))
    name = str(said) or "A Subsonic server"
    return Finding("upstream", False, f"{name} answers at {scrubbed(server.url)}.")


async def _clock(server: Upstream) -> Finding:
    """By the `Date` of an answer, which is cut to whole seconds."""
    answer = await server.call("ping", [])
    here = datetime.now(UTC)
    return skew(next((value for name, value in answer.headers if name.lower() == b"date"), b""), here)


def skew(date: bytes, here: datetime) -> Finding:
    """Whether an answer's `Date` and the instant at which it came are the same time."""
    try:
        apart = here - parsedate_to_datetime(date.decode("latin-1"))
    except (ValueError, TypeError):  # the latter without a zone
        return Finding("clock", False, "Upstream does not tell the time.")
    if abs(apart) <= MOST_SKEW:
        return Finding("clock", False, "It is the same time here and upstream.")
    seconds, later = abs(apart) // timedelta(seconds=1), "later" if apart > timedelta() else "earlier"
    sentence = f"It is {seconds} seconds {later} here than upstream: days begin and end at other times."
    return Finding("clock", True, sentence, "Set both clocks, best by NTP.")


async def _names(account: Account, settings: Settings) -> Finding:
    return await clashes(account, Path(settings.db_path), prefixes_of(settings))


async def _logged_in(account: Account) -> Finding:
    await account.log_in()
    return Finding("log-in", False, f"{account.user} is let in.")


async def _rights(account: Account) -> Finding:
    user = (await account.call("getUser", [("username", account.user)])).get("user", {})
    if user.get("adminRole") is True:
        return Finding("account", False, f"{account.user} is an administrator and sees every library.")
    folders = (await account.call("getMusicFolders")).get("musicFolders", {}).get("musicFolder", [])
    names = ", ".join(str(folder.get("name", folder.get("id"))) for folder in folders) or "none"
    sentence = f"{account.user} is no administrator: only the libraries that it may see are read ({names})."
    return Finding(
        "account", False, sentence, "Where others see more, set NAVIDROME_USER to an administrator."
    )


async def _scan(account: Account, now: datetime) -> Finding:
    status = await account.scan_status()
    if status is None:
        return Finding(
            "scan", False, "Upstream does not tell when it scanned: each refresh reads everything."
        )
    if status.scanning:
        sentence = (
            f"Upstream is scanning ({status.count} songs so far): refresh reads only what stands still."
        )
        return Finding("scan", False, sentence, "Run `playlistgen refresh` when the scan has ended.")
    if not status.count:
        return Finding("scan", True, "Upstream has no songs.", "Let it scan its music folder, then refresh.")
    return Finding("scan", False, f"{status.count} songs upstream, scanned {_when(status.last_scan, now)}.")


def _when(instant: str, now: datetime) -> str:
    try:
        return relative(datetime.fromisoformat(instant), now=now)
    except (ValueError, TypeError):  # empty, or without a zone
        return instant or "at a time that it does not tell"
