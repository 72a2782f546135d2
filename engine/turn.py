"""One step of a case: its clock, its numbers, what it may still use up, and the events it has caused so far.

Ids and order come from counters that are part of the state, time comes from the context: the same triggers in the same
contexts give the same bytes.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from engine.context import Context
from engine.errors import ElementFailed
from engine.expressions import OfficeFunctions
from engine.outcome import Event

if TYPE_CHECKING:
    from engine.library import Library
    from engine.tokens import Token

#: automatic elements of one instance that are free of charge
STEPS_OF_AN_INSTANCE = 20
#: how many times the limit of steps the instances of a whole step may add
SPARE = 40


class Turn:
    """Everything that lives as long as one step."""

    def __init__(self, library: "Library", context: Context, counter: int = 0, clock: int = 0) -> None:
        self.library = library
        self.context = context
        self.counter = counter
        self.clock = clock
        self.steps = context.limits.steps
        #: budgets of steps left: when an endless branch has used up the first, the others get one more
        self.budgets = 2
        #: steps that many instances may ask for in addition, all of them together
        self.spare = context.limits.steps * SPARE
        #: instances that all multi-instances of the step have begun
        self.instances = 0
        self.events: list[Event] = []
        #: (kind, key) of called processes, decisions and people that are needed and that the context does not name
        self.wanted: set[tuple[str, str]] = set()
        #: why tokens are being taken back just now
        self.reason = "cancelled"
        #: automatic tokens that have become ready, in the order in which they may run
        self.ready: list[Token] = []
        #: how often variables have changed, and what looks at the conditional events then
        self.changes = 0
        self.look: Callable[[], None] = lambda: None
        #: functions of the expression language for this moment, made when they are first needed
        self.functions: OfficeFunctions | None = None

    def number(self) -> int:
        """The next number of the case: of a token, a timer, a job, a subscription, an incident."""
        self.counter += 1
        return self.counter

    def tick(self) -> int:
        """The next moment of the case's own clock, by which whatever waits is ordered."""
        self.clock += 1
        return self.clock

    @contextmanager
    def because(self, reason: str) -> Iterator[None]:
        """What is taken back inside is taken back for this reason."""
        before, self.reason = self.reason, reason
        yield
        self.reason = before

    def allow(self, instances: int) -> None:
        """Grant more steps because so many instances begin at once, each with a few elements of its own.

        Raises ElementFailed where the step has begun too many, so that instances within instances end before they are made.
        """
        self.instances += instances
        if self.instances > self.context.limits.tokens:
            raise ElementFailed("limit", limit="tokens", maximum=self.context.limits.tokens)
        more = min(self.spare, instances * STEPS_OF_AN_INSTANCE)
        self.spare -= more
        self.steps += more

    def exceeded(self, tokens: int) -> ElementFailed | None:
        """Count one more element that is about to run beside so many tokens; returns why it may not."""
        limits = self.context.limits
        if tokens > limits.tokens:
            return ElementFailed("limit", limit="tokens", maximum=limits.tokens)
        self.steps -= 1
        if self.steps >= 0:
            return None
        self.budgets -= 1
        if self.budgets > 0:
            self.steps = limits.steps
        return ElementFailed("limit", limit="steps", maximum=limits.steps)

    def record(self, kind: str, token: "Token", number: int | None = None, path: tuple[int, ...] | None = None, /, **details: Any) -> None:
        """Note that something happened at the element of `token`; `number` and `path` name another subject there than the token."""
        spec = token.task_spec
        self.changes += kind == "variables_changed"
        self.events.append(
            Event(
                kind,
                spec.drawn,
                spec.bpmn_name,
                token.id if number is None else number,
                token.path if path is None else path,
                token.workflow.spec.definition,
                details,
            )
        )

    def record_case(self, kind: str, definition: str, /, **details: Any) -> None:
        """Note that something happened to the case as a whole."""
        self.changes += kind == "variables_changed"
        self.events.append(Event(kind, None, None, None, (), definition, details))
