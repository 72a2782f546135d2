"""The account that asks, and what pickers search: people and departments."""

from typing import Any

from flask import Blueprint
from marshmallow import fields, validate

from processes.people import directory
from web.access import signed_in
from web.auth import current_actor
from web.fields import Answer, Strict, Text, Whole, page_of
from web.operations import operation

blueprint = Blueprint("api_people", __name__)


class MeAnswer(Answer):
    """The account that asks: what it may do in Banjie, and what it holds in the organisation."""

    login = fields.String()
    name = fields.String()
    department = fields.String(allow_none=True)
    roles = fields.List(fields.String())
    groups = fields.List(fields.String())
    scope = fields.List(fields.String(), allow_none=True)


class PersonAnswer(Answer):
    """A person, for pickers."""

    login = fields.String()
    name = fields.String()
    department = fields.String(allow_none=True)
    department_name = fields.String(allow_none=True)
    post = fields.String(allow_none=True)


class DepartmentAnswer(Answer):
    """A department, for pickers."""

    code = fields.String()
    name = fields.String()
    parent = fields.String(allow_none=True)
    level = fields.String()


class SearchQuery(Strict):
    """What to look for; a picker's list has one page."""

    q = Text(longest=100, load_default="", empty=True)
    limit = Whole(load_default=20, validate=validate.Range(1, 200))


@blueprint.get("/me")
@signed_in
@operation("Read the account that asks", answer=MeAnswer)
def me() -> dict[str, Any]:
    """Who am I."""
    actor = current_actor()
    return {
        "login": actor.login,
        "name": actor.name,
        "department": actor.department,
        "roles": sorted(actor.roles),
        "groups": sorted(actor.groups),
        "scope": actor.scope,
    }


@blueprint.get("/people")
@signed_in
@operation("Search active people by name, login, post or department", query=SearchQuery, answer=page_of(PersonAnswer))
def people(query: dict[str, Any]) -> dict[str, Any]:
    """People for a picker."""
    return {"items": directory.search(query["q"], query["limit"]), "next": None}


@blueprint.get("/departments")
@signed_in
@operation("Search departments by name or code", query=SearchQuery, answer=page_of(DepartmentAnswer))
def departments(query: dict[str, Any]) -> dict[str, Any]:
    """Departments for a picker."""
    return {"items": directory.departments(query["q"], query["limit"]), "next": None}
