"""Tables of the exchange: keys, peers, packages, what waits, what was stopped, what stands side by side."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from desktop_app.storage.tables import TEXT as _T
from desktop_app.storage.tables import metadata

_I = sa.Integer


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, _T, nullable=False, server_default="")


def _int(name: str) -> sa.Column[int]:
    return sa.Column(name, _I, nullable=False, server_default="0")


own_key = sa.Table("own_key", metadata, sa.Column("name", _T, primary_key=True), _text("value"))
peer = sa.Table(
    "peer", metadata, sa.Column("workstation", _T, primary_key=True), _text("branch"), _text("name"),
    _text("sign_key"), _text("seal_key"), _text("added"), _text("added_by"), _text("revoked"), _text("why"),
    _text("vector"), _int("sent"),
)  # fmt: skip
package = sa.Table(
    "package", metadata, sa.Column("id", _T, primary_key=True), _text("direction"), _text("kind"), _text("sender"),
    _text("branch"), _int("number"), _text("created"), _text("digest"), _int("changes"), _text("moment"), _text("body"),
    sa.Index("ix_package_sender", "sender", "number"),
)  # fmt: skip
waiting_change = sa.Table(
    "waiting_change", metadata, sa.Column("workstation", _T, primary_key=True),
    sa.Column("seq", _I, primary_key=True, autoincrement=False), _text("entry"), _text("hash"), _text("sender"),
)  # fmt: skip
fork = sa.Table(
    "fork", metadata, sa.Column("workstation", _T, primary_key=True), _int("seq"), _text("ours"), _text("theirs"),
    _text("sender"), _text("moment"),
)  # fmt: skip
quarantine = sa.Table(
    "quarantine", metadata, sa.Column("workstation", _T, primary_key=True),
    sa.Column("seq", _I, primary_key=True, autoincrement=False), _text("register"), _text("record"), _text("branch"),
    _text("reason"), _text("detail"), _text("moment"),
)  # fmt: skip
conflict = sa.Table(
    "conflict", metadata, sa.Column("register", _T, primary_key=True), sa.Column("record", _T, primary_key=True),
    sa.Column("field", _T, primary_key=True), _text("branch"), _int("period"), _text("versions"),
)  # fmt: skip
merging = sa.Table("merging", metadata, sa.Column("hash", _T, primary_key=True))
blob = sa.Table(
    "blob", metadata, sa.Column("digest", _T, primary_key=True), _int("size"),
    sa.Column("body", sa.LargeBinary, nullable=False),
)  # fmt: skip
escrow = sa.Table(
    "escrow", metadata, sa.Column("workstation", _T, primary_key=True), sa.Column("officer", _T, primary_key=True),
    _text("branch"), _text("sealed"), _text("moment"),
)  # fmt: skip
guidance = sa.Table(
    "guidance", metadata, sa.Column("name", _T, primary_key=True), _int("version"), _text("body"), _text("moment"),
    _text("sender"),
)  # fmt: skip

EXCHANGE_TABLES: Final = (
    own_key, peer, package, waiting_change, fork, quarantine, conflict, merging, blob, escrow, guidance,
)  # fmt: skip
