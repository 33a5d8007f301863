"""Service departments of a branch (ХҚКБ)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from desktop_app.domain.fields import Count, Text
from desktop_app.domain.register import MUST, register


@register("department", titled_by=("name",), identity=(("name",),), other_names={"name": "name_other"})
@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """A department; the name in the branch's working language, the other one beside it."""

    name: Annotated[str | None, Text(), MUST] = None
    name_other: Annotated[str | None, Text()] = None
    address: Annotated[str | None, Text()] = None
    headcount: Annotated[int | None, Count()] = None
