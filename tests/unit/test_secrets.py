"""Secrets: out of children's environments, out of memory after locking; public vectors of the split key."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import pytest

from desktop_app.core.i18n import tr
from desktop_app.core.paths import ROOT
from desktop_app.core.secrets import child_environment, secrets_taken
from desktop_app.exchange import escrow
from desktop_app.services.faults import blotted, refusal_of, write_report
from desktop_app.services.workspace import Workspace
from tests.conftest import PASSPHRASE

_LOOK = """
import gc, sys
from pathlib import Path
from desktop_app.services import entry
from desktop_app.services.workspace import Workspace
from tests.unit.test_storage import sanction

workspace = Workspace.open(Path(sys.argv[1]), sys.argv[2])
entry.save(workspace, sanction(order_no="9"))
hidden = bytes(byte ^ 0x55 for byte in workspace.opened.key)
digits = bytearray(64)
for place, byte in enumerate(workspace.opened.key):  # nowhere as a text of its own
    digits[2 * place], digits[2 * place + 1] = (b"0123456789abcdef"[n] ^ 0x55 for n in (byte >> 4, byte & 15))

def count(wanted):
    found = 0
    for line in open("/proc/self/maps"):
        span, rights, *_ = line.split()
        if not rights.startswith("rw"):
            continue
        first, last = (int(text, 16) for text in span.split("-"))
        try:
            with open("/proc/self/mem", "rb", buffering=0) as memory:
                memory.seek(first)
                body = bytearray(memory.read(last - first))
        except (OSError, ValueError, OverflowError):
            continue
        body = body.translate(bytes(n ^ 0x55 for n in range(256)))
        found += body.count(wanted)
    return found

while_open = count(hidden)
workspace.forget()
gc.collect()
print(while_open > 0, count(hidden), count(bytes(digits)))
"""


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs /proc")
def test_neither_key_nor_its_digits_stay_in_memory_after_locking(branch: Workspace) -> None:
    folder = branch.folder
    branch.close()
    done = subprocess.run(
        [sys.executable, "-c", _LOOK, str(folder), PASSPHRASE],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["True", "0", "0"]


def test_children_never_get_a_passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("TIZILIM_PASSPHRASE", "TIZILIM_NEW_PASSPHRASE", "TIZILIM_OFFICER_X")
    for name in names:
        monkeypatch.setenv(name, "құпия")
    assert not set(names) & set(child_environment())
    with secrets_taken() as taken:
        assert set(taken) == set(names)
        assert not set(names) & set(os.environ)
    assert os.environ["TIZILIM_PASSPHRASE"] == "құпия"


def test_the_field_of_the_shares_is_that_of_the_standard() -> None:
    # FIPS 197 (AES), 4.2 and 4.2.1: {57}·{83} = {c1}, {57}·{13} = {fe}, {53}·{ca} = {01}, the same polynomial.
    assert escrow._times(0x57, 0x83) == 0xC1
    assert escrow._times(0x57, 0x13) == 0xFE
    assert escrow._inverse(0x53) == 0xCA
    assert all(escrow._times(one, escrow._inverse(one)) == 1 for one in range(1, 256))


def test_any_two_shares_give_the_key_back_and_one_says_nothing() -> None:
    # Shamir, threshold two: with slope 0x02 the share x of the byte 0x42 is 0x42 ^ 2·x.
    assert escrow.join((1, b"\x40"), (2, b"\x46")) == b"\x42"
    key = bytes(range(32))
    shares = escrow.split(key, 5)
    assert all(escrow.join(one, other) == key for one, other in combinations(shares, 2))
    assert len({escrow.split(key, 2)[0][1] for _ in range(20)}) == 20


def test_a_report_of_a_fault_holds_neither_numbers_nor_names() -> None:
    try:
        raise ValueError("Сәрсенов Тимур 850101300005, 850101 300005 in «Бұйрық»")
    except ValueError as fault:
        text = write_report(fault).read_text("utf-8")
    assert "850101" not in text
    assert "рсенов" not in text
    assert "ValueError" in text
    assert blotted("row 12 of table x") == "row 12 of table x"


def test_a_report_that_cannot_be_written_is_no_second_fault(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "file"))
    assert not write_report(ValueError("x")).exists()


@pytest.mark.parametrize(
    ("fault", "code"),
    [(OSError(28, "x", "/a"), "disk.full"), (OSError(30, "x"), "disk.read_only"), (PermissionError(13, "x"), "disk.forbidden"),
     (FileNotFoundError(2, "x"), "disk.gone"), (OSError(5, "x"), "disk.io"), (MemoryError(), "system.memory"),
     (RuntimeError("No space left on device (os error 28)"), "disk.full"), (ValueError("x"), None)],
)  # fmt: skip
def test_what_the_system_said_has_a_sentence_of_its_own(fault: Exception, code: str | None) -> None:
    found = refusal_of(fault)
    assert (found.code if found else None) == code
    if found:
        assert "{" not in tr("ru", found.code, **found.params)


def test_braces_in_a_value_are_a_persons_own() -> None:
    told = tr("en", "usage.setting", name="{value}", value="{name}")
    assert "“{value}”" in told
    assert "“{name}”" in told
