"""A headquarters receives the packages of many branches over a year: ``python -m benchmarks.simulation [branches] [url]``.

Every branch sends one package a month with a month's changes. Printed: packages and changes a second for each
tenth of the year, and how the cost of one package grows as the database fills.
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from desktop_app.core.ids import new_record_id, new_workstation_id
from desktop_app.exchange import package as format_of
from desktop_app.exchange.keycard import OwnKeys, card_of, new_keys, write_card
from desktop_app.exchange.wire import encode
from desktop_app.services.peers import add_peer, own_card
from desktop_app.services.receiving import receive_file
from desktop_app.services.workspace import Workspace
from desktop_app.storage.log import GENESIS, text_hash

MONTHS, CHANGES = 12, 20
PASSPHRASE = "simulation phrase"  # noqa: S105 - invented data


class Branch:
    """One branch's workstation: its keys and the end of its sequence."""

    def __init__(self, number: int) -> None:
        self.code = f"{number:04d}"
        self.keys: OwnKeys = new_keys()
        self.workstation = new_workstation_id()
        self.seq, self.prev = 0, GENESIS

    def card(self) -> str:
        return write_card(card_of(self.keys, self.workstation, self.code, self.code), self.keys)

    def month(self, number: int, target: Path, to: Any) -> None:
        """Write the package of one month."""
        carried = [self._change(number, n) for n in range(CHANGES)]
        header = format_of.Header(1, "data", format_of.new_package_id(), self.code, self.workstation, (to.workstation,),
                                  number + 1, "", "")  # fmt: skip
        said = {"id": header.id, "sender": header.sender, "branch": self.code, "kind": "data",
                "vector": {self.workstation: self.seq}, "ordinals": {to.workstation: number + 1}}  # fmt: skip
        frames = [(b"M", encode(said)), (b"C", encode(carried))]
        format_of.write_package(
            target, header, frames, [format_of.Receiver(to.workstation, to.seal_key)], self.keys
        )

    def _change(self, month: int, number: int) -> tuple[str, str]:
        self.seq += 1
        day = date(2023, month + 1, 1) + timedelta(days=number)
        values = {"employee": f"Сынақ Адам {self.code} {self.seq}", "order_no": f"{self.seq}-ж/қ", "order_date": day.isoformat(),
                  "type": "REMARK", "category": "STAFF", "kind": "V07", "position": "бас маман"}  # fmt: skip
        body = {"w": self.workstation, "n": self.seq, "t": f"{time.time_ns() // 1_000_000 << 16:016x}", "u": "simulation",
                "r": "sanction", "id": new_record_id(), "op": "set", "b": self.code, "p": 202301 + month, "set": values,
                "prev": self.prev}  # fmt: skip
        entry = encode(body).decode()
        self.prev = text_hash(entry)
        return entry, self.prev


def simulate(count: int, url: str = "") -> list[float]:
    """Return the mean seconds of one package for each month of the year."""
    with tempfile.TemporaryDirectory(dir="build") as folder:
        headquarters = Workspace.create(Path(folder) / "hq", PASSPHRASE, database=url)
        own = own_card(headquarters)
        branches = [Branch(number) for number in range(count)]
        for branch in branches:
            add_peer(headquarters, branch.card())
        means = []
        path = Path(folder) / "package.tzp"
        for month in range(MONTHS):
            spent = 0.0
            for branch in branches:
                branch.month(month, path, own)
                begin = time.perf_counter()
                got = receive_file(headquarters, path)
                spent += time.perf_counter() - begin
                assert got.refusal is None, got.refusal
                assert got.merged.taken == CHANGES
            means.append(spent / count)
            print(
                f"month {month + 1:2}: {count / spent:8.1f} packages/s {count * CHANGES / spent:8.0f} changes/s",
                flush=True,
            )
        headquarters.close()
    return means


if __name__ == "__main__":
    Path("build").mkdir(exist_ok=True)
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    found = simulate(many, sys.argv[2] if len(sys.argv) > 2 else "")
    print(
        f"{many} branches x {MONTHS} months: a package costs {found[-1] / found[0]:.2f} x in the last month what it did in the first"
    )
