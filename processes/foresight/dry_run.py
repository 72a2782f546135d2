"""Following a case ahead by dry runs: everybody agrees, nobody fills in anything new.

A step is certain as long as no condition on the way has read what is not known yet: an outcome, a field that somebody may still fill
in, whatever was computed from them. Branches that depend on nothing unknown are followed first, so that as much as can be is certain.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any, NamedTuple

from engine.context import Context
from engine.decided import AGREED
from engine.errors import EngineError
from engine.triggers import CompleteJob, CompleteUserTask, FireTimer, Trigger
from forms import outcomes
from processes import contexts, deployed
from processes.connectors import TOPICS
from processes.foresight import drawn
from processes.foresight.findings import Depends, Event, Foreseen

#: dry runs of one forecast
MOST_RUNS = 25
_GATEWAYS = frozenset({"exclusiveGateway", "inclusiveGateway", "complexGateway"})


class _After(NamedTuple):
    """A case after one step that may be taken."""

    state: bytes
    events: Sequence[Event]
    ended: bool
    variables: Set[str]


class DryRun:
    """A case as it would be after some steps that nobody has taken."""

    def __init__(self, context: Context, document: contexts.Document, state: bytes | None, unknown: Iterable[str] = ()) -> None:
        self.context, self.document, self.state = context, document, state
        self.unknown = set(unknown)
        self.variables: Set[str] = frozenset()
        self.steps: list[Foreseen] = []
        self.open: dict[int, Event] = {}
        self.jobs: dict[int, Event] = {}
        self.timers: dict[int, Event] = {}
        self.depends: Depends | None = None
        self.ended = False
        self.stopped = False
        self._ways: dict[str, Foreseen] = {}
        #: tasks whose decision is looked at afterwards
        self._postponed: set[int] = set()
        self._runs = MOST_RUNS

    def begin(self, trigger: Trigger) -> None:
        """The step that is being decided; raises EngineError where it cannot be taken."""
        self._take(self._run(trigger), first=True)

    def follow(self) -> bool:
        """Go on while everybody agrees; whether the way was followed to its end."""
        while not self.ended and self._runs > 0:
            if not (self._next_job() or self._next_certain() or self._next_uncertain() or self._next_timer()):
                break
        return self.ended

    def _run(self, trigger: Trigger) -> _After:
        self._runs -= 1
        outcome, self.context, self.document = contexts.advance(self.state, trigger, self.context, self.document)
        events = [event.to_document() for event in outcome.events]
        return _After(outcome.state, events, outcome.status != "running", outcome.variables.keys())

    def _next_job(self) -> bool:
        """Our own connectors give no variables."""
        for number, event in list(self.jobs.items()):
            del self.jobs[number]
            if event["details"]["topic"] in TOPICS:
                return self._tried(CompleteJob(number, event["element_id"], tuple(event["path"]), {}))
            self._note(Foreseen("work", event["definition"], event["element_id"], _name(event), self.depends))
            self.stopped = True
        return False

    def _next_certain(self) -> bool:
        """A task whose decision leads on whatever it says."""
        if self.depends is not None:
            return False
        for number in [one for one in self.open if one not in self._postponed]:
            found = self._decided(self.open[number])
            if found is None:
                del self.open[number]
                continue
            after, unknown = found
            if not _reads(after.events, unknown) and not self._may_be_interrupted(self.open[number]):
                self.unknown = unknown
                self._take(after)
                return True
            self._postponed.add(number)
        return False

    def _next_uncertain(self) -> bool:
        """All that is left depends on what somebody says: what follows comes only where they agree."""
        for number, event in list(self.open.items()):
            found = self._decided(event)
            if found is not None:
                after, self.unknown = found
                if self._may_be_interrupted(event):
                    self.depends = self.depends or Depends("interrupted", **_at(event))
                self._take(after)
                return True
            del self.open[number]
        return False

    def _may_be_interrupted(self, event: Event) -> bool:
        elements = self._entry(event)[0].outline["elements"]
        return drawn.may_be_interrupted(elements, event["element_id"], alone=len(self.open) == 1)

    def _next_timer(self) -> bool:
        """Nothing but the time is waited for."""
        for number, event in list(self.timers.items()):
            del self.timers[number]
            return self._tried(FireTimer(number, event["element_id"], tuple(event["path"])))
        return False

    def _tried(self, trigger: Trigger) -> bool:
        try:
            after = self._run(trigger)
        except EngineError:
            return False
        self._take(after)
        return True

    def _decided(self, event: Event) -> tuple[_After, set[str]] | None:
        """What follows if whoever has a task agrees; None where that cannot be told."""
        if self._runs <= 0:
            return None
        definition, entry = self._entry(event)
        unknown = self.unknown | drawn.written_by_people(definition, event["element_id"], entry)
        details = event["details"]
        people = [details["assignee"]] if details["assignee"] else details["candidate_users"]
        alone = people[0] if len(people) == 1 and not details["candidate_groups"] else None
        outcome = _agreeing(details["properties"].get("outcomes"))
        empty = dict.fromkeys(sorted(drawn.fields_of(definition, entry) - self.variables - details["local"].keys()))
        trigger = CompleteUserTask(event["number"], event["element_id"], tuple(event["path"]), empty, outcome, None, alone)
        try:
            return self._run(trigger), unknown
        except EngineError:
            return None

    def _entry(self, event: Event) -> tuple[deployed.Definition, Mapping[str, Any]]:
        definition = deployed.definition(event["definition"])
        return definition, definition.outline["elements"].get(event["element_id"]) or {}

    def _take(self, after: _After, *, first: bool = False) -> None:
        self.state, self.ended, self.variables = after.state, after.ended, after.variables
        skipped = {event["number"]: event["details"] for event in after.events if event["type"] == "user_task_skipped"}
        seen: dict[int, dict[str, Any]] = {}
        for event in after.events:
            learn(event, self.unknown)
            self._look(event, seen, skipped, first=first)

    def _look(self, event: Event, seen: dict[int, dict[str, Any]], skipped: Mapping[int, Any], *, first: bool) -> None:
        match event["type"]:
            case "condition_evaluated":
                self._look_at_condition(event, seen)
            case "user_task_created":
                self._note(self._task(event, skipped.get(event["number"]), first=first))
                if event["number"] not in skipped:
                    self.open[event["number"]] = event
            case "user_task_completed" | "user_task_cancelled" | "user_task_skipped":
                self.open.pop(event["number"], None)
            case "end_event_reached" if event["details"]["top"]:
                self._note(Foreseen("end", event["definition"], event["element_id"], _name(event), self.depends))
            case "incident_raised":
                self._look_at_incident(event)
            case _:
                self._look_at_work(event)

    def _look_at_work(self, event: Event) -> None:
        """What goes on by itself, and what somebody outside has to do."""
        if event["type"] == "job_created":
            self.jobs[event["number"]] = event
        elif event["type"] in ("timer_scheduled", "subscription_created"):
            kind = self._entry(event)[1].get("type")
            if event["type"] == "timer_scheduled" and kind == "intermediateCatchEvent":
                self.timers[event["number"]] = event
            elif event["type"] == "subscription_created" and kind in ("intermediateCatchEvent", "receiveTask"):
                self._note(Foreseen("work", event["definition"], event["element_id"], _name(event), self.depends))
                self.stopped = True

    def _look_at_condition(self, event: Event, seen: dict[int, dict[str, Any]]) -> None:
        details = event["details"]
        read = {**seen.get(event["number"], {}), **details["values"]}
        seen[event["number"]] = read
        names = tuple(sorted(read.keys() & self.unknown))
        if not details["result"] or not names:
            return
        self.depends = self.depends or Depends("condition", **_at(event), **_flow(details), names=names)
        self._other_ways(event, details["flow_id"], names)

    def _look_at_incident(self, event: Event) -> None:
        """A way that cannot be told yet, or that would stop."""
        definition, entry = self._entry(event)
        missing = event["details"]["values"].get("name") if event["details"]["code"] == "unknown_variable" else None
        names = (missing,) if isinstance(missing, str) else ()
        if entry.get("type") in _GATEWAYS and (names or self.unknown):
            self._other_ways(event, None, names)
        else:
            unfilled = Depends("field", names=tuple(sorted(self.unknown))) if self.unknown else None
            self._note(Foreseen("stuck", definition.id, event["element_id"], _name(event), self.depends or unfilled))
        self.stopped = True

    def _other_ways(self, event: Event, taken: str | None, names: tuple[str, ...]) -> None:
        """What comes first where a gateway decides otherwise."""
        definition, entry = self._entry(event)
        elements = definition.outline["elements"]
        for flow_id in entry.get("outgoing") or []:
            flow = elements[flow_id]
            if flow_id == taken:
                continue
            told = {"flow_id": flow_id, "flow_name": flow.get("name") or None, "expression": flow.get("condition")}
            depends = Depends("condition", **_at(event), **told, names=names)
            for element_id, target in drawn.first_tasks(elements, flow_id):
                kind = "user_task" if target["type"] == "userTask" else "end"
                found = Foreseen(kind, definition.id, element_id, target.get("name") or element_id, depends, other_way=True)
                self._ways.setdefault(element_id, found)

    def other_ways(self) -> list[Foreseen]:
        """First steps of the ways that are not taken where everybody agrees, and that the way does not come to anyway."""
        met = {step.element_id for step in self.steps}
        return [way for element_id, way in self._ways.items() if element_id not in met]

    def _task(self, event: Event, skip: Mapping[str, Any] | None, *, first: bool) -> Foreseen:
        details, (_, entry) = event["details"], self._entry(event)
        names = tuple(sorted(drawn.read_by_people(event["element_id"], entry) & self.unknown))
        return Foreseen(
            "user_task",
            event["definition"],
            event["element_id"],
            details["name"],
            self.depends or (None if first else self._depends_of_its_own(event, entry)),
            tuple([details["assignee"]] if details["assignee"] else details["candidate_users"]),
            tuple(details["candidate_groups"] if not details["assignee"] else ()),
            Depends("field", names=names) if names else None,
            tuple(details.get("found_by") or ()),
            bool(details.get("nobody")),
            skip,
        )

    def _depends_of_its_own(self, event: Event, entry: Mapping[str, Any]) -> Depends | None:
        """A task that may be passed by because of who agrees before, or that comes again only as long as the others allow it."""
        properties, many = entry.get("properties") or {}, entry.get("multi_instance") or {}
        if (properties.get("when_approved") or self.context.edges.approved) != "ask":
            return Depends("approved", **_at(event))
        if many.get("sequential") and (many.get("completion_condition") or properties.get("decide")) and event["path"][-1:] != [0]:
            return Depends("vote", **_at(event))
        return Depends("repeated", **_at(event)) if entry.get("loop") else None

    def _note(self, step: Foreseen) -> None:
        """Instances of one element are one step."""
        for place, other in enumerate(self.steps):
            same = (other.element_id, other.definition_id, other.kind) == (step.element_id, step.definition_id, step.kind)
            if same and step.kind == "user_task" and other.skipped is None and step.skipped is None:
                self.steps[place] = other.joined(step)
                return
            if same and step.kind != "user_task":
                return
        self.steps.append(step)


def learn(event: Event, unknown: set[str]) -> None:
    """What is computed from something unknown is unknown, what is computed anew from what is known is known."""
    if event["type"] != "variables_changed" or event["element_id"] is None or not unknown:
        return
    changed = event["details"]["changes"].keys()
    read = drawn.read_to_compute(event["definition"], event["element_id"])
    if read is None or read & unknown:
        unknown.update(changed)
    else:
        unknown.difference_update(changed)


def _reads(events: Iterable[Event], unknown: set[str]) -> bool:
    """Whether a condition in these events has read something unknown; one that fails has as well."""
    known_not = set(unknown)
    for event in events:
        learn(event, known_not)
        looks = event["type"] == "condition_evaluated" or (event["type"] == "element_left" and "values" in event["details"])
        if event["type"] == "incident_raised" or (looks and event["details"]["values"].keys() & known_not):
            return True
    return False


def _name(event: Event) -> str:
    return event["element_name"] or event["element_id"] or ""


def _at(event: Event) -> dict[str, Any]:
    return {"element_id": event["element_id"], "element_name": event["element_name"]}


def _flow(details: Mapping[str, Any]) -> dict[str, Any]:
    return {name: details.get(name) for name in ("flow_id", "flow_name", "expression")}


def _agreeing(rule: Any) -> str | None:
    """The outcome that is followed: agreeing, else the first one."""
    named = [one["value"] for one in outcomes.parse(None if rule is None else str(rule))]
    return AGREED if AGREED in named else next(iter(named), None)
