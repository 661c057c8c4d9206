"""The hours in which a machine may listen, so that it does so at night; pure."""

from __future__ import annotations

from datetime import datetime, time

from msgspec import Struct

from proxy.notation import hours
from proxy.settings import Settings


class Quiet(Struct, frozen=True):
    """From `begin` to before `end` by the clock on the wall, over midnight where `end` is not later."""

    begin: time
    end: time

    def __str__(self) -> str:
        return f"{self.begin:%H:%M}-{self.end:%H:%M}"

    def holds(self, clock: time) -> bool:
        if self.begin < self.end:
            return self.begin <= clock < self.end
        return clock >= self.begin or clock < self.end


def quiet_of(settings: Settings) -> Quiet | None:
    """None where any hour will do. Raises SettingsError."""
    told = hours(settings.quiet_hours, "QUIET_HOURS")
    return Quiet(*told) if told else None


def why_not(quiet: Quiet | None, now: datetime) -> str:
    """Why not to listen at an instant, by this machine's time zone; "" where nothing is against it."""
    if quiet is None or quiet.holds(now.astimezone().time()):
        return ""
    return f"it is not {quiet} (QUIET_HOURS)"
