"""The choice of a branch where there are several: at headquarters, over lists and problems."""

from __future__ import annotations

from desktop_app.domain.classifiers import classifier
from desktop_app.window.choice import Choice
from desktop_app.window.context import Context


def branch_choice(context: Context) -> Choice:
    """Return the choice between all branches and each; a branch, which sees its own records only, is not asked."""
    made = Choice()
    made.setObjectName("branches")
    made.setAccessibleName(context.tr("ui.branch"))
    made.addItem(context.tr("ui.all_branches"), "")
    if context.branch:
        made.hide()
        return made
    for code in classifier("branches").codes:
        made.addItem(f"{code.code}  {code.label.get(context.language)}", code.code)
    return made
