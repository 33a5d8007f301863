"""The process that is killed: saves or imports until death, saying what was confirmed."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from desktop_app.domain.record import new_record
from desktop_app.services import entry
from desktop_app.services.demonstration import sample_workbooks
from desktop_app.services.intake import import_workbooks
from desktop_app.services.workspace import Workspace
from desktop_app.storage.keys import Unlocked


def main() -> None:
    """Arguments: folder, key, what to do, seed."""
    folder, key, work, seed = sys.argv[1:]
    workspace = Workspace.enter(Path(folder), Unlocked(bytes.fromhex(key), "officer", "administrator"))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    if work == "import":
        book = sample_workbooks()[int(seed) % 20]
        outcome = import_workbooks(workspace, [book], branch=book.name[:2])[0]
        for sheet in outcome.sheets:
            for row in sheet.rows:
                if row.status == "new":
                    sys.stdout.write(f"{row.record.type.code} {row.record.id}\n")
        sys.stdout.flush()
        return
    for number in range(10_000):
        record = new_record(
            "sanction", "71", employee=f"Сынақ Адам {number % 7}", department="Есіл ХҚКБ", order_no=f"{seed}-{number}",
            order_date=date(2023, 1 + number % 12, 3), type="REMARK", kind="V07", category="STAFF",
        )  # fmt: skip
        saved = entry.save(workspace, record).record
        if number % 3 == 0:
            entry.save(workspace, saved.with_values(note="түзету"))
        sys.stdout.write(f"sanction {saved.id}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
