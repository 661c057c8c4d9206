"""What `check` finds: a sentence about each thing that must hold, and how to mend what does not."""

from __future__ import annotations

from collections.abc import Sequence

import click
import msgspec
from msgspec import Struct

from proxy.errors import PlaylistgenError
from proxy.logs import scrubbed


class Finding(Struct, frozen=True):
    """`sentence` is what is, `mend` what to do about it: mere advice where nothing is wrong, or ""."""

    topic: str
    wrong: bool
    sentence: str
    mend: str = ""


def failure(topic: str, error: Exception) -> Finding:
    """An error as a finding; the last sentence of ours says what to do."""
    if isinstance(error, PlaylistgenError):
        what, _, mend = scrubbed(str(error)).rpartition(". ")
        return Finding(topic, True, f"{what}." if what else mend, mend if what else "")
    if isinstance(error, OSError) and error.strerror:
        return Finding(topic, True, f"{error.filename}: {error.strerror}.", "Look at its owner and rights.")
    unforeseen = scrubbed(f"{type(error).__name__}: {error}")
    return Finding(topic, True, f"An error that was not foreseen ({unforeseen}).", "Please report it.")


def told(findings: Sequence[Finding], *, as_json: bool) -> str:
    """As JSON, or a line each; click takes the colours out where what it prints to is no terminal."""
    if as_json:
        return msgspec.json.encode(findings).decode()
    width = max((len(finding.topic) for finding in findings), default=0)
    return "\n".join(_line(finding, width) for finding in findings)


def _line(finding: Finding, width: int) -> str:
    verdict = click.style("wrong", fg="red") if finding.wrong else click.style("ok   ", fg="green")
    return f"{verdict}  {finding.topic:<{width}}  {finding.sentence} {finding.mend}".rstrip()
