"""How each block of a document is drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from reportlab.lib.units import mm

from desktop_app.core.i18n import NBSP
from desktop_app.reports import document as d
from desktop_app.reports.writers.pdf_page import LEFT, Page
from desktop_app.reports.writers.pdf_table import TableDrawer
from desktop_app.reports.writers.pdf_text import BOLD, LINE, REGULAR, measure, shown

_SIGN: Final = 13 * mm
"""Height of a line to sign: room for a hand."""
_SEAL: Final = 38 * mm
"""Across of a round seal."""
_CAPTION: Final = 7.0
_TIGHTER: Final = (1.0, 0.75, 0.5, 0.3, 0.15)
_SHORT: Final = 60
"""Sections whose tables have more rows than this are not tried in several spacings."""


def draw_section(page: Page, blocks: Sequence[d.Block], entry: Callable[[d.Heading], None]) -> None:
    """Draw the blocks of one section, tighter if that saves a page; ``entry`` is told of each heading drawn."""
    page.air = _best_air(page, blocks)
    for place, block in enumerate(blocks):
        if isinstance(block, d.Heading):
            _heading(page, block, _start(page, blocks[place + 1 :]))
            entry(block)
        elif isinstance(block, d.Table):
            TableDrawer(page, block).draw(_tail(page, blocks[place + 1 :]))
            page.gap(8)
        else:
            draw_block(page, block)


def _tail(page: Page, after: Sequence[d.Block]) -> float:
    """Return the height of what follows a table up to the next one."""
    rest = []
    for block in after:
        if isinstance(block, (d.Table, d.Heading)):
            break
        rest.append(block)
    return height_of(page, rest) + 8 * page.air if rest else 0.0


def _start(page: Page, after: Sequence[d.Block]) -> float:
    """Return how much must fit under a heading so that it does not stand alone."""
    return height_of(page, [block for block in after[:1] if not isinstance(block, d.Table)]) or 60.0


def height_of(page: Page, blocks: Sequence[d.Block]) -> float:
    """Return the height of blocks drawn one after the other, however long."""
    probe = page.probe()
    probe.y = top = 1e6
    for block in blocks:
        draw_block(probe, block)
    return top - probe.y


def _best_air(page: Page, blocks: Sequence[d.Block]) -> float:
    """Return the widest spacing that needs the fewest pages."""
    if not any(isinstance(block, d.SignatureBlock) for block in blocks) or any(
        isinstance(block, d.Table) and not block.summed and len(_few(block)) > _SHORT for block in blocks
    ):
        return 1.0
    turns = {}
    for air in _TIGHTER:
        probe = page.probe()
        probe.air = air
        for place, block in enumerate(blocks):
            if isinstance(block, d.Table):
                TableDrawer(probe, block).draw(_tail(probe, blocks[place + 1 :]))
                probe.gap(8)
            elif isinstance(block, d.Heading):
                _heading(probe, block, 60.0)
            else:
                draw_block(probe, block)
        turns[air] = probe.turns
        if probe.turns == 0:
            break
    return min(turns, key=lambda air: (turns[air], -air))


def _few(table: d.Table) -> list[Any]:
    from desktop_app.reports.writers.pdf_columns import sample

    return sample(table)


def draw_block(page: Page, block: d.Block) -> None:
    """Draw any block but a table or a heading, which need to know what follows."""
    if isinstance(block, d.Paragraph):
        page.text(block.text, block.size, bold=block.bold, align=block.align)
        page.gap(4)
    elif isinstance(block, d.FormHeader):
        _form_header(page, block)
    elif isinstance(block, d.Facts):
        _facts(page, block.pairs)
    elif isinstance(block, d.Ratios):
        _ratios(page, block)
    elif isinstance(block, d.SignatureBlock):
        _signature(page, block)


def _heading(page: Page, block: d.Heading, under: float) -> None:
    size = 14.0 if block.level == 1 else 11.5
    page.need(size * LINE * 2 + under)
    page.gap(6)
    page.text(block.text, size, bold=True, align="center" if block.level == 1 else "left")
    page.gap(6)


def _form_header(page: Page, header: d.FormHeader) -> None:
    half = page.width * 0.62
    right = LEFT + page.width - half
    page.text(header.annex, 9, align="right", x=right, room=half)
    page.text(header.form, 9, align="right", x=right, room=half, bold=True)
    page.gap(4)
    page.text(header.title, 14, bold=True, align="center")
    page.text(header.period, 12, align="center")
    page.gap(6)
    _facts(page, header.facts)


def _facts(page: Page, pairs: d.Pairs) -> None:
    """Write label and value pairs in two columns, three on a turned sheet, read down and then right."""
    count = 3 if page.landscape else 2
    each = -(-len(pairs) // count)
    gap = 14.0
    room = (page.width - gap * (count - 1)) / count
    page.need(each * 2 * 9 * LINE)
    top = lowest = page.y
    for column, part in enumerate(pairs[first : first + each] for first in range(0, len(pairs), each)):
        page.y = top
        for pair in part:
            _fact(page, pair, LEFT + column * (room + gap), room)
        lowest = min(lowest, page.y)
    page.y = lowest
    page.gap(7)


def _fact(page: Page, pair: tuple[str, d.FactValue], x: float, room: float) -> None:
    size = 9.0
    at = x + room * 0.44
    end = x + room
    labels = measure(REGULAR, size).lines(pair[0], room * 0.44 - 5)
    value = pair[1]
    values = measure(BOLD, size).lines(value, end - at) if isinstance(value, str) else []
    top = page.y
    for number in range(max(len(labels), len(values), 1)):
        page.y -= size * LINE
        for lines, font, place in ((labels, REGULAR, x), (values, BOLD, at)):
            if number < len(lines):
                page.put(place, page.y, lines[number], font, size)
    if isinstance(value, d.Boxes):
        _boxes(page, value, at, min(end - at, 11.0 * value.count), top)
        page.y = min(page.y, top - 13)
    elif not value:
        page.rule(at, page.y - 1.5, end)
    page.y -= 1.5


def _boxes(page: Page, value: d.Boxes, x: float, room: float, top: float) -> None:
    """Draw a box for each digit."""
    side = room / value.count
    for place in range(value.count):
        page.canvas.setLineWidth(0.5)
        page.canvas.rect(x + place * side, top - 12.5, side, 11.5, stroke=1, fill=0)
        if place < len(value.text):
            page.put(x + (place + 0.5) * side, top - 9.8, value.text[place], BOLD, 9, "center")


def ratio_text(ratio: d.Ratio) -> str:
    """Return «Total = sum of types: 21 = 21»."""
    sign = ratio.sign if ratio.holds else {"=": "≠", "≤": ">"}[ratio.sign]
    return f"{ratio.text}: {shown(ratio.left)}{NBSP}{sign}{NBSP}{shown(ratio.right)}"


def _ratios(page: Page, block: d.Ratios) -> None:
    """Write the control ratios numbered in two columns; one that does not hold is bold with a mark before it."""
    half = (len(block.ratios) + 1) // 2
    size, room = 8.5, (page.width - 14) / 2
    page.need((half + 1) * size * LINE)
    page.gap(2)
    page.text(block.title, 9.5, bold=True)
    top = lowest = page.y
    for column, first in enumerate((0, half)):
        page.y = top
        for number, ratio in enumerate(block.ratios[first : first + half], first + 1):
            text = f"{number}) {'' if ratio.holds else '(!) '}{ratio_text(ratio)}"
            page.text(text, size, bold=not ratio.holds, x=LEFT + column * (room + 14), room=room)
        lowest = min(lowest, page.y)
    page.y = lowest
    page.gap(6)


def _signature(page: Page, block: d.SignatureBlock) -> None:
    """Draw position, a line to sign, the full name and the telephone of each, and at the right the place of the seal."""
    whole = page.width - (_SEAL + 4 * mm if block.seal else 0)
    shares = (0.24, 0.24, 0.31, 0.21)
    xs = [LEFT]
    for share in shares:
        xs.append(xs[-1] + whole * share)
    page.need(_signature_height(block, xs))
    page.gap(4)
    top = page.y
    for signer in block.lines:
        _sign_line(page, signer, block.captions, xs)
    page.y -= 15
    page.put(LEFT, page.y, block.dated[0], REGULAR, 10)
    after = LEFT + measure(REGULAR, 10).width(block.dated[0]) + 5
    page.put(after, page.y, block.dated[1], REGULAR, 10)
    if not block.dated[1]:
        page.rule(after, page.y - 2, after + 130)
    page.y -= 4
    if block.seal:
        page.y = min(page.y, top - _SEAL)
        _seal(page, block.seal, top)
    page.gap(6)


def _signature_height(block: d.SignatureBlock, xs: list[float]) -> float:
    height = sum(_line_height(signer, xs) for signer in block.lines) + 25
    return max(height, _SEAL if block.seal else 0.0)


def _columns(signer: d.Signer, xs: list[float]) -> list[list[str]]:
    ruler = measure(REGULAR, 10)
    rooms = [xs[1] - xs[0] - 6, xs[3] - xs[2] - 8, xs[4] - xs[3] - 4]
    return [ruler.lines(text, room) if text else [] for text, room in
            zip((signer.position, signer.name, signer.phone), rooms, strict=True)]  # fmt: skip


def _line_height(signer: d.Signer, xs: list[float]) -> float:
    tallest = max(len(lines) for lines in _columns(signer, xs))
    return max(_SIGN, tallest * 10 * LINE + 4) + _CAPTION + 2


def _sign_line(page: Page, signer: d.Signer, captions: tuple[str, str, str], xs: list[float]) -> None:
    columns = _columns(signer, xs)
    page.y -= _line_height(signer, xs) - _CAPTION - 2
    base = page.y
    for lines, x in zip(columns, (xs[0], xs[2] + 4, xs[3] + 4), strict=True):
        for number, line in enumerate(lines, 1):
            page.put(x, base + (len(lines) - number) * 10 * LINE + 1, line, REGULAR, 10)
    for place, caption in enumerate(captions, 1):
        page.rule(xs[place] + (0 if place == 1 else 4), base - 2, xs[place + 1] - 4)
        page.put(
            (xs[place] + xs[place + 1]) / 2, base - 2 - _CAPTION - 1, caption, REGULAR, _CAPTION, "center"
        )
    page.y -= _CAPTION + 2


def _seal(page: Page, seal: str, top: float) -> None:
    """Leave the place of the seal, faintly outlined."""
    canvas, radius = page.canvas, _SEAL / 2
    x, y = LEFT + page.width - radius, top - radius
    canvas.saveState()
    canvas.setStrokeGray(0.75)
    canvas.setLineWidth(0.5)
    canvas.setDash(2, 3)
    canvas.circle(x, y, radius - 1, stroke=1, fill=0)
    canvas.restoreState()
    page.put(x, y - 3, seal, REGULAR, 10, "center")
