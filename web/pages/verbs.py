"""What somebody can do with a task or a case besides deciding (退回, 转办, 加签, 催办 ...): a link each, to a page that asks once more.

A verb's own module has its page and says here when it is offered. From a task page a verb is a button of the work form, so that what
was typed is kept as a draft before its page opens.
"""

from collections.abc import Callable, Mapping
from typing import Any

from processes.actors import Actor
from web.pages import handing_on, signing, snoozing, taking_back, telling
from web.pages.verb import Verb

__all__ = ["Verb", "of_case", "of_task"]

OfTask = Callable[[Mapping[str, Any], Actor], list[Verb]]
#: of a case with all its tasks
OfCase = Callable[[Mapping[str, Any], list[dict[str, Any]], Actor], list[Verb]]

#: in the order of the buttons
_OF_TASK: tuple[OfTask, ...] = (
    taking_back.verbs_of_task,
    handing_on.verbs_of_task,
    signing.verbs_of_task,
    telling.copy_verbs_of_task,
    telling.circulation_verbs_of_task,
    snoozing.verbs_of_task,
)
_OF_CASE: tuple[OfCase, ...] = (
    telling.reminder_verbs,
    telling.copy_verbs,
    telling.circulation_verbs,
    handing_on.verbs_of_case,
    signing.verbs_of_case,
)


def of_task(task: Mapping[str, Any], actor: Actor) -> list[Verb]:
    """What the actor, who may work on the open task, can do with it."""
    return [verb for offered in _OF_TASK for verb in offered(task, actor)]


def of_case(case: Mapping[str, Any], tasks: list[dict[str, Any]], withdrawals: Mapping[str, Mapping[str, Any]], actor: Actor) -> list[Verb]:
    """What the actor, who knows the case, can do with it; `withdrawals`: of its tasks (web.pages.withdrawals.of_tasks)."""
    return [*taking_back.verbs_of_case(withdrawals), *(verb for offered in _OF_CASE for verb in offered(case, tasks, actor))]
