"""What headquarters sends down takes effect without a new installation; two officers recover a key, one cannot."""

from __future__ import annotations

import dataclasses
import json
import shutil
from datetime import date
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.core.errors import EnvironmentFault, Refusal, UsageFault
from desktop_app.core.paths import FORMS
from desktop_app.domain.classifiers import classifier
from desktop_app.domain.fields import Coded
from desktop_app.domain.reading import read
from desktop_app.exchange.escrow import join, split
from desktop_app.formdef.forms import FormFault, form_of
from desktop_app.services import care, entry
from desktop_app.services.guiding import publish
from desktop_app.services.receiving import receive
from desktop_app.services.recovery import add_officer, recover
from desktop_app.services.sending import send
from desktop_app.services.workspace import DATABASE, KEYS, Workspace
from tests.conftest import PASSPHRASE
from tests.endtoend.test_exchange import hq, introduce, only, place, sanction

__all__ = ["hq", "place"]

QUESTION = """
[question.union]
kk = "Кәсіподақ хабардар етілді ме?"
ru = "Уведомлён ли профсоюз?"
en = "Was the trade union told?"
"""


def _guide(hq: Workspace, folder: Path) -> list[str]:
    form = folder / "sanction.toml"
    form.write_text((FORMS / "sanction.toml").read_text("utf-8") + QUESTION, "utf-8")
    codes = folder / "types.json"
    new = {
        "code": "SUSPENSION",
        "kk": "жұмыстан шеттету",
        "ru": "отстранение",
        "en": "suspension",
        "valid_from": "2024-01-01",
    }
    codes.write_text(json.dumps({"classifier": "sanction_types", "codes": [new]}), "utf-8")
    calendar = folder / "calendar.json"
    calendar.write_text(json.dumps({"calendar": {"2023-06-07": "off", "2023-06-10": "worked"}}), "utf-8")
    return [publish(hq, path)[0] for path in (form, codes, calendar)]


def test_forms_codes_and_calendar_travel_down_and_take_effect(
    branch: Workspace, hq: Workspace, place: Path, tmp_path: Path
) -> None:
    introduce(branch, hq)
    names = _guide(hq, tmp_path)
    assert names == ["form:sanction", "classifier:sanction_types", "calendar"]
    send(hq, str(place))
    folder = branch.folder
    branch.close()
    hq.close()
    with Workspace.open(folder, PASSPHRASE) as again:
        assert form_of("sanction").extra == {}
        before = again.store.calendar().month_deadline(date(2023, 5, 31), 5)
        assert set(only(receive(again, [str(place)])).guidance) == set(names)
        assert form_of("sanction").extra["union"].label.ru == "Уведомлён ли профсоюз?"
        assert read(Coded("sanction_types"), "отстранение").value == "SUSPENSION"
        assert again.store.calendar().month_deadline(date(2023, 5, 31), 5) > before
        early = entry.save(again, sanction(type="SUSPENSION")).record
        assert "code.outdated" in {p.code for p in early.problems}
        asked = dataclasses.replace(sanction("6"), extra={"union": "иә"})
        saved = entry.save(again, asked).record
        assert entry.history(again, "sanction", saved.id)[-1].became == "иә"
        entry.save(again, dataclasses.replace(saved, extra={"union": "жоқ"}))
        entry.undo(again, "sanction", saved.id)
        stored = entry.load(again, "sanction", saved.id)
        assert stored is not None
        assert stored.extra == {"union": "иә"}
        assert care.verify_log(again).is_sound
        send(again, str(place))
    with Workspace.open(hq.folder, PASSPHRASE) as headquarters:
        assert only(receive(headquarters, [str(place)])).refusal is None
        came = entry.load(headquarters, "sanction", saved.id)
        assert came is not None
        assert came.extra == {"union": "иә"}
        # The same guidance again, or an older one, changes nothing.
        send(headquarters, str(place))
    with Workspace.open(folder, PASSPHRASE) as again:
        assert only(receive(again, [str(place)])).guidance == ()
        assert form_of("sanction").extra
    with Workspace.create(tmp_path / "75", PASSPHRASE, branch="75"):
        assert form_of("sanction").extra == {}
        assert "SUSPENSION" not in classifier("sanction_types").by_code


def test_what_does_not_fit_is_said_before_it_is_sent(
    branch: Workspace, hq: Workspace, tmp_path: Path
) -> None:
    bad = tmp_path / "sanction.toml"
    for text in ("register = ", 'register = "nothing"', 'register = "sanction"', QUESTION):
        bad.write_text(text, "utf-8")
        with pytest.raises(FormFault):
            publish(hq, bad)
    for name, text in (("a.json", "{"), ("b.json", "{}"), ("c.json", '{"classifier": "no", "codes": []}'),
                       ("d.json", '{"calendar": {"2023-13-01": "off"}}'), ("e.json", '{"calendar": {"2023-01-01": "maybe"}}'),
                       ("f.json", '{"classifier": "sanction_types", "codes": [{"code": "X", "kk": " ", "ru": "x", "en": "x"}]}')):  # fmt: skip
        (tmp_path / name).write_text(text, "utf-8")
        with pytest.raises(UsageFault, match="guide.unfit"):
            publish(hq, tmp_path / name)
    with pytest.raises(Refusal, match="headquarters_only"):
        publish(branch, bad)
    assert form_of("sanction").extra == {}


@given(st.binary(min_size=32, max_size=32), st.integers(2, 6))
def test_any_two_shares_give_the_key_back_and_one_is_never_the_key(key: bytes, count: int) -> None:
    shares = split(key, count)
    assert all(join(one, other) == key for one, other in combinations(shares, 2))
    again = split(key, count)
    assert again[0] != shares[0]  # a new line each time: one share says nothing


def test_two_officers_open_a_branch_whose_passphrase_is_lost(
    branch: Workspace, hq: Workspace, place: Path, tmp_path: Path
) -> None:
    introduce(branch, hq)
    saved = entry.save(branch, sanction()).record
    send(branch, str(place))
    receive(hq, [str(place)])
    with pytest.raises(Refusal, match="no_shares"):
        recover(hq, branch.store.workstation, {"А": "x", "Б": "y"}, "жаңа сөйлем", tmp_path)
    for name, phrase in (("Асан", "бірінші кілт"), ("Үсен", "екінші кілт"), ("Ержан", "үшінші кілт")):
        add_officer(hq, name, phrase)
    send(hq, str(place))
    receive(branch, [str(place)])
    send(branch, str(place))
    receive(hq, [str(place)])
    key, folder = branch.store.workstation, branch.folder
    branch.close()
    lost = tmp_path / "lost"
    lost.mkdir()
    shutil.copy(folder / DATABASE, lost / DATABASE)
    with pytest.raises(Refusal, match="two_needed"):
        recover(hq, key, {"Асан": "бірінші кілт"}, "жаңа сөйлем", lost)
    with pytest.raises(Refusal, match="wrong_passphrase"):
        recover(hq, key, {"Асан": "бірінші кілт", "Ержан": "басқа"}, "жаңа сөйлем", lost)
    assert not (lost / KEYS).exists()
    recover(hq, key, {"Асан": "бірінші кілт", "Ержан": "үшінші кілт"}, "жаңа сөйлем", lost)
    with pytest.raises(EnvironmentFault, match="file_exists"):
        recover(hq, key, {"Асан": "бірінші кілт", "Ержан": "үшінші кілт"}, "жаңа сөйлем", lost)
    with Workspace.open(lost, "жаңа сөйлем") as opened:
        assert entry.load(opened, "sanction", saved.id) is not None
    with hq.store.read() as reader:
        assert len(reader.rows("SELECT entry FROM change WHERE operation = 'recover'")) == 1
