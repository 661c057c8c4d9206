"""The errors that somebody catches; everything else is a bug.

* PlaylistgenError
  x SettingsError            a setting is unknown or its value cannot be used
  x RecipeError              a file of recipes cannot be used
  x UpstreamError            Navidrome did not give us what we asked for
    + UpstreamUnreachable      no answer: refused, timed out, cut
    + UpstreamRefused          an answer that says no, with its Subsonic code
  x LibraryError             our database cannot be opened, read or written
    + LibraryTooNew            made by a newer version of this program
    + RefreshRunning           another refresh is at work on it
  x EmbeddingError           a text has no vector
    + EmbedderUnreachable      nobody answers; worth another try later
    + ModelMissing             the embedder does not have the model
  x SoundError               a file cannot be heard
    + FfmpegMissing            no file can: there is no ffmpeg

Each sentence is written for the person who runs the server and says what to do.
Subsonic codes: https://opensubsonic.netlify.app/docs/responses/error/
"""

from __future__ import annotations


class PlaylistgenError(Exception):
    """What the command line prints as one sentence and a Subsonic endpoint answers as `subsonic_code`."""

    subsonic_code = 0
    exit_code = 2


class SettingsError(PlaylistgenError):
    pass


class RecipeError(PlaylistgenError):
    pass


class UpstreamError(PlaylistgenError):
    pass


class UpstreamUnreachable(UpstreamError):
    pass


class UpstreamRefused(UpstreamError):
    """An HTTP status of 400 or more, or `status="failed"` with its code and message."""

    def __init__(self, message: str, code: int = 0, http_status: int = 200) -> None:
        super().__init__(message)
        self.subsonic_code = code
        self.http_status = http_status


class LibraryError(PlaylistgenError):
    pass


class LibraryTooNew(LibraryError):
    pass


class RefreshRunning(LibraryError):
    exit_code = 3


class EmbeddingError(PlaylistgenError):
    pass


class EmbedderUnreachable(EmbeddingError):
    pass


class ModelMissing(EmbeddingError):
    pass


class SoundError(PlaylistgenError):
    pass


class CannotListen(SoundError):
    """What concerns every file, and not the one that was in hand."""


class FfmpegMissing(CannotListen):
    pass
