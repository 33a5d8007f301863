"""The shape that registers and forms give the database, computed without SQLAlchemy."""

from __future__ import annotations

import zlib
from functools import cache

from desktop_app.domain.register import registers
from desktop_app.storage.codec import sort_columns

GUARDS_VERSION = 10
"""Raise it whenever ``tables.guard_ddl`` or ``tables.search_ddl`` or an index changes: old files are brought up."""


@cache
def _shape(codes: tuple[str, ...]) -> str:
    parts = [str(GUARDS_VERSION)]
    for code in codes:
        kind = registers()[code]
        fields = ",".join(f"{item.name}:{item.type.column}" for item in kind.fields)
        parts.append(f"{code}({fields})[{','.join(sort_columns(code))}]{kind.monthly}{kind.peers_by}")
    return f"{zlib.crc32(chr(10).join(parts).encode()):08x}"  # hashlib takes longer to load than all the rest here


def source_shape() -> str:
    """Return a digest of every register's columns; a file of another shape is brought up at opening."""
    return _shape(tuple(sorted(registers())))
