"""Every register × form × language: labels, messages, laws, codes."""

from __future__ import annotations

import json
import re

import pytest

from desktop_app.core.i18n import LANGUAGES, catalogue, tr
from desktop_app.core.paths import FORMS, RESOURCES
from desktop_app.core.problems import Problem
from desktop_app.domain.classifiers import classifier
from desktop_app.domain.fields import Coded, Ref
from desktop_app.domain.reading import read
from desktop_app.domain.register import monthly_registers, registers
from desktop_app.formdef.forms import FormFault, form_of, read_form
from desktop_app.services.printing import reports
from desktop_app.services.words import legal_source

CODES = sorted(registers())


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_has_a_label(code: str, language: str) -> None:
    form = form_of(code)
    for field in form.register.fields:
        assert form.label(field.name).get(language)  # type: ignore[arg-type]
    assert form.name.get(language)  # type: ignore[arg-type]


@pytest.mark.parametrize("code", CODES)
def test_codes_and_links_exist(code: str) -> None:
    kind = registers()[code]
    for field in kind.fields:
        if isinstance(field.type, Coded):
            assert classifier(field.type.of).codes
        if isinstance(field.type, Ref):
            assert field.type.to in registers()
    for name in kind.tallied:
        assert isinstance(kind.by_name[name].type, Coded)


@pytest.mark.parametrize("kind", monthly_registers(), ids=lambda k: k.code)
def test_monthly_registers_can_be_listed_printed_imported(kind) -> None:
    form = form_of(kind.code)
    assert form.list_columns
    assert form.sorted_by
    assert form.workbook
    assert form.print.rows in kind.tallied
    assert set(form.print.columns) <= set(kind.tallied)
    assert kind.code in {item.name for item in reports()}


def test_catalogues_have_the_same_messages_and_blanks() -> None:
    whole = {language: catalogue(language) for language in LANGUAGES}
    keys = {language: set(messages) for language, messages in whole.items()}
    assert keys["kk"] == keys["ru"] == keys["en"]
    for key in keys["kk"]:
        blanks = {language: set(re.findall(r"\{(\w+)", whole[language][key])) for language in LANGUAGES}
        assert blanks["kk"] == blanks["ru"] == blanks["en"], key
        assert all(whole[language][key].strip() for language in LANGUAGES), key


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_says_what_is_wrong_what_to_do_and_by_which_law(code: str, language: str) -> None:
    messages = catalogue(language)  # type: ignore[arg-type]
    for rule in registers()[code].rules:
        assert messages[f"rule.{rule.code}"]
        assert messages[f"rule.{rule.code}.do"]
        assert legal_source(Problem(rule.code, rule.severity), language)  # type: ignore[arg-type]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_code_in_the_sources_exists(language: str) -> None:
    messages = catalogue(language)  # type: ignore[arg-type]
    root = FORMS.parent / "desktop_app"
    text = "\n".join(p.read_text("utf-8") for p in root.rglob("*.py"))
    found = set(
        re.findall(r'(?:Refusal|UsageFault|EnvironmentFault|FileRefusal|FormFault)\(\s*"([a-z_.]+)"', text)
    )
    found |= set(re.findall(r'\btr\((?:language(?:\(\))?, )?"([a-z_.0-9]+)"', text))
    found |= set(re.findall(r'(?:self\.words|context\.tr|say)\(\s*"([a-z_.]+\.[a-z_]+)"', text))
    missing = {code for code in found if code not in messages}
    assert not missing


@pytest.mark.parametrize("name", sorted(p.stem for p in (RESOURCES / "classifiers").glob("*.json")))
def test_classifier_files_are_json(name: str) -> None:
    json.loads((RESOURCES / "classifiers" / f"{name}.json").read_text("utf-8"))


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_label_of_a_code_is_read_back(code: str, language: str) -> None:
    for field in registers()[code].fields:
        if isinstance(field.type, Coded):
            for item in classifier(field.type.of).codes:
                shown = field.type.show(item.code, language)  # type: ignore[arg-type]
                assert read(field.type, shown).value == item.code, shown


def test_form_faults_name_file_place_and_field(tmp_path) -> None:
    broken = (FORMS / "department.toml").read_text("utf-8").replace('sort = ["name"]', 'sort = ["nmae"]')
    path = tmp_path / "department.toml"
    path.write_text(broken, "utf-8")
    with pytest.raises(FormFault) as fault:
        read_form(path)
    words = tr("ru", fault.value.code, **fault.value.params)
    assert "department.toml" in words
    assert "nmae" in words
