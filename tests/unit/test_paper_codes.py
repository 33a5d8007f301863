"""A printed page is known again by its QR code or its short digest, however it was typed."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from desktop_app.cli import run
from desktop_app.core.errors import UsageFault
from desktop_app.core.periods import Period
from desktop_app.domain.record import Record
from desktop_app.reports.paper_code import PaperCode, read_code
from desktop_app.services import closing, entry, months, printing
from desktop_app.services.exchange_papers import consolidated
from desktop_app.services.papers import paper, paper_words
from desktop_app.services.peers import add_peer, card_text, own_card, revoke_peer
from desktop_app.services.receiving import receive
from desktop_app.services.sending import send
from desktop_app.services.words import short_digest
from desktop_app.services.workspace import Workspace
from tests.conftest import PASSPHRASE
from tests.unit.test_months import MAY, close, save

HEX = "ba4abf2f2799a714ba4abf2f2799a714"
MONTH = PaperCode("month", HEX, "71", Period(2023, 12), 1)
TO_RUSSIAN = str.maketrans(
    "QWERTYUIOPASDFGHJKLZXCVBNM:qwertyuiopasdfghjklzxcvbnm",
    "ЙЦУКЕНГШЩЗФЫВАПРОЛДЯЧСМИТЬЖйцукенгшщзфывапролдячсмить",
)
TO_KAZAKH = {**TO_RUSSIAN, **str.maketrans("1234567890-", '"әіңғ,.үұқө')}


@pytest.fixture
def signed(branch: Workspace) -> tuple[Workspace, Record]:
    record = save(branch, 1)
    months.declare(branch, MAY, "complaint", "NIL")
    months.declare(branch, MAY, "finding", "NIL")
    close(branch)
    return branch, record


def tie_of(workspace: Workspace, revision: int = 0) -> str:
    return printing.documents(workspace, "month", MAY, "71", "ru", revision)[0].tie


@pytest.mark.parametrize(
    "text",
    [
        f"TZ1:71:2023-12:1:{HEX}",
        f" tz1 : 71 : 2023–12 : 1 : {HEX.upper()}\r\n",
        f"ТZ1:71:2023‑12:1:{HEX.replace('a', 'а').replace('b', 'В')}",
        f"TZl:7I:2O23-12:l:{HEX}",
        f"TZ1:71:2023-12:1:{HEX}".translate(TO_RUSSIAN),
        f"tz1:71:2023-12:1:{HEX}".translate(TO_KAZAKH),
    ],
)  # fmt: skip
def test_a_code_is_read_however_it_is_typed(text: str) -> None:
    assert read_code(text) == MONTH


def test_every_kind_of_code_is_told_from_the_others() -> None:
    assert read_code("ba4a bf2f 2799 a714") == PaperCode("digest", HEX[:16])
    assert read_code("ВА4А-ВF2F-2799-А714").digest == HEX[:16]
    assert read_code(f"TZR1:{HEX}:{HEX}") == PaperCode("receipt", HEX, name=HEX)
    assert read_code(f"TZC1:2023-05:19:{HEX}") == PaperCode("consolidation", HEX, period=MAY, count=19)
    letters = "0123-4567-89AB-CDEF-GHJK-MNPQ-RSTV-WXYZ"
    assert read_code(f"TZK1:W0rk:{letters.lower()}") == PaperCode("key", letters, name="w0rk")
    assert read_code(letters.replace("-", " ")).kind == "key"
    for text in (
        "",
        "hello",
        "TZ1:71",
        f"TZ9:71:2023-12:1:{HEX}",
        f"TZ1:71:2023-13:1:{HEX}",
        "TZ1:71:2023-12:1:абв",
        "1" * 5000,
    ):
        with pytest.raises(UsageFault, match="usage.paper"):
            read_code(text)


def test_a_signed_month_is_the_same_until_it_changes(signed: tuple[Workspace, Record]) -> None:
    workspace, record = signed
    tie = tie_of(workspace)
    found = paper(workspace, tie)
    assert found.is_same
    assert (found.branch, found.period, found.revision, found.packages) == ("71", MAY, 1, ())
    assert found.is_signed
    assert found.is_kept
    assert found.is_now
    assert paper(workspace, short_digest(tie.split(":")[-1])) == paper(
        workspace, tie.rsplit(":", 1)[0] + ":" + found.digest[:16]
    )
    assert not paper(workspace, tie[:-1] + ("0" if tie[-1] != "0" else "1")).is_signed
    assert not paper(workspace, tie.replace(":1:", ":2:")).is_known
    assert not paper(workspace, "0000-0000-0000-0000").is_known
    closing.reopen(workspace, MAY, [record.id], "Бұйрық түзетілді", date(2999, 1, 1))
    assert paper(workspace, tie).is_same  # nothing was changed yet
    entry.save(workspace, record.with_values(type="SEVERE"))
    assert paper(workspace, tie).why == "paper.changed"
    closing.close(workspace, MAY, reason="тексерілді")
    assert paper(workspace, tie).why == "paper.superseded"
    assert paper(workspace, tie).latest == 2
    assert paper(workspace, tie_of(workspace)).is_same
    for language in ("kk", "ru", "en"):
        assert all(paper_words(workspace, paper(workspace, tie), language))


def test_papers_of_the_exchange(signed: tuple[Workspace, Record], tmp_path: Path) -> None:
    branch, _ = signed
    tie, place = tie_of(branch), str(tmp_path / "place")
    Path(place).mkdir()
    with Workspace.create(tmp_path / "hq", PASSPHRASE) as hq:
        add_peer(hq, card_text(branch))
        peer = add_peer(branch, card_text(hq))
        assert not paper(hq, tie).is_known
        sent = send(branch, place, [MAY])[0]
        receive(hq, [place])
        for side, direction in ((branch, "out"), (hq, "in")):
            found = paper(side, tie)
            assert found.is_same
            assert [(p.id, p.direction) for p in found.packages] == [(sent.header.id, direction)]
        whole = consolidated(hq, MAY)[1]
        assert paper(hq, whole).is_same
        assert paper(hq, consolidated(hq, MAY)[0]).kind == "consolidation"
        assert not paper(hq, whole[:-1] + ("0" if whole[-1] != "0" else "1")).is_same
        assert paper(branch, whole).why == "paper.headquarters_only"
        send(hq, place)
        receive(branch, [place])
        receipt = printing.documents(branch, "receipt", MAY)[0].tie
        assert paper(branch, receipt).is_same
        assert paper(hq, receipt).is_same
        assert paper(branch, receipt).packages[0].direction == "in"
        card = f"TZK1:{hq.store.workstation}:{own_card(hq).fingerprint}"
        assert paper(branch, card.lower()).is_same
        assert paper(hq, own_card(hq).fingerprint).is_same
        assert (
            paper(branch, card.replace(own_card(hq).fingerprint, own_card(branch).fingerprint)).why
            == "paper.other_key"
        )
        revoke_peer(branch, peer.card.workstation, "жоғалды")
        assert paper(branch, card).why == "paper.revoked"


def test_the_command(
    signed: tuple[Workspace, Record], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, _ = signed
    tie = tie_of(workspace)
    workspace.close()
    monkeypatch.setenv("TIZILIM_WORKSPACE", str(workspace.folder))

    def asked(text: str) -> int:
        monkeypatch.setenv("TIZILIM_PASSPHRASE", PASSPHRASE)
        capsys.readouterr()
        return run(["paper", text, "--json"])

    assert asked(tie) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["same"], said["branch"], said["period"], said["revision"]) == (True, "71", "2023-05", 1)
    assert asked(tie.replace("2023-05", "2023-06")) == 1
    assert not json.loads(capsys.readouterr().out)["known"]
    assert asked("hello") == 2
