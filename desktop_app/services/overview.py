"""What the shell shows at a glance: errors by register, the last change to undo."""

from __future__ import annotations

from desktop_app.core.periods import Period
from desktop_app.domain.register import monthly_registers
from desktop_app.services.workspace import Workspace


def error_counts(workspace: Workspace, period: Period) -> dict[str, int]:
    """Return register → errors of a month: what the side menu, the month's table and the problems show."""
    monthly = {kind.code for kind in monthly_registers()}
    with workspace.store.read() as reader:
        found = reader.error_counts(workspace.branch, period.number)
    return {register: n for register, n in found.items() if register in monthly}


def undated_count(workspace: Workspace, register: str) -> int:
    """Return how many live records of a register have no date and so are in no month."""
    with workspace.store.read() as reader:
        return sum(reader.counted(register, 0, 0, workspace.branch).values())


def last_change(workspace: Workspace) -> tuple[str, str] | None:
    """Return (register, record) of the user's last write by hand that is not undone yet."""
    with workspace.store.read() as reader:
        rows = reader.rows(
            "SELECT register, record FROM change WHERE workstation = ? AND author = ? AND operation IN ('set', 'void') "
            "AND register NOT IN ('submission', 'person', 'department') AND NOT EXISTS "
            "(SELECT 1 FROM change later WHERE later.record = change.record AND later.stamp > change.stamp) "
            "ORDER BY seq DESC LIMIT 1", [workspace.store.workstation, workspace.user],
        )  # fmt: skip
    return (rows[0][0], rows[0][1]) if rows else None


def month_states(workspace: Workspace, year: int, branch: str = "") -> dict[int, str]:
    """Return month number → state for one year, cheaply, for the month bar."""
    with workspace.store.read() as reader:
        rows = reader.rows(
            "SELECT month, revision, state FROM submission WHERE branch = ? AND month BETWEEN ? AND ? ORDER BY revision",
            [branch or workspace.branch, year * 100 + 1, year * 100 + 12],
        )
    return {number % 100: state for number, _, state in rows}


def span_of_records(workspace: Workspace) -> tuple[Period, Period]:
    """Return the first and last month that have records of a monthly register; this month without any."""
    ends: list[int] = []
    with workspace.store.read() as reader:
        for kind in monthly_registers():
            for way in ("", "DESC"):
                rows = reader.rows(
                    "SELECT period FROM tally WHERE register = ? AND period > 0 AND n > 0 "
                    f"ORDER BY period {way} LIMIT 1", [kind.code],
                )  # fmt: skip
                ends.extend(row[0] for row in rows)
    here = Period.of(workspace.today).number
    return Period.from_number(min(ends, default=here)), Period.from_number(max(ends, default=here))
