"""Receipts: headquarters says in signed words which packages came, how much was in them and where each month stands."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from desktop_app.core.periods import Period
from desktop_app.services.months import sum_of
from desktop_app.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Receipt:
    """One receipt as a branch keeps it.

    Attributes:
        package: id of the package that carried the receipt.
        digest: SHA-256 of that package's payload, which headquarters signed.
        packages: (id, number, changes, moment) of each package received.
        months: (period, revision, state, digest, records, total) of each month received.
    """

    package: str
    sender: str
    digest: str
    moment: str
    packages: tuple[tuple[str, int, int, str], ...]
    months: tuple[tuple[Period, int, str, str, int], ...]


def receipt_for(workspace: Workspace, branch: str) -> dict[str, Any] | None:
    """Return the receipt for the packages of a branch that have none yet; None when nothing came."""
    with workspace.store.read() as reader:
        came = reader.rows(
            "SELECT id, number, changes, moment FROM package WHERE direction = 'in' AND branch = ? AND body = '' "
            "ORDER BY moment, number", [branch],
        )  # fmt: skip
        if not came:
            return None
        latest: dict[int, Any] = {}
        for record in reader.records("submission", "branch = ?", [branch]):
            known = latest.get(record.values.month)
            if known is None or known.revision < record.values.revision:
                latest[record.values.month] = record.values
    months = [
        {"month": v.month, "revision": v.revision, "state": v.state, "digest": v.digest or "", "records": sum_of(json.loads(v.totals or "{}"))}
        for _, v in sorted(latest.items()) if v.state != "OPEN" or v.revision > 1
    ]  # fmt: skip
    packages = [dict(zip(("id", "number", "changes", "moment"), row, strict=True)) for row in came]
    return {"packages": packages, "months": months}


def receipts(workspace: Workspace) -> list[Receipt]:
    """Return the receipts that came, newest first."""
    with workspace.store.read() as reader:
        rows = reader.rows(
            "SELECT id, sender, digest, created, body FROM package WHERE direction = 'in' AND kind = 'receipt' AND body <> '' "
            "ORDER BY created DESC, number DESC"
        )
    return [_receipt(*row) for row in rows]


def _receipt(key: str, sender: str, digest: str, created: str, body: str) -> Receipt:
    said = json.loads(body)
    packages = tuple((p["id"], p["number"], p["changes"], p["moment"]) for p in said["packages"])
    months = tuple(
        (Period.from_number(m["month"]), m["revision"], m["state"], m["digest"], m["records"])
        for m in said["months"]
    )
    return Receipt(key, sender, digest, created, packages, months)
