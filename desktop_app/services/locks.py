"""Which records a closed month keeps as they are; the database's own guards say the same when written to."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_app.domain.record import Record
from desktop_app.services.workspace import Workspace

_WHOLE = "*"


@dataclass(frozen=True, slots=True)
class Locks:
    """The closed months of every branch and what orders hold open in them today.

    Attributes:
        closed: (branch, number of the month).
        opened: (branch, number of the month, record or ``*``).
    """

    closed: frozenset[tuple[str, int]]
    opened: frozenset[tuple[str, int, str]]

    def hold(self, branch: str, period: int, record: str) -> bool:
        """Tell whether a record may not be changed."""
        if (branch, period) not in self.closed:
            return False
        return not {(branch, period, record), (branch, period, _WHOLE)} & self.opened


def locks(workspace: Workspace, branch: str = "") -> Locks:
    """Return the locks of a branch, of all branches without one."""
    where, values = (" WHERE branch = ?", [branch]) if branch else ("", [])
    with workspace.store.read() as reader:
        closed = reader.rows(f"SELECT DISTINCT branch, period FROM month_lock{where}", values)
        opened = reader.rows(
            f"SELECT r.branch, r.period, r.record FROM reopening r{where.replace('branch', 'r.branch')}"
            f"{' AND' if where else ' WHERE'} r.until >= ? AND r.revision = (SELECT max(revision) FROM month_lock m "
            "WHERE m.branch = r.branch AND m.period = r.period)", [*values, workspace.today.isoformat()],
        )  # fmt: skip
    return Locks(
        frozenset((b, int(p)) for b, p in closed), frozenset((b, int(p), str(r)) for b, p, r in opened)
    )


def is_locked(workspace: Workspace, record: Record) -> bool:
    """Tell whether a stored record stands in a closed month and no order holds it open."""
    return bool(record.period) and locks(workspace, record.branch).hold(
        record.branch, record.period, record.id
    )
