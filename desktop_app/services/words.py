"""Problems and states in people's words; the one place where window, command line and prints take them from."""

from __future__ import annotations

from collections.abc import Callable

from desktop_app.core.clock import today
from desktop_app.core.i18n import Language, tr
from desktop_app.core.periods import Period
from desktop_app.core.problems import Problem
from desktop_app.domain.classifiers import branch_name, classifier
from desktop_app.domain.law.acts import citation
from desktop_app.domain.register import Rule, registers
from desktop_app.formdef.forms import form_of

_GROUP = 4


def problem_words(problem: Problem, language: Language, register: str = "") -> str:
    """Return what is wrong; where the message names a field, by its label in the register's form."""
    label = ""
    if register and problem.fields:
        found = form_of(register).fields.get(problem.fields[0])
        label = found.label.get(language) if found else ""
    return tr(language, f"rule.{problem.code}", **problem.params, field=label or problem.code)


def problem_advice(problem: Problem, language: Language) -> str:
    """Return what to do about it."""
    return tr(language, f"rule.{problem.code}.do", **problem.params)


def problem_sentences(problem: Problem, language: Language, register: str) -> str:
    """Return what is wrong and what to do, in one line."""
    return f"{problem_words(problem, language, register).rstrip('.')}. {problem_advice(problem, language)}"


def _rules() -> dict[str, Rule]:
    return {rule.code: rule for kind in registers().values() for rule in kind.rules}


def legal_source(
    problem: Problem, language: Language, period: int = 0, named: Callable[[str], str] | None = None
) -> str:
    """Return the article of law behind a problem, empty for checks of form only.

    Args:
        period: number of the record's month: the law is cited as it was at its end, today's without a month.
        named: gives the workspace's settings, some of which name acts.
    """
    rule = _rules().get(problem.code)
    if rule is None:
        return ""
    if problem.params.get("clause"):
        return classifier("norm_clauses").label(str(problem.params["clause"]), language)
    day = Period.from_number(period).last_day if period else today()
    return citation(str(problem.params.get("law", rule.source)), day, language, named)


def blocker_words(problem: Problem, language: Language) -> str:
    """Return why a month cannot be closed."""
    params: dict[str, object] = dict(problem.params)
    if "section" in params:
        params["section"] = form_of(str(params["section"])).plural.get(language)
    return tr(language, problem.code, **params)


def place_words(branch: str, language: Language) -> str:
    """Return the name of a branch, or of headquarters."""
    return branch_name(branch, language) if branch else tr(language, "ui.headquarters")


def short_digest(digest: str) -> str:
    """Return the first 64 bits of a digest in groups of four, for people to compare."""
    head = digest[:16].upper()
    return "-".join(head[place : place + _GROUP] for place in range(0, len(head), _GROUP))
