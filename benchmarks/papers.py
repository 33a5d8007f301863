"""PDF of 10,000 rows beside the same cells on a bare canvas; XLSX of 100,000 × 25 beside bare xlsxwriter."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

from benchmarks.ledger import limit, median, note, resident_mb

ROWS, SHEET_ROWS, COLUMNS = 10_000, 100_000, 25
_WIDTHS = (30, 120, 90, 80, 140, 70, 60, 55, 60)


def rows(count: int = ROWS) -> list[tuple[object, ...]]:
    """Return records as the monthly list has them."""
    dice = random.Random(2)
    kinds = [
        "құжат қабылдаудан негізсіз бас тарту",
        "жалған түбіртек",
        "қызмет алушысыз қызмет көрсету",
        "толық емес құжат топтамасын қабылдау",
    ]
    names = [
        "Сәрсенова Шолпан Сәкенқызы",
        "Әбдіров Ерлан Серікұлы",
        "Ким Анна Олеговна",
        "Өтеуов Қайрат Асанұлы",
    ]
    return [
        (n, f"{dice.choice(names)} {n}", "Есіл ауданының халыққа қызмет көрсету бөлімі", "бас маман", dice.choice(kinds), "қатаң сөгіс", f"{n}-ж/қ",
         date(2023, 1, 1) + timedelta(days=n % 365), date(2023, 1, 2) + timedelta(days=n % 365))
        for n in range(1, count + 1)
    ]  # fmt: skip


def our_pdf(path: Path, listed: list[tuple[object, ...]]) -> None:
    """Draw the list with our writer."""
    from desktop_app.reports.document import Column, Document, Table
    from desktop_app.reports.writers.pdf import write_pdf

    kinds = ("number", "text", "text", "text", "text", "text", "text", "date", "date")
    columns = tuple(
        Column(f"Баған {n}", width / 20, kind)
        for n, (width, kind) in enumerate(zip(_WIDTHS, kinds, strict=True))
    )  # type: ignore[arg-type]
    write_pdf(
        [
            Document(
                "Тізім",
                "kk",
                (Table(columns, lambda: listed),),
                landscape=True,
                digest="0000-0000",
                tie="TZ1:71",
            )
        ],
        path,
    )  # type: ignore[arg-type, return-value]


def bare_pdf(path: Path, listed: list[tuple[object, ...]]) -> None:
    """Wrap and draw the same cells on a bare canvas, as directly as reportlab allows."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfbase.pdfmetrics import stringWidth
    from reportlab.pdfgen.canvas import Canvas

    from desktop_app.reports.writers.pdf_text import REGULAR, ready_fonts

    ready_fonts()
    canvas = Canvas(str(path), pagesize=(A4[1], A4[0]))
    xs = [60.0]
    whole = A4[1] - 85
    for width in _WIDTHS:
        xs.append(xs[-1] + width * whole / sum(_WIDTHS))
    y, size, line = A4[0] - 51, 8.5, 10.2
    canvas.setFont(REGULAR, size)
    canvas.setLineWidth(0.4)
    for row in listed:
        cells = []
        for place, value in enumerate(row):
            text = value.strftime("%d.%m.%Y") if isinstance(value, date) else str(value)
            room = xs[place + 1] - xs[place] - 5
            lines, now = [], ""
            for word in text.split(" "):
                trial = f"{now} {word}" if now else word
                if stringWidth(trial, REGULAR, size) <= room or not now:
                    now = trial
                else:
                    lines.append(now)
                    now = word
            cells.append([*lines, now])
        height = max(map(len, cells)) * line + 5
        if y - height < 57:
            canvas.showPage()
            canvas.setFont(REGULAR, size)
            canvas.setLineWidth(0.4)
            y = A4[0] - 51
        for place, lines in enumerate(cells):
            for number, text in enumerate(lines):
                canvas.drawString(xs[place] + 2.5, y - 2.5 - size - number * line, text)
            canvas.line(xs[place], y, xs[place], y - height)
        canvas.line(xs[-1], y, xs[-1], y - height)
        canvas.line(xs[0], y - height, xs[-1], y - height)
        y -= height
    canvas.save()


def our_xlsx(path: Path) -> None:
    """Write 100,000 × 25 cells with our writer."""
    from desktop_app.reports.document import Column, Document, Table
    from desktop_app.reports.writers.xlsx import write_xlsx

    columns = tuple(
        Column(f"Баған {n}", 2, "number" if n % 5 == 0 else "date" if n % 5 == 1 else "text")
        for n in range(COLUMNS)
    )
    write_xlsx([Document("Кесте", "kk", (Table(columns, cells),))], path)  # type: ignore[arg-type]


def cells():  # type: ignore[no-untyped-def]
    """Yield the rows of the workbook."""
    day = date(2023, 5, 4)
    for number in range(SHEET_ROWS):
        yield tuple(
            number + c if c % 5 == 0 else day if c % 5 == 1 else f"мәтін {number % 97} {c}"
            for c in range(COLUMNS)
        )


def bare_xlsx(path: Path) -> None:
    """Write the same cells with xlsxwriter alone at constant memory."""
    from datetime import datetime

    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet()
    line = {"font_name": "Times New Roman", "font_size": 10, "valign": "top", "border": 1, "text_wrap": True}
    text, number, when = (
        book.add_format(line),
        book.add_format({**line, "num_format": "# ##0"}),
        book.add_format({**line, "num_format": "dd.mm.yyyy"}),
    )
    midnight = datetime.min.time()
    for row, values in enumerate(cells()):
        for place, value in enumerate(values):
            if place % 5 == 0:
                sheet.write_number(row, place, value, number)
            elif place % 5 == 1:
                sheet.write_datetime(row, place, datetime.combine(value, midnight), when)
            else:
                sheet.write_string(row, place, value, text)
    book.close()


def _memory(count: int) -> float:
    code = (
        "import sys; from pathlib import Path; from benchmarks.papers import our_pdf, rows; from benchmarks.ledger import resident_mb\n"
        f"our_pdf(Path(sys.argv[1]) / 'a.pdf', rows(100)); listed = rows({count}); before = resident_mb(); our_pdf(Path(sys.argv[1]) / 'b.pdf', listed); print(resident_mb() - before)"
    )
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-c", code, folder],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONPATH": "."},
        )
    return float(done.stdout)


def measure() -> None:
    """Measure both writers."""
    with tempfile.TemporaryDirectory() as folder:
        place, listed = Path(folder), rows()
        note(
            "monthly PDF of 10,000 rows",
            median(lambda: our_pdf(place / "a.pdf", listed), 5),
            median(lambda: bare_pdf(place / "b.pdf", listed), 5),
            2.0,
        )
        limit("memory grown by a PDF of 10,000 rows", _memory(ROWS), 60, "MB")
        note(
            "XLSX of 100,000 × 25",
            median(lambda: our_xlsx(place / "a.xlsx"), 1, 0),
            median(lambda: bare_xlsx(place / "b.xlsx"), 1, 0),
            1.3,
        )
    assert resident_mb() > 0
