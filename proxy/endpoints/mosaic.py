"""One picture of four."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

QUALITY = 85
MOST_PIXELS = 30_000_000  # of one picture: a cover that would take more than 90 MB is none


def mosaic(pictures: Sequence[bytes], size: int) -> bytes | None:
    """A JPEG of `size` by `size` pixels, of the first four that can be read; None where there are fewer."""
    from PIL import Image, ImageOps  # 60 ms and 8 MB, for those only who look at covers

    half = (size + 1) // 2
    whole = Image.new("RGB", (size, size))
    placed = 0
    for picture in pictures:
        try:
            with Image.open(BytesIO(picture)) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    continue
                tile = ImageOps.fit(opened.convert("RGB"), (half, half))
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
            continue
        whole.paste(tile, (size - half if placed % 2 else 0, size - half if placed > 1 else 0))
        placed += 1
        if placed == 4:
            paper = BytesIO()
            whole.save(paper, "JPEG", quality=QUALITY)
            return paper.getvalue()
    return None
