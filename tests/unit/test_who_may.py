"""Who may come in, what each role sees, and how wrong passphrases are slowed down."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from desktop_app.core.errors import Refusal, UsageFault
from desktop_app.core.i18n import Text3
from desktop_app.core.periods import Period
from desktop_app.domain import classifiers
from desktop_app.domain.record import new_record
from desktop_app.services import entry, month_papers, users
from desktop_app.services.listing import Listing, ListQuery
from desktop_app.services.privacy import sees_numbers
from desktop_app.services.workspace import KEYS, Workspace
from tests.conftest import PASSPHRASE
from tests.unit.test_storage import sanction

IIN = "850101300011"


def _names(folder: Path, **changes: object) -> None:
    path = folder / KEYS
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **changes}), "utf-8")


def test_after_five_wrong_passphrases_even_the_right_one_waits_and_the_wait_grows(branch: Workspace) -> None:
    folder = branch.folder
    branch.close()
    for _ in range(5):
        with pytest.raises(Refusal, match="wrong_passphrase"):
            Workspace.open(folder, "басқа сөйлем")
    with pytest.raises(Refusal, match="key.wait") as first:
        Workspace.open(folder, PASSPHRASE)
    assert 1 <= int(str(first.value.params["seconds"])) <= 5
    _names(folder, failures=9)
    with pytest.raises(Refusal) as later:
        Workspace.open(folder, PASSPHRASE)
    assert int(str(later.value.params["seconds"])) > 60
    _names(folder, failed_at=0)
    with Workspace.open(folder, PASSPHRASE):
        assert json.loads((folder / KEYS).read_text("utf-8"))["failures"] == 0


def test_users_come_and_go_but_the_last_administrator_stays(branch: Workspace) -> None:
    users.add_user(branch, "Айгүл", "officer", "екінші сөйлем")
    assert users.users(branch)["Айгүл"] == "officer"
    for name, role, phrase in (
        ("", "officer", "ұзын сөйлем"),
        ("x", "king", "ұзын сөйлем"),
        ("x", "head", "қысқа"),
    ):
        with pytest.raises(UsageFault):
            users.add_user(branch, name, role, phrase)
    with pytest.raises(Refusal, match="last_administrator"):
        users.remove_user(branch, branch.user)
    with pytest.raises(Refusal, match="last_administrator"):
        users.add_user(branch, branch.user, "officer", "ұзын сөйлем")
    folder = branch.folder
    branch.close()
    with Workspace.open(folder, "екінші сөйлем", "Айгүл") as officer, pytest.raises(Refusal, match="right"):
        users.add_user(officer, "y", "officer", "ұзын сөйлем")
    with Workspace.open(folder, PASSPHRASE) as again:
        users.remove_user(again, "Айгүл")
    with pytest.raises(Refusal, match="wrong_passphrase"):
        Workspace.open(folder, "екінші сөйлем", "Айгүл")


def test_an_auditor_sees_no_identification_number_in_list_form_history_and_print(branch: Workspace) -> None:
    saved = entry.save(branch, sanction(iin=IIN)).record
    assert saved.values.iin == IIN
    users.add_user(branch, "Тексеруші", "auditor", "үшінші сөйлем")
    folder = branch.folder
    branch.close()
    with Workspace.open(folder, "үшінші сөйлем", "Тексеруші") as auditor:
        seen = [
            str(entry.shown(auditor, "sanction", saved.id)),
            str(entry.history(auditor, "sanction", saved.id)),
        ]
        for register in ("sanction", "person"):
            listing = Listing(auditor)
            listing.begin(ListQuery(register))
            listing.count()
            seen.append(str(listing.page(0)))
        seen.append(listing.title("person", saved.values.person))
        period = Period.of(saved.values.order_date)
        listed = month_papers.listed(auditor, "sanction", "71", period, "ru", whole=sees_numbers(auditor))
        seen.append(str(list(listed())))
        assert not [text for text in seen if IIN in text]
        assert "850101••••11" in seen[0]
        assert "850101••••11" in seen[3]
        with pytest.raises(Refusal, match="right"):
            entry.save(auditor, saved)
    with Workspace.open(folder, PASSPHRASE) as whole:
        listing = Listing(whole)
        listing.begin(ListQuery("person"))
        listing.count()
        assert IIN in str(listing.page(0))


def test_a_code_used_outside_its_dates_is_flagged(branch: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    known = classifiers.classifier("sanction_types")
    ended = classifiers.Code("OLD", Text3("Ескі", "Старое", "Old"), date(2020, 1, 1), date(2022, 12, 31))
    monkeypatch.setitem(known.by_code, "OLD", ended)
    inside = entry.save(branch, sanction(type="OLD", order_date=date(2022, 6, 1))).record
    outside = entry.save(
        branch, new_record("sanction", "71", order_no="2", type="OLD", order_date=date(2023, 6, 1))
    )
    assert "code.outdated" not in {p.code for p in inside.problems}
    flagged = next(p for p in outside.record.problems if p.code == "code.outdated")
    assert flagged.fields == ("type",)
    assert flagged.params["last"] == "31.12.2022"
