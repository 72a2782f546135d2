"""Runs a case until nothing moves by itself: every automatic element, the joins, the conditional events; then asks whether it is stuck."""

from SpiffWorkflow.util.task import TaskState

from engine import returning, sleeping
from engine.elements.waiting import Waiting
from engine.incidents import FAILURES, words
from engine.instances import Case
from engine.tokens import Token


def watch(case: Case) -> None:
    """Let the conditional events look whenever variables have changed."""
    case.turn.look = lambda: _fire_conditions(case)


def settle(case: Case) -> None:
    """Run what is ready, branch by branch, until the case is finished or waits."""
    while True:
        _run_ready(case)
        for workflow in case.running if case.status == "running" else ():
            workflow.look_around()
        if case.status != "running":
            return
        _fire_conditions(case)
        if case.returns and returning.tidy(case):
            continue
        if not case.turn.ready:
            break
    _look_whether_stuck(case)


def _run_ready(case: Case) -> None:
    """A branch runs until it waits, then the next one: what an element sets, the next one on its branch reads unchanged."""
    turn = case.turn
    changes = 0
    stack: list[Token] = []
    census = _Census(case)
    while (turn.ready or stack) and case.status == "running":
        stack.extend(reversed(turn.ready))
        turn.ready.clear()
        token = stack.pop()
        if not token.looked(changes):
            continue
        changes = turn.changes
        if token.state != TaskState.READY or not token.alive:
            continue
        exceeded = turn.exceeded(census.at_most())
        if exceeded is None:
            _run(token)
        else:
            token.hold(exceeded)


#: elements that are held because there are too many tokens, before the tokens are counted again
HELD_BETWEEN = 200


class _Census:
    """How many tokens the case has at most; they are counted again only when there might be too many, and then not for each of them."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._count()

    def _count(self) -> None:
        case = self._case
        self._found = sum(len(workflow.tasks) for workflow in case.running) + sleeping.sleeping_tokens(case)
        self._at = case.turn.counter
        self._held = 0

    def at_most(self) -> int:
        """Every token that has come since has taken a number."""
        turn = self._case.turn
        if self._found + turn.counter - self._at > turn.context.limits.tokens:
            self._held -= 1
            if self._held < 0:
                self._count()
                self._held = HELD_BETWEEN
        return self._found + turn.counter - self._at


def _run(token: Token) -> None:
    try:
        token.run()
    except FAILURES as problem:
        if not token.alive or token.state == TaskState.COMPLETED:
            raise
        token.fail(problem)


def _fire_conditions(case: Case) -> None:
    """Conditional events fire when their condition becomes true, whoever made it so."""
    for token in [t for t in case.tokens() if isinstance(t.task_spec, Waiting) and t.task_spec.kind == "conditional"]:
        if token.alive and token.state == TaskState.WAITING:
            try:
                if token.task_spec.condition_came_true(token):
                    token.task_spec.fire(token)
            except FAILURES as problem:
                token.fail(problem)


def _look_whether_stuck(case: Case) -> None:
    """A case must be finished, wait for somebody or something named, or have an incident."""
    if any(token.task_spec.waits_for_something(token) for token in case.tokens()):
        case.moves_again()
    elif case.stuck is None:
        number = case.turn.number()
        held = next((token for token in case.tokens() if token.state == TaskState.WAITING), case.task_tree)
        case.stuck = (number, held.id)
        held.record("incident_raised", code="stuck", message=words("stuck", {}), values={}, number=number)
