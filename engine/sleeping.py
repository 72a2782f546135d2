"""Instances that nobody has touched sleep: a text each, in the token that stands for all of them.

A thousand instances of a sub-process are thousands of tokens. To make them anew for every step of one of them would cost the square
of their number; so a state keeps each instance that only waits as a text, and it becomes tokens again when somebody touches it.
"""

from collections.abc import Iterator
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine import returning, rows, values
from engine.instances import Case, Running
from engine.tokens import Token

#: from this many instances on they sleep
MANY = 16
ASLEEP = "asleep"
_MESSAGES = ("message", "signal")


def put_to_sleep(case: Case) -> None:
    """Let every instance sleep that only waits; those inside an instance that sleeps are part of its text."""
    for workflow in case.running:
        for token in list(workflow.tasks.values()) if _is_running(case, workflow) else ():
            if token.task_spec.gathers_instances and token.alive:
                _put_instances(case, token)


def _is_running(case: Case, workflow: Running) -> bool:
    return workflow is case or case.subprocesses.get(getattr(workflow, "parent_task_id", None)) is workflow


def _put_instances(case: Case, many: Token) -> None:
    children = [child for child in many.children if child.task_spec is many.task_spec.inner]
    kept: dict[str, Any] = many.internal_data.get(ASLEEP) or {"tokens": 0, "listens": False, "texts": []}
    if len(children) + len(kept["texts"]) < MANY:
        return
    for child in children:
        tokens = list(_inside(case, child))
        if not _only_waits(tokens):
            continue
        kept["tokens"] += len(tokens)
        kept["listens"] = kept["listens"] or any(getattr(token.task_spec, "kind", None) in _MESSAGES for token in tokens)
        kept["texts"].append([child.id, _text(case, child), *_ranges(tokens)])
        _remove(case, child)
    if kept["texts"]:
        kept["texts"].sort()
        many.internal_data[ASLEEP] = kept


def _inside(case: Case, token: Token) -> Iterator[Token]:
    """The tokens of an instance, with those of the processes that it runs."""
    yield token
    inner = case.subprocesses.get(token.id)
    for below in [*token.children, *([] if inner is None else inner.task_tree.children)]:
        yield from _inside(case, below)


def _only_waits(tokens: list[Token]) -> bool:
    """Whether somebody or something named is waited for, and nothing that may move by itself when others change variables."""
    specs = [token.task_spec for token in tokens]
    moves = any(getattr(spec, "kind", None) == "conditional" or spec.looks_at_variables for spec in specs)
    failed = any(token.state == TaskState.ERROR for token in tokens)
    bound = any(returning.is_bound(token) for token in tokens)
    return not (moves or failed or bound) and any(spec.waits_for_something(token) for spec, token in zip(specs, tokens, strict=True))


def _text(case: Case, child: Token) -> str:
    inner = [rows.of_inner(token.id, case.subprocesses[token.id]) for token in _inside(case, child) if token.id in case.subprocesses]
    return values.dumps([rows.of_tree(child), inner]).decode()


def _remove(case: Case, child: Token) -> None:
    for token in list(_inside(case, child)):
        case.subprocesses.pop(token.id, None)
        del token.workflow.tasks[token.id]
    child.parent._children.remove(child.id)


def rouse(case: Case, number: int) -> None:
    """Wake the instances whose text names a number that no token has: of a token or a job."""
    if case.find(number) is not None:
        return
    # as a token begins its row, and as a job is written that was made anew
    row, job = f"[{number},", f'"job":{number}'
    for many in _sleepers(case):
        texts = many.internal_data[ASLEEP]["texts"]
        # mostly a token is meant, and then nothing else has its number
        meant = [one for one in texts if row in one[1]] or [one for one in texts if job in one[1] or _is_in(number, one[2:])]
        for entry in meant:
            _wake(many, entry)


def _ranges(tokens: list[Token]) -> list[list[int]]:
    """The numbers of user tasks that are only numbers, as (first, how many)."""
    opened = (token.internal_data["open"] for token in tokens if "open" in token.internal_data)
    return [[first, len(places)] for first, places in opened]


def _is_in(number: int, ranges: list[list[int]]) -> bool:
    return any(first <= number < first + count for first, count in ranges)


def rouse_listeners(case: Case) -> None:
    """Wake the instances among which some wait for a message or a signal."""
    for many in _sleepers(case):
        if many.internal_data[ASLEEP]["listens"]:
            rouse_all(many)


def rouse_all(many: Token) -> None:
    """Wake all instances of one activity."""
    for entry in list(many.internal_data.get(ASLEEP, {"texts": ()})["texts"]):
        _wake(many, entry)


def sleeping_tokens(case: Case) -> int:
    """How many tokens sleep."""
    return sum(many.internal_data[ASLEEP]["tokens"] for many in _sleepers(case))


def _sleepers(case: Case) -> list[Token]:
    return [token for token in case.tokens() if ASLEEP in token.internal_data]


def _wake(many: Token, entry: list[Any]) -> None:
    kept, turn, case = many.internal_data[ASLEEP], many.turn, many.workflow.top_workflow
    clock = turn.clock
    tree, inner = values.loads(entry[1])
    made = {token.id: token for token in rows.restore_tokens(many.workflow, tree)}
    # an instance has its place among the others, whenever it is woken
    many._children.sort()
    for row in inner:
        # the process of an activity that is just being taken back is no process of the case any more
        made.update(rows.restore_inner(case, made[row[0]], row).tasks)
    turn.clock = clock
    kept["texts"].remove(entry)
    kept["tokens"] -= len(tree) + sum(len(row[-1]["tokens"]) - 1 for row in inner)
    if not kept["texts"]:
        del many.internal_data[ASLEEP]
