"""Finding an open user task by its number, whether it is a token, one of many numbers, or part of what sleeps."""

from SpiffWorkflow.util.task import TaskState

from engine import sleeping
from engine.elements.repeats import MultiInstance
from engine.elements.tasks import UserTask
from engine.errors import NotWaiting
from engine.instances import Case
from engine.tokens import Token


def open_task(case: Case, number: int, element_id: str) -> Token:
    """The token of an open user task; raises NotWaiting."""
    sleeping.rouse(case, number)
    token = case.find(number) or _wake(case, number)
    if token is None or token.task_spec.drawn != element_id or not _is_open(token):
        raise NotWaiting("user_task_not_open", number=number, element_id=element_id)
    return token


def _is_open(token: Token) -> bool:
    return isinstance(token.task_spec, UserTask) and token.state == TaskState.READY


def _wake(case: Case, number: int) -> Token | None:
    for token in list(case.tokens()):
        if isinstance(token.task_spec, MultiInstance) and "open" in token.internal_data:
            child = token.task_spec.wake(token, number)
            if child is not None:
                return child
    return None


def rouse_everything(case: Case) -> None:
    """Wake all instances that sleep: somebody may have to be found who has no number any more."""
    while any(sleeping.ASLEEP in token.internal_data for token in case.tokens()):
        for token in list(case.tokens()):
            sleeping.rouse_all(token)
