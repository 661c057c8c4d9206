"""What keyboards do to text, undone: curly quotes, long dashes, fractions in one sign, marks unseen."""

from __future__ import annotations

import re
from unicodedata import normalize

_PLAIN = str.maketrans(
    dict.fromkeys("‘’‚‛′´`ʼ＇", "'") | dict.fromkeys("“”„‟″«»", '"') | dict.fromkeys("‐‑‒–—―−﹘﹣－", "-")
)
_HALVES = {"½": ".5", "¼": ".25", "¾": ".75"}
_FRACTION = re.compile(r"(\d{0,3}) ?([½¼¾])")
# Controls, direction marks, surrogates, private use; the joiners in an emoji or a Persian word stay.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ud800-\uf8ff\U000f0000-\U0010ffff]"
)
_BLANKS = re.compile(r"\s+")


def tidy(text: str) -> str:
    """The text in plain punctuation and NFKC, on one line, blanks squeezed, case kept.

    It holds no control character and none of private use, so that parsing may put its own marks there.
    """
    text = _FRACTION.sub(lambda m: (m[1] or "0") + _HALVES[m[2]], text.translate(_PLAIN))
    text = normalize("NFKC", text).translate(_PLAIN)  # NFKC turns wide and small forms into some of these
    return _BLANKS.sub(" ", _UNSEEN.sub("", text)).strip()
