"""What makes a drawn PDF one for the archive: PDF/A-2b as far as this writer knows it (ISO 19005-2).

Embedded fonts only, an sRGB output intent, metadata in XMP that agree with the document information, the title
shown by readers, an identifier that depends on nothing but the content.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any, BinaryIO, Final

from desktop_app.core.paths import RESOURCES
from desktop_app.reports import document as d

MAKER: Final = "Tizilim"


def finish(drawn: BinaryIO, target: BinaryIO, documents: list[d.Document]) -> None:
    """Write a drawn PDF with its metadata; equal content gives equal bytes."""
    import pikepdf

    first = documents[0]
    title = first.kit if first.kit and len(documents) > 1 else first.title
    subject = " · ".join(part for part in (first.footer, first.tie or first.mark) if part)
    with pikepdf.open(drawn) as pdf:
        _describe(pdf, title, first.owner or MAKER, subject, first.language, first.day)
        _intend(pdf)
        root = pdf.Root
        root.Lang = pikepdf.String(first.language)
        root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        root.PageMode = pikepdf.Name.UseOutlines if len(documents) > 1 else pikepdf.Name.UseNone
        pdf.save(
            target,
            deterministic_id=True,
            min_version="1.7",
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )


def _describe(pdf: Any, title: str, author: str, subject: str, language: str, day: date | None) -> None:
    """Write the same description twice: to the document information and as XMP."""
    for name in list(pdf.docinfo.keys()):
        del pdf.docinfo[name]
    for name, value in (
        ("/Title", title),
        ("/Author", author),
        ("/Subject", subject),
        ("/Creator", MAKER),
        ("/Producer", MAKER),
    ):
        pdf.docinfo[name] = value
    if day:
        pdf.docinfo["/CreationDate"] = pdf.docinfo["/ModDate"] = f"D:{day:%Y%m%d}000000+00'00'"
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
        xmp["dc:title"], xmp["dc:creator"], xmp["dc:description"] = title, [author], subject
        xmp["dc:language"] = [language]
        xmp["xmp:CreatorTool"], xmp["pdf:Producer"] = MAKER, MAKER
        if day:
            xmp["xmp:CreateDate"] = xmp["xmp:ModifyDate"] = f"{day:%Y-%m-%d}T00:00:00+00:00"
        xmp["pdfaid:part"], xmp["pdfaid:conformance"] = "2", "B"


def _intend(pdf: Any) -> None:
    """Say which colours the grey and black of the drawing are meant in."""
    import pikepdf

    profile = pdf.make_stream(_srgb(), N=3)
    pdf.Root.OutputIntents = pikepdf.Array([pikepdf.Dictionary(
        Type=pikepdf.Name.OutputIntent, S=pikepdf.Name.GTS_PDFA1, OutputConditionIdentifier=pikepdf.String("sRGB"),
        RegistryName=pikepdf.String("http://www.color.org"), Info=pikepdf.String("sRGB"), DestOutputProfile=profile,
    )])  # fmt: skip


@cache
def _srgb() -> bytes:
    return (RESOURCES / "icc" / "sRGB.icc").read_bytes()
