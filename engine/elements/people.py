"""Whom a user task asks: the rules of the diagram, answered by whoever knows the organisation, and what happens at the edges.

The engine knows no organisation: it asks (`Outcome.wanted`, kind "people"), and the step is taken again with the answers in its context.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from engine import buttons, decided
from engine.asking import applicant_of, ask, waits_for_answers
from engine.elements.decision_found import decision_of
from engine.errors import ElementFailed
from engine.evaluation import fill, functions, is_template
from engine.people_rules import APPLICANT, CHOSEN, MOST_LEVELS, Edges, Rule, RuleRefused, edges_of, parse, parts, say, texts_of

Details = dict[str, Any]
_STARTER = re.compile(r"\s*[$#]\{\s*starter\s*\}\s*|=\s*starter\s*")


@dataclass
class Entry:
    """One rule of a task, and whom it found."""

    #: the text as drawn
    text: str
    kind: str
    arguments: list[str]
    people: list[str] = field(default_factory=list)
    #: names whose holders may act, whoever that is tomorrow
    groups: list[str] = field(default_factory=list)
    skipped: list[Details] = field(default_factory=list)
    #: the units in which somebody was found at last, where the one asked for had nobody
    units: list[str] = field(default_factory=list)
    #: an argument is empty
    empty: bool = False
    #: arguments that name no unit and nobody
    unknown: list[str] = field(default_factory=list)

    def take(self, answer: Details) -> None:
        """Take over what the organisation says."""
        self.people += [login for login in answer["people"] if login not in self.people]
        self.skipped += [one for one in answer.get("skipped", ()) if one not in self.skipped]
        self.units += [unit for unit in answer.get("climbed", ()) if unit not in self.units]
        self.unknown += [answer["unknown"]] if answer.get("unknown") else []

    def to_document(self, organisation: Details) -> Details:
        """The rule as the record keeps it."""
        told = {
            "rule": self.text,
            "kind": self.kind,
            "arguments": self.arguments,
            "words": say(self.kind, self.arguments),
            "people": self.people,
            "skipped": self.skipped,
            "organisation": organisation,
        }
        more = {"live": bool(self.groups), "units": self.units, "empty": self.empty, "unknown": self.unknown}
        return {**told, **{name: value for name, value in more.items() if value}}


class Asking:
    """Finds the people of one task."""

    def __init__(self, token: Any, element_id: str) -> None:
        self.token, self.element_id = token, element_id
        self.turn = token.turn
        case = token.workflow.top_workflow
        self.applicant = applicant_of(case)
        self.agreed: Callable[..., frozenset[str]] = lambda **how: decided.agreed(case, **how)

    def person(self, text: str) -> list[Entry]:
        """The rule of a text that names people."""
        return self._entries(text, "person")

    def name(self, text: str) -> list[Entry]:
        """The rule of a text that names roles, departments, posts or people."""
        return self._entries(text, "name")

    def told(self, name: str) -> Entry:
        """A rule or a name that a variable or a decision table gives: nothing in it is computed, and it asks no further decision."""
        drawn = None if name.startswith("=") or is_template(name) else read(name)
        if drawn is None or drawn.kind == "decision" or any(argument.startswith("=") for argument in drawn.arguments):
            return self._named(name, name, "name")
        return self.by_rule(name, drawn)

    def _entries(self, text: str, plain: str) -> list[Entry]:
        drawn = read(text)
        if drawn is None:
            found = [self._named(name, text, plain) for name in names(fill(self.token, text))]
            return found or [Entry(text, "expression", [text], empty=True)]
        return self._decision(text, drawn) if drawn.kind == "decision" else [self.by_rule(text, drawn)]

    def _named(self, name: str, text: str, plain: str) -> Entry:
        kind = "starter" if _STARTER.fullmatch(text) else plain
        entry = Entry(text, kind, [name] if kind == "name" else [])
        entry.take(ask(self.turn, "name" if plain == "name" else "login", name))
        entry.groups = [name] if plain == "name" else []
        return entry

    def _decision(self, text: str, drawn: Rule) -> list[Entry]:
        """A decision table names people as a diagram does; it asks no further decision."""
        reference = str(fill(self.token, drawn.arguments[0]))
        result = decision_of(self.token, reference).evaluate(self.token.data, functions(self.token))
        found = [self.told(name) for row in result.outputs for value in row.values() for name in names(value)]
        nobody = [Entry(text, "decision", [reference])]
        for entry in found:
            entry.text = f"{text}：{entry.text}"
        return found or nobody

    def by_rule(self, text: str, drawn: Rule) -> Entry:
        """Whom a rule finds."""
        first = drawn.arguments[0] if drawn.arguments else None
        entry = Entry(text, drawn.kind, list(drawn.arguments))
        match drawn.kind:
            case "starter":
                self._logins(entry, [self.applicant])
            case "chosen":
                self._logins(entry, names(self.token.data.get(CHOSEN + self.element_id)))
            case "line":
                self._places(entry, first, lambda line: entry.take(ask(self.turn, "line", line[1])), 0)
            case "role":
                self._role(entry, drawn)
            case "superior" | "superiors":
                levels = self._levels(drawn)
                entry.arguments[1:] = [str(levels)]
                self._places(entry, first, lambda place: entry.take(ask(self.turn, drawn.kind, place, levels)), 0)
            case _:
                self._places(entry, first, lambda place: entry.take(ask(self.turn, drawn.kind, place)), 0)
        return entry

    def _logins(self, entry: Entry, logins: Iterable[str | None]) -> None:
        found = [login for login in logins if login]
        entry.empty = not found
        for login in found:
            entry.take(ask(self.turn, "login", login))

    def _role(self, entry: Entry, drawn: Rule) -> None:
        role = str(fill(self.token, drawn.arguments[0]))
        entry.arguments[0] = role

        def within(place: list[Any]) -> None:
            unit = ask(self.turn, "department", place).get("unit")
            if unit is not None:
                entry.groups.append(f"{role}@{unit}")
                entry.take(ask(self.turn, "name", f"{role}@{unit}"))

        self._places(entry, drawn.arguments[1], within, 1)

    def _places(self, entry: Entry, argument: str | None, use: Callable[[list[Any]], None], number: int) -> None:
        """Every unit or person that an argument means; an empty one finds nobody."""
        if argument in APPLICANT:
            places = [["person", self.applicant]] if self.applicant else []
        else:
            values = names(fill(self.token, argument))
            entry.arguments[number] = "、".join(values)
            places = [["unit", value] for value in values]
        entry.empty = not places
        for place in places:
            use(place)

    def _levels(self, drawn: Rule) -> int:
        value = fill(self.token, drawn.arguments[1]) if len(drawn.arguments) > 1 else 1
        if isinstance(value, str) and len(value) <= 40 and value.strip().isascii() and value.strip().isdecimal():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int | Decimal) or value != int(value) or not 1 <= value <= MOST_LEVELS:
            raise ElementFailed("people_levels", value=str(value)[:40], rule=drawn.arguments[0], maximum=MOST_LEVELS)
        return int(value)


def read(text: str) -> Rule | None:
    """The rule that a text is; None for a name or an expression. Raises ElementFailed: the gate has seen what is drawn, but not what
    variables, decision tables and settings say, nor what was deployed before rules had a meaning."""
    try:
        return parse(text)
    except RuleRefused as refusal:
        raise ElementFailed("people_rule", rule=text.strip()[:80]) from refusal


def names(value: Any) -> list[str]:
    """Names in a value: a list, or a text with commas between; commas inside brackets do not separate."""
    several = value if isinstance(value, list) else [value]
    found: list[str] = []
    for one in several:
        text = "" if one is None else str(one)
        pieces = parts(text) if "(" in text or "（" in text else text.replace("，", ",").split(",")
        found += [piece.strip() for piece in pieces if piece.strip()]
    return list(dict.fromkeys(found))


class Asked:
    """The people of a task after its edges, and whether it is passed by."""

    def __init__(self, token: Any, element_id: str, drawn: Details, plain: Details, edges: Edges) -> None:
        self.asking, self.drawn, self.plain, self.edges = Asking(token, element_id), drawn, plain, edges
        self.found: list[Entry] = []
        self.more: list[Entry] = []
        self.fixed = False
        self.assigned = False
        self.skip: Details | None = None
        self._find()
        self.people = list(dict.fromkeys(login for entry in self.found for login in entry.people))
        if waits_for_answers(token.turn):
            return
        self._look_at_applicant()
        self._look_at_nobody()
        self._look_at_agreed()

    def _find(self) -> None:
        if self.drawn.get("assignee"):
            self.found = self.asking.person(self.drawn["assignee"])
            self.assigned = any(entry.people for entry in self.found)
        if not self.assigned:
            for text in self.drawn.get("candidate_users") or []:
                self.found += self.asking.person(text)
            for text in self.drawn.get("candidate_groups") or []:
                self.found += self.asking.name(text)

    def _concerns(self, edge: str) -> bool:
        """A default concerns only tasks at which people agree or refuse; what a task draws itself concerns it in any case."""
        properties = self.drawn.get("properties") or {}
        return edge in properties or decided.AGREED in buttons.drawn(properties.get("outcomes"))

    def _look_at_applicant(self) -> None:
        """Applicants do not decide their own, unless the rule asks just them."""
        applicant, edge = self.asking.applicant, self.edges.applicant
        finders = [entry for entry in self.found if applicant in entry.people]
        if edge == "decide" or not finders or any(entry.kind == "starter" for entry in finders) or not self._concerns("when_applicant"):
            return
        others = [login for login in self.people if login != applicant]
        self._without(applicant, finders, others)
        if others:
            return
        if edge == "skip":
            self.skip = {"why": "applicant", "rule": "when_applicant: skip"}
            return
        entry = Entry("when_applicant: superior", "applicants_superior", [])
        entry.take(ask(self.asking.turn, "superior", ["person", applicant], 1))
        self.more.append(entry)
        self.people = list(entry.people)

    def _without(self, applicant: str | None, finders: list[Entry], others: list[str]) -> None:
        for entry in finders:
            entry.people = [login for login in entry.people if login != applicant]
            entry.skipped = [*entry.skipped, {"login": applicant, "why": "applicant"}]
        self.people, self.fixed = others, True

    def _look_at_nobody(self) -> None:
        if self.people or self.skip or waits_for_answers(self.asking.turn):
            return
        match self.edges.nobody:
            case "administrator":
                return
            case "skip":
                if self._concerns("when_nobody"):
                    self.skip = {"why": "nobody", "rule": "when_nobody: skip"}
            case "refuse":
                raise ElementFailed("nobody_found", rule="；".join(entry.text for entry in self.found))
            case names_of_others:
                self._instead(names_of_others)

    def _instead(self, text: str) -> None:
        for one in [piece for part in names(text) for piece in self.asking.name(part)]:
            one.text = f"when_nobody: {one.text}"
            self.more.append(one)
            self.people += [login for login in one.people if login not in self.people]
        self.fixed = bool(self.people)

    def _look_at_agreed(self) -> None:
        """Nobody is asked who would be asked again: only where everybody found has agreed already is the task passed by."""
        if self.edges.approved == "ask" or not self.people or self.skip or waits_for_answers(self.asking.turn):
            return
        agreed = self.asking.agreed(last=self.edges.approved == "skip_consecutive")
        if set(self.people) <= agreed and self._concerns("when_approved"):
            self.skip = {"why": "approved", "rule": f"when_approved: {self.edges.approved}"}

    def to_details(self) -> Details:
        """What the event says: the people, and by which rules."""
        organisation = dict(self.asking.turn.context.organisation)
        told = [entry.to_document(organisation) for entry in (*self.found, *self.more)]
        nobody = {} if self.people or self.skip else {"nobody": True}
        return {**self._who(), "found_by": told, **nobody}

    def _who(self) -> Details:
        """Roles stay as drawn, so that whoever takes one tomorrow finds the task; everybody else is found now."""
        drawn = self.drawn.get("assignee")
        groups = [] if self.fixed else list(dict.fromkeys(name for entry in self.found for name in entry.groups))
        if not self.people and not self.skip:
            named = drawn is not None and read(drawn) is None
            return {"assignee": self.plain["assignee"] if named else None, "candidate_users": [], "candidate_groups": groups}
        if drawn and not groups and len(self.people) == 1 and (self.assigned or self.fixed):
            return {"assignee": self.people[0], "candidate_users": [], "candidate_groups": []}
        by_name = [] if self.fixed else [login for entry in self.found if entry.groups for login in entry.people]
        others = {login for entry in (*self.found, *self.more) if not entry.groups for login in entry.people}
        users = [login for login in self.people if login in others or login not in by_name]
        return {"assignee": None, "candidate_users": users, "candidate_groups": groups}


def asked_of(token: Any, element_id: str, drawn: Details, plain: Details) -> Asked | None:
    """The people of a user task by rules and edges; None where it only names people and nothing special is drawn or set."""
    if not token.turn.context.remembers:
        # a step of a release that knew no rules
        return None
    properties, texts = drawn.get("properties") or {}, texts_of(drawn)
    edges = edges_of(properties, token.turn.context.edges)
    if edges == Edges() and not any(_is_rule(text) for text in texts):
        return None
    if not texts and "when_nobody" not in properties:
        # nobody is meant but operators and other systems
        return None
    return Asked(token, element_id, drawn, plain, edges)


@lru_cache(4096)
def _is_rule(text: str) -> bool:
    return read(text) is not None
