"""What `playlistgen help` prints: the files in proxy/help, one a topic, its first line the title."""

from __future__ import annotations

import difflib
from importlib import resources

from proxy.errors import SettingsError

FOLDER = resources.files("proxy") / "help"

# As somebody meets them.
ORDER = (
    "install",
    "connect",
    "prompts",
    "recipes",
    "scripts",
    "nginx",
    "watching",
    "tuning",
    "troubleshooting",
    "upgrade",
    "uninstall",
)


def told(topic: str | None) -> str:
    """The text of a topic; without one, what there is. Raises SettingsError with the nearest known topic."""
    if topic is None:
        width = max(map(len, ORDER))
        lines = [f"  {name:<{width}}  {_title(name)}" for name in ORDER]
        return "\n".join(["playlistgen help TOPIC prints one of these:", "", *lines])
    if topic not in ORDER:
        near = difflib.get_close_matches(topic, ORDER, n=1, cutoff=0)[0]
        raise SettingsError(f"There is no help on {topic!r}. Did you mean `playlistgen help {near}`?")
    return text(topic).rstrip()


def text(topic: str) -> str:
    return (FOLDER / f"{topic}.md").read_text(encoding="utf-8")


def _title(topic: str) -> str:
    return text(topic).partition("\n")[0].removeprefix("# ")
