"""A key store in a file, for machines whose system has none: ``PYTHON_KEYRING_BACKEND=tests.keystore.FileStore``."""

from __future__ import annotations

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError


class FileStore(KeyringBackend):
    """Keeps secrets in the file that ``TIZILIM_TEST_KEYSTORE`` names."""

    priority = 1  # type: ignore[assignment]

    @property
    def _path(self) -> Path:
        return Path(os.environ["TIZILIM_TEST_KEYSTORE"])

    def _all(self) -> dict[str, str]:
        return json.loads(self._path.read_text("utf-8")) if self._path.is_file() else {}

    def get_password(self, service: str, username: str) -> str | None:
        return self._all().get(f"{service}:{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._path.write_text(json.dumps({**self._all(), f"{service}:{username}": password}), "utf-8")

    def delete_password(self, service: str, username: str) -> None:
        known = self._all()
        if known.pop(f"{service}:{username}", None) is None:
            raise PasswordDeleteError
        self._path.write_text(json.dumps(known), "utf-8")
