"""Random votes with signers, against a reference that knows nothing of tokens: the same outcome, and the same bytes when played again."""

from dataclasses import dataclass, field
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import NotWaiting
from engine.execution import advance
from engine.triggers import AddSigners, CompleteUserTask, RemoveSigner
from engine.votes import Rule, Threshold, verdict
from tests.engine.drawing import Driven
from tests.engine.test_joint_decisions import drawn

VOTERS = ("v0", "v1", "v2", "v3")
OUTCOMES = st.sampled_from(["agree", "agree", "agree", "agree", "disagree", "abstain"])
NAMES = [f"s{k}" for k in range(6)]


@dataclass
class Person:
    """Somebody who is asked, as the reference sees it."""

    name: str
    number: int
    position: str | None = None
    above: "Person | None" = None
    said: str | None = None
    over: bool = False
    below: list["Person"] = field(default_factory=list)
    planned: list["Person"] = field(default_factory=list)

    @property
    def waits(self) -> bool:
        return any(one.position == "before" and not one.over for one in self.below)

    @property
    def open(self) -> bool:
        return self.said is None and not self.over

    @property
    def turned(self) -> str:
        """What comes of it: the own word, or a refusal of whoever signed beside or after."""
        refused = any(one.said is not None and one.position != "before" and one.turned == "disagree" for one in self.below)
        return "disagree" if refused else str(self.said)

    def settle(self) -> None:
        """It is over when everybody below is, and tells whoever is above."""
        if self.said is not None and not self.over and not self.planned and all(one.over for one in self.below):
            self.over = True
            if self.above is not None:
                self.above.settle()


class Office:
    """The reference beside the engine."""

    def __init__(self, wait: bool) -> None:
        properties = {"decide": "vote", "share_of": "all", "ratio": "3/4", **({"wait_for_all": "true"} if wait else {})}
        self.case = Driven(drawn(**properties), {"people": list(VOTERS)})
        self.rule = Rule("vote", (Fraction(1),) * len(VOTERS), Threshold(Fraction(3, 4)), wait_for_all=wait)
        self.voters = [Person(str(one.details["assignee"]), one.number or 0) for one in self.case.tasks]
        self.people = list(self.voters)
        self.ballots: dict[int, str] = {}

    @property
    def closed(self) -> bool:
        return verdict(self.rule, self.ballots) is not None

    def seat(self, person: Person) -> int:
        while person.above is not None:
            person = person.above
        return self.voters.index(person)

    def say(self, person: Person, outcome: str) -> None:
        word = outcome if person.above is None else outcome.replace("abstain", "agree")
        trigger = CompleteUserTask(person.number, "u", (self.seat(person),), {}, word, None, person.name)
        if not person.open or person.waits:
            self.refused(trigger)
            return
        self.case.take(trigger)
        person.said = word
        for one in person.planned:
            person.below.append(one)
            self.people.append(one)
        person.planned = []
        person.settle()
        self.count()

    def count(self) -> None:
        for seat, voter in enumerate(self.voters):
            if voter.over and voter.said is not None and seat not in self.ballots:
                self.ballots[seat] = {"agree": "yes", "disagree": "no", "abstain": "abstain"}[voter.turned]

    def add(self, person: Person, name: str, position: str) -> None:
        trigger = AddSigners(person.number, "u", (self.seat(person),), [name], position, person.name)
        if not person.open or name in self.asked(self.voters[self.seat(person)]):
            self.refused(trigger)
            return
        self.case.take(trigger)
        added = next(one for e in self.case.outcome.events if e.type == "signers_added" for one in e.details["users"])
        signer = Person(name, added["number"], position, person)
        if position == "after":
            person.planned.append(signer)
        else:
            person.below.append(signer)
            self.people.append(signer)

    def remove(self, person: Person, name: str) -> None:
        signer = next((one for one in [*person.planned, *person.below] if one.name == name and not one.over), None)
        if signer is None or signer.said is not None:
            return
        self.case.take(RemoveSigner(person.number, "u", (self.seat(person),), signer.number, person.name))
        if signer in person.planned:
            person.planned.remove(signer)
        else:
            person.below.remove(signer)
            gone = [signer]
            while gone:
                one = gone.pop()
                one.over = True
                gone += one.below
        person.settle()
        self.count()

    def asked(self, person: Person) -> set[str]:
        found = {one.name for one in (*person.planned, *person.below)}
        return found.union(*(self.asked(one) for one in person.below))

    def refused(self, trigger: CompleteUserTask | AddSigners) -> None:
        before = self.case.state
        with pytest.raises(NotWaiting):
            self.case.take(trigger)
        assert self.case.state == before

    def check(self) -> None:
        """Who is asked, how the votes stand, and what comes of it."""
        counted = [one.details["tally"] for one in self.case.events if one.type == "votes_counted"][-1:]
        said = list(self.ballots.values())
        assert [(one["yes"], one["no"], one["abstained"]) for one in counted] == (
            [(said.count("yes"), said.count("no"), said.count("abstain"))] if said else []
        )
        if self.closed:
            found = verdict(self.rule, self.ballots)
            assert found is not None
            assert self.case.variables["outcome_u"] == found.outcome
            assert self.case.open == ["z"]
            return
        asked = sorted(one.name for one in self.people if one.open and not any(above.over for above in self.chain(one)))
        assert sorted(str(one.details["assignee"]) for one in self.case.tasks) == asked

    def chain(self, person: Person) -> list[Person]:
        found = []
        while person.above is not None:
            person = person.above
            found.append(person)
        return found


MOVES = st.lists(
    st.tuples(
        st.integers(0, 30), st.sampled_from(["say", "say", "before", "after", "parallel", "remove"]), OUTCOMES, st.sampled_from(NAMES)
    ),
    max_size=25,
)


#: whom the voters ask before anybody decides
ADDED = st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["before", "after", "parallel"]), st.sampled_from(NAMES)), max_size=5)


@settings(max_examples=200)
@given(ADDED, MOVES, st.booleans())
def test_random_votes_with_signers(added: list[tuple[int, str, str]], moves: list[tuple[int, str, str, str]], wait: bool) -> None:
    office = Office(wait)
    for place, position, name in added:
        office.add(office.voters[place], name, position)
    for place, move, outcome, name in moves:
        if office.closed:
            break
        # now and then somebody who is asked no more
        asked = [one for one in office.people if one.open and not one.waits] if place < 25 else office.people
        person = asked[place % len(asked)]
        if move == "say":
            office.say(person, outcome)
        elif move == "remove":
            office.remove(person, name)
        else:
            office.add(person, name, move)
        office.check()
    case, state = office.case, None
    for trigger, context in case.log:
        state = advance(case.shelf.library, state, trigger, context).state
    assert state == case.state
