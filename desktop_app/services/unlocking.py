"""Unlocking beside the start: the key is derived in a child process while the window is being loaded."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from desktop_app.core.errors import EnvironmentFault, Refusal
from desktop_app.core.paths import ROOT
from desktop_app.core.secrets import child_environment, wipe


class Unlocking:
    """One derivation under way; without a passphrase, the system's key store is asked."""

    def __init__(self, keys: Path, passphrase: str) -> None:
        self._keys = keys
        command = (
            [sys.executable, "--unlock", str(keys)]
            if getattr(sys, "frozen", False)
            else [sys.executable, "-m", "desktop_app.storage.unlock_process", str(keys)]
        )
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8",
            env=child_environment(), cwd=ROOT,
        )  # fmt: skip
        assert self._process.stdin is not None  # noqa: S101 - a pipe
        self._process.stdin.write(passphrase)
        self._process.stdin.close()

    def result(self) -> tuple[bytes, str, str, str]:
        """Wait for and return key, user, role and slot.

        Raises:
            Refusal: the passphrase opens no slot.
            EnvironmentFault: the key file cannot be read.
        """
        assert self._process.stdout is not None  # noqa: S101 - a pipe
        text = self._process.stdout.read()
        self._process.stdout.close()
        self._process.wait()
        answer: dict[str, Any] = (
            json.loads(text) if text else {"fault": "key.unreadable", "kind": "EnvironmentFault"}
        )
        if "fault" in answer:
            kind = Refusal if answer["kind"] == "Refusal" else EnvironmentFault
            raise kind(answer["fault"], **{"path": str(self._keys), **answer.get("params", {})})
        digits: str = answer.pop("key")
        key = bytes.fromhex(digits)
        wipe(digits)
        wipe(text)
        return key, answer["user"], answer["role"], answer["slot"]
