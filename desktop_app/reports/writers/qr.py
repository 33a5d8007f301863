"""A text as a QR code in a picture file."""

from __future__ import annotations

from pathlib import Path


def write_qr(text: str, target: Path) -> None:
    """Write ``text`` as a QR code, PNG or SVG by the file's ending.

    Raises:
        OSError: the file cannot be written.
    """
    import segno

    segno.make(text, error="m", micro=False).save(str(target), scale=6, border=4)
