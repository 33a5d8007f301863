"""Employees: one card a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from desktop_app.domain.fields import Coded, Iin, PersonName, Ref, Title
from desktop_app.domain.register import MUST, register


@register("person", titled_by=("name", "iin"), identity=(("iin",),), peers_by="iin")
@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Card of an employee; ``same_as`` is set when a person decided that two cards are one, and cleared to undo it."""

    name: Annotated[str | None, PersonName(), MUST] = None
    iin: Annotated[str | None, Iin()] = None
    department: Annotated[str | None, Ref("department")] = None
    position: Annotated[str | None, Title()] = None
    category: Annotated[str | None, Coded("position_categories")] = None
    same_as: Annotated[str | None, Ref("person")] = None
