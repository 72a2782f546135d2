"""Choosing whom a following task asks (property `choose`): whoever starts or decides picks from a list, and the list is enforced."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine import decided, finding_people, people_rules
from engine.people_rules import Choice, RuleRefused
from processes import contexts, deployed
from processes.errors import Invalid
from processes.people import directory

Variables = Mapping[str, Any]
MOST_OFFERED = 500


@dataclass(frozen=True, slots=True)
class Offer:
    """A choice with the people to choose from."""

    choice: Choice
    #: what the following task is called
    name: str
    people: tuple[str, ...]

    @property
    def component(self) -> dict[str, Any]:
        """The choice as a field of a form."""
        names = directory.names(self.people)
        options = [{"value": login, "label": names[login]} for login in self.people]
        required = {"validate": {"required": True}} if not self.choice.optional and options else {}
        return {
            "type": "checklist" if self.choice.several else "select",
            "key": self.choice.variable,
            "label": f"“{self.name}”由谁办理",
            "values": options,
            **required,
        }


def choices_of(definition: deployed.Definition, element_id: str) -> list[Choice]:
    """What an element lets its person choose, as drawn."""
    drawn = definition.outline["elements"].get(element_id, {}).get("properties") or {}
    try:
        return people_rules.choices(drawn.get("choose"))
    except RuleRefused:
        # Deployed before these properties had a meaning.
        return []


def offers(definition: deployed.Definition, element_id: str, variables: Variables, applicant: str | None) -> list[Offer]:
    """The choices at an element with the people who can be chosen, over these variables."""
    drawn = choices_of(definition, element_id)
    if not drawn:
        return []
    elements = definition.outline["elements"]
    context, document = contexts.build(definition.id)
    found = []
    for choice in drawn:
        people, context, document = _people(choice, variables, applicant, context, document)
        name = (elements.get(choice.target) or {}).get("name") or choice.target
        found.append(Offer(choice, name, tuple(people[:MOST_OFFERED])))
    return found


def _people(
    choice: Choice, variables: Variables, applicant: str | None, context: Any, document: contexts.Document
) -> tuple[list[str], Any, contexts.Document]:
    while True:
        people, wanted = finding_people.find(choice.among, variables, applicant, deployed.library(), context)
        more = contexts.extended(context, document, wanted) if wanted else None
        if more is None:
            return people, context, document
        context, document = more


def form_with(form: dict[str, Any] | None, offered: list[Offer]) -> dict[str, Any] | None:
    """The form document with a field for each choice."""
    if not offered:
        return form
    document = form or {"schema": 1, "id": "choose_people", "title": "选择办理人", "components": []}
    return {**document, "components": [*document["components"], *(offer.component for offer in offered)]}


def apart(variables: Any, choices: list[Choice]) -> tuple[Any, dict[str, Any]]:
    """What was sent without the chosen people, and these."""
    if not isinstance(variables, dict) or not choices:
        return variables, {}
    names = {choice.variable for choice in choices}
    return {name: value for name, value in variables.items() if name not in names}, {
        name: value for name, value in variables.items() if name in names
    }


def check(offered: list[Offer], chosen: Mapping[str, Any], outcome: str | None) -> dict[str, list[str]]:
    """The chosen people as variables; raises Invalid for whoever is not on the list, and for nobody where somebody must be chosen.

    Whoever refuses or sends back need not choose.
    """
    problems: dict[str, list[str]] = {}
    found: dict[str, list[str]] = {}
    for offer in offered:
        name = offer.choice.variable
        logins = _logins(chosen.get(name))
        if logins is None:
            problems[name] = ["请用登录名的列表。"]
        elif strangers := [login for login in logins if login not in offer.people]:
            problems[name] = [f"“{'、'.join(strangers)}”不在可选的名单里。"]
        elif len(logins) > 1 and not offer.choice.several:
            problems[name] = ["只能选一个人。"]
        elif not logins and offer.people and not offer.choice.optional and outcome not in decided.TAKEN_BACK:
            problems[name] = [f"请选择“{offer.name}”由谁办理。"]
        elif logins or name in chosen:
            found[name] = logins
    if problems:
        raise Invalid("form_invalid", fields=problems)
    return found


def _logins(value: Any) -> list[str] | None:
    if value is None or value == "":
        return []
    several = value if isinstance(value, list) else [value]
    return list(dict.fromkeys(several)) if all(isinstance(one, str) and one for one in several) else None
