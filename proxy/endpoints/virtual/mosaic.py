"""One picture of four."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

QUALITY = 85
MOST_PIXELS = 30_000_000  # of one picture: a cover that would take more than 90 MB is none
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "BMP", "TIFF")  # for others Pillow may start a program


def mosaic(pictures: Sequence[bytes], size: int) -> bytes | None:
    """A JPEG of `size` by `size` pixels, of the first four that can be read; None where there are fewer."""
    from PIL import Image  # 60 ms and 8 MB, for those only who look at covers

    half = (size + 1) // 2
    read = (_tile(picture, half) for picture in pictures)
    tiles = list(islice((tile for tile in read if tile), 4))
    if len(tiles) < 4:
        return None
    whole = Image.new("RGB", (size, size))
    for place, tile in enumerate(tiles):
        whole.paste(tile, (size - half if place % 2 else 0, size - half if place > 1 else 0))
    paper = BytesIO()
    whole.save(paper, "JPEG", quality=QUALITY)
    return paper.getvalue()


def _tile(picture: bytes, side: int) -> Image | None:
    """The middle of a picture, as a square; None where it cannot be read."""
    from PIL import Image, ImageOps

    try:
        with Image.open(BytesIO(picture), formats=FORMATS) as opened:
            if opened.width * opened.height <= MOST_PIXELS:
                return ImageOps.fit(opened.convert("RGB"), (side, side))
    except Exception:  # of a broken one: OSError, EOFError, struct.error, and RuntimeError for AVIF
        pass
    return None
