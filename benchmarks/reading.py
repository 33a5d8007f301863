"""Pages, search and totals of a million records beside the same raw queries on the same driver."""

from __future__ import annotations

from benchmarks.ledger import limit, median, note, resident_mb
from benchmarks.million import COUNT, build
from desktop_app.core.periods import Period
from desktop_app.domain.lettering import search_key
from desktop_app.formdef.forms import form_of
from desktop_app.services.listing import PAGE, Listing, ListQuery


def measure() -> None:
    """Measure pages sorted and filtered, the way to the end, search and totals."""
    with build() as workspace, workspace.store.read() as reader:
        raw = reader.connection.execute
        form = form_of("sanction")
        shown = ", ".join(form.list_columns)
        for sort, expression in (("order_date", "coalesce(order_date, '')"), ("employee", "employee_key")):
            listing = Listing(workspace)
            listing.begin(ListQuery("sanction", sort=f"-{sort}"))
            listing.count()
            listing.page(0)
            key = raw(
                f"SELECT {expression}, rid FROM sanction WHERE void = '' ORDER BY 1 DESC, 2 DESC LIMIT 1 OFFSET 5000"
            ).fetchone()
            listing._keys[26] = key
            sql = f"SELECT rid, {expression}, id, errors, warnings, {shown} FROM sanction WHERE void = '' AND ({expression}, rid) < (?, ?) ORDER BY {expression} DESC, rid DESC LIMIT 200"
            note(
                f"page of 200 sorted by {sort}",
                median(lambda l=listing: l.page(26), 41),
                median(lambda s=sql, k=key: raw(s, k).fetchall(), 41),
                1.5,
            )
        listing.begin(ListQuery("sanction", Period(2023, 5), branch="71"))
        listing.count()
        sql = f"SELECT rid, coalesce(order_date, ''), id, errors, warnings, {shown} FROM sanction WHERE void = '' AND branch = '71' AND (period BETWEEN 202305 AND 202305 OR period = 0) ORDER BY coalesce(order_date, '') DESC, rid DESC LIMIT 200"
        note(
            "page of 200 filtered by branch and month",
            median(lambda: listing.page(0), 21),
            median(lambda: raw(sql).fetchall(), 21),
            1.5,
        )
        listing.begin(ListQuery("sanction", Period(2022, 1)))
        listing.count()
        limit("page of an old month, all branches", median(lambda: listing.page(0), 21) * 1000, 20, "ms")
        _scroll(workspace)
        for words in ("нұрлан", "сарсенов тимур", "0000777"):
            query = " AND ".join(f'"{search_key(w)}"' for w in words.split())
            sql = "SELECT rowid FROM sanction_search WHERE words MATCH ? ORDER BY rowid DESC LIMIT 50"
            ours = median(lambda w=words: reader.search(w, ["sanction"]), 21)
            note(f"search «{words}»", ours, median(lambda q=query, s=sql: raw(s, [q]).fetchall(), 21), 2.0)
        scan = "SELECT branch, period, type, category, kind, count(*) FROM sanction NOT INDEXED WHERE void = '' GROUP BY 1, 2, 3, 4, 5"
        slow = median(lambda: raw(scan).fetchall(), 3, 0)
        note("monthly totals of all branches", median(lambda: _totals(reader, ""), 9), slow, 0.02)
        one = scan.replace("void = ''", "void = '' AND branch = '71'")
        note(
            "monthly totals of one branch",
            median(lambda: _totals(reader, "71"), 9),
            median(lambda: raw(one).fetchall(), 3, 0),
            0.02,
        )


def _totals(reader, branch: str) -> dict:  # type: ignore[no-untyped-def, type-arg]
    """Totals by branch, month and type, as the monthly form and the consolidation need them."""
    extra = "AND branch = ?" if branch else ""
    rows = reader.rows(
        f"SELECT branch, period, substr(key, 1, instr(key, '|') - 1), sum(n) FROM tally WHERE register = 'sanction' {extra} GROUP BY 1, 2, 3",
        [branch] if branch else [],
    )
    return {(b, p, k): n for b, p, k, n in rows}


def _scroll(workspace) -> None:  # type: ignore[no-untyped-def]
    from PySide6.QtWidgets import QApplication

    from desktop_app.window.screens.list_model import ListModel

    application = QApplication.instance() or QApplication([])
    model = ListModel(Listing(workspace), form_of("sanction"), "kk")
    model.show(ListQuery("sanction"))
    assert model.rowCount() >= COUNT  # a run before this one has saved some more
    before = resident_mb()
    for row in range(0, COUNT, max(COUNT // 60, 1)):
        for line in range(row, min(row + 25, COUNT)):
            for column in range(model.columnCount()):
                model.data(model.index(line, column))
    assert model.row(model.rowCount() - 1) is not None
    limit("memory grown by scrolling to the end", resident_mb() - before, 40, "MB")
    limit(
        "page after the End key",
        median(lambda: (model._pages.clear(), model.row(model.rowCount() - 1)), 9) * 1000,
        100,
        "ms",
    )
    del application
    assert PAGE == 200
