"""A multi-instance user task whose people decide together: the votes are counted as they come, and the rest is taken back as soon as the
result is certain.

What is counted, and by which rule, stands in the token from the beginning: later changes of variables change no vote.
"""

from fractions import Fraction
from typing import Any

from engine import vote_rules, votes
from engine.asking import ask
from engine.elements.people import Asking, read
from engine.elements.repeats import MultiInstance, Seat
from engine.elements.tasks import names_of, person_of
from engine.errors import ElementFailed
from engine.evaluation import fill
from engine.graph import Node
from engine.incidents import FAILURES
from engine.scopes import Scope
from engine.tokens import Token
from engine.values import dumps


def is_joint(node: Node) -> bool:
    """Whether a multi-instance activity is drawn as a joint decision."""
    return node.word == "userTask" and vote_rules.is_joint(node.element.get("properties"))


class JointDecision(MultiInstance):
    """Asks several people, and decides by the rule of its properties."""

    @property
    def properties(self) -> dict[str, str]:
        """What is drawn."""
        found: dict[str, str] = self.element.get("properties") or {}
        return found

    def items(self, my_task: Token) -> list[Any]:
        """Whom to ask: everybody once, however often the list names them."""
        items = super().items(my_task)
        seats = self.seats(my_task, items)
        first: dict[str, Any] = {}
        for seat, item in zip(seats, items, strict=True):
            first.setdefault(self.person(seat) or dumps(item).decode(), item)
        return list(first.values())

    def seats(self, my_task: Token, items: list[Any]) -> list[Seat]:
        """Something to compute with for each item."""
        around = my_task.data
        return [Seat(my_task.workflow, Scope(self.own_of(index, items), around)) for index in range(len(items))]

    def person(self, seat: Any) -> str | None:
        """The assignee; None where nobody or no single person is named, or an instance finds out only when it begins."""
        text = self.element.get("assignee")
        try:
            if text is None or not seat.turn.context.remembers or read(text) is None:
                return person_of(fill(seat, text))
            found = {login for entry in Asking(seat, self.drawn).person(text) for login in entry.people}
            return found.pop() if len(found) == 1 else None
        except FAILURES:
            return None

    def names(self, seat: Any, item: Any) -> list[str]:
        """By what somebody who is asked is known: the person first, then the item, then candidates as drawn."""
        try:
            candidates = [
                *names_of(seat, self.element.get("candidate_users") or []),
                *names_of(seat, self.element.get("candidate_groups") or []),
            ]
        except FAILURES:
            candidates = []
        found = [self.person(seat), item if isinstance(item, str) else None, *candidates]
        return list(dict.fromkeys(name for name in found if name))

    def begin(self, my_task: Token, items: list[Any]) -> bool:
        """Fix the rule, say who is asked, and ask; nobody to ask is no agreement: an incident."""
        properties = {name: fill(my_task, text) for name, text in self.properties.items() if name in vote_rules.OPTIONS | {"decide"}}
        people = [self.names(seat, item) for seat, item in zip(self.seats(my_task, items), items, strict=True)]
        self.add_roles(my_task, properties, people)
        rule = vote_rules.counted(properties, people) if items else None
        if rule is None or rule.total == 0:
            raise ElementFailed("nobody_to_ask")
        document = _written(rule)
        my_task.internal_data["vote"] = {"rule": document, "ballots": []}
        asked = [
            {"who": next(iter(names), None), "weight": weight, "veto": seat in rule.vetoes}
            for seat, (names, weight) in enumerate(zip(people, document["weights"], strict=True))
        ]
        opened = {"sealed": properties.get("sealed") or "false", "sequential": self.sequential, "people": asked}
        my_task.record("vote_opened", rule=document, **opened, tally=self.tally(rule, {}))
        return super().begin(my_task, items)

    def add_roles(self, my_task: Token, properties: dict[str, Any], people: list[list[str]]) -> None:
        """Weights and vetoes may name roles, departments and posts: whoever holds one is also known by it."""
        known = {name for names in people for name in names}
        for name in vote_rules.named(properties) if my_task.turn.context.remembers else ():
            if name not in known:
                holders = ask(my_task.turn, "name", name)["people"]
                for names in people:
                    if names and names[0] in holders:
                        names.append(name)

    def takes_vote(self, child: Token, said: dict[str, Any], outcome: str | None, by: str | None) -> bool:
        """A vote is seen in its own instance; what all of them say together becomes the outcome. Only open opinions are told at once."""
        if "vote" not in child.parent.internal_data:
            return False
        child.internal_data["ballot"] = [by, outcome]
        opinion = f"opinion_{self.drawn}"
        if opinion in said and self.properties.get("sealed", "false") == "false":
            child.write({opinion: said[opinion]}, child.around)
        child.own = {**(child.own or {}), **said}
        return True

    def count(self, my_task: Token, child: Token) -> None:
        super().count(my_task, child)
        vote = my_task.internal_data.get("vote")
        if vote is None:
            return
        by, outcome = child.internal_data.get("ballot", (None, None))
        by = by or self.person(child)
        said = vote_rules.said(self.properties, outcome)
        vote["ballots"].append([child.internal_data["index"], said, outcome, by])
        rule, ballots = _read(vote)
        my_task.record("votes_counted", tally=self.tally(rule, ballots))

    def look(self, my_task: Token, own: dict[str, Any]) -> None:
        vote = my_task.internal_data.get("vote")
        verdict = None if vote is None else votes.verdict(*_read(vote))
        if verdict is None:
            super().look(my_task, own)
            return
        if verdict.early:
            self.take_back(my_task, "decided")
        self.close_vote(my_task, verdict)
        self.finish(my_task)

    def close_vote(self, my_task: Token, verdict: votes.Verdict) -> None:
        """Say the result and set the variables."""
        vote = my_task.internal_data.pop("vote")
        rule, ballots = _read(vote)
        tally = self.tally(rule, ballots)
        my_task.record("vote_closed", outcome=verdict.outcome, reason=verdict.reason, early=verdict.early, tally=tally)
        told: dict[str, Any] = {**tally, "reason": verdict.reason}
        if self.properties.get("sealed") != "names":
            weights = vote["rule"]["weights"]
            told["people"] = [{"login": by, "outcome": outcome, "weight": weights[seat]} for seat, _, outcome, by in vote["ballots"]]
        my_task.write({self.inner.outcome_variable: verdict.outcome, f"votes_{self.drawn}": told})

    def interrupted_by(self, my_task: Token, kind: str) -> None:
        """A deadline closes the vote: what was cast until then counts."""
        vote = my_task.internal_data.get("vote")
        if kind == "timer" and vote is not None:
            self.close_vote(my_task, votes.closing(*_read(vote)))

    def cancelled(self, my_task: Token) -> None:
        vote = my_task.internal_data.pop("vote", None)
        if vote is not None:
            my_task.record("vote_closed", outcome=None, reason=my_task.turn.reason, early=False, tally=self.tally(*_read(vote)))
        super().cancelled(my_task)

    def uncount(self, my_task: Token, index: int, place: int) -> None:
        """Take a vote back, as long as the others are still asked."""
        super().uncount(my_task, index, place)
        vote = my_task.internal_data.get("vote")
        if vote is not None:
            vote["ballots"] = [one for one in vote["ballots"] if one[0] != index]
            my_task.record("votes_counted", tally=self.tally(*_read(vote)))

    def tally(self, rule: votes.Rule, ballots: dict[int, str]) -> dict[str, Any]:
        """The sums so far, as variables and pages have them."""
        counted = votes.count(rule, ballots)
        sums = {"yes": counted.yes, "no": counted.no, "abstained": counted.abstained, "open": counted.open, "total": rule.total}
        told: dict[str, Any] = {name: votes.written(number) for name, number in sums.items()}
        told |= {"asked": len(rule.weights), "voted": len(ballots)}
        told["needed"] = None if rule.decide == "any" else votes.written(votes.needed(rule, counted))
        return told


def _written(rule: votes.Rule) -> dict[str, Any]:
    """A rule as the state and the record keep it."""
    threshold = rule.threshold
    return {
        "decide": rule.decide,
        "weights": [votes.written(weight) for weight in rule.weights],
        "share": None if threshold.share is None else str(threshold.share),
        "strict": threshold.strict,
        "base": threshold.base,
        "number": None if threshold.number is None else votes.written(threshold.number),
        "quorum": None if rule.quorum is None else str(rule.quorum),
        "vetoes": sorted(rule.vetoes),
        "wait_for_all": rule.wait_for_all,
    }


def _read(vote: dict[str, Any]) -> tuple[votes.Rule, dict[int, str]]:
    """The rule and the votes that a token keeps."""
    kept = vote["rule"]
    share, number, quorum = (None if kept[name] is None else Fraction(kept[name]) for name in ("share", "number", "quorum"))
    threshold = votes.Threshold(share, kept["strict"], kept["base"], number)
    weights = tuple(votes.ONE if weight == 1 else Fraction(weight) for weight in kept["weights"])
    rule = votes.Rule(kept["decide"], weights, threshold, quorum, frozenset(kept["vetoes"]), kept["wait_for_all"])
    return rule, {seat: said for seat, said, *_ in vote["ballots"]}
