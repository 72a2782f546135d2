"""Who has agreed since the last send-back: whom a task that skips repeated approvers does not ask again.

Kept is the last agreement of each person, in order, so that the list grows with the people and not with the rounds.
"""

from engine.instances import Case

AGREED = "agree"
#: outcomes after which everybody is asked anew
TAKEN_BACK = frozenset({"disagree", "return"})


def note(case: Case, login: str | None, element_id: str, outcome: str | None) -> None:
    """A person has decided."""
    if outcome in TAKEN_BACK:
        forget(case)
    elif outcome == AGREED and login is not None:
        case.agreed = [[who, where] for who, where in case.agreed if who != login] + [[login, element_id]]


def withdraw(case: Case, login: str | None, element_id: str) -> None:
    """A person has taken a decision back: it counts no more; who is asked once too often loses nothing."""
    case.agreed = [one for one in case.agreed if one != [login, element_id]]


def forget(case: Case) -> None:
    """The case was sent back: nobody counts as having agreed."""
    case.agreed = []


def agreed(case: Case, *, last: bool = False) -> frozenset[str]:
    """Who has agreed since; with `last` only whoever did so last."""
    return frozenset(who for who, _ in (case.agreed[-1:] if last else case.agreed))
