"""The columns that a process declares for lists and search: `list_columns` of process.toml, with the fields of its forms."""

from collections import OrderedDict
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from forms.definition import Component
from processes import deployed
from processes.db import db

KEPT = 500


@dataclass(frozen=True, slots=True)
class Column:
    """A variable that lists show; `field` is that of a form, None where no form of the process has it."""

    key: str
    field: Component | None

    @property
    def label(self) -> str:
        """What stands over the column."""
        return self.field.label if self.field is not None else self.key


@dataclass(frozen=True, slots=True)
class _Listed:
    columns: tuple[Column, ...]
    amount: str | None


_kept: WeakKeyDictionary[Engine, OrderedDict[str, _Listed]] = WeakKeyDictionary()


def columns(definition_id: str) -> tuple[Column, ...]:
    """The columns of a version."""
    return _of(definition_id).columns


def amount(definition_id: str) -> str | None:
    """The variable that holds the amount of a case: `amount` of process.toml, else the first column that is money; None where there is
    neither."""
    return _of(definition_id).amount


def _of(definition_id: str) -> _Listed:
    """Versions never change, so what they declare is kept, per database and within bounds."""
    known = _kept.setdefault(db.engine, OrderedDict())
    found = known.get(definition_id)
    if found is None:
        found = known[definition_id] = _read(definition_id)
        while len(known) > KEPT:
            known.popitem(last=False)
    return found


def _read(definition_id: str) -> _Listed:
    definition = deployed.definition(definition_id)
    keys = list(dict.fromkeys(definition.settings.get("list_columns") or []))
    named = definition.settings.get("amount")
    if not keys:
        return _Listed((), named)
    fields = _fields(definition)
    found = tuple(Column(key, fields.get(key)) for key in keys)
    sums = (column.key for column in found if column.field is not None and column.field.kind == "money")
    return _Listed(found, named or next(sums, None))


def _fields(definition: deployed.Definition) -> dict[str, Component]:
    begin = definition.outline["start"] or {}
    named = [begin.get("form_key"), *(one.get("form_key") for one in definition.outline["elements"].values())]
    met = [deployed.form(definition.deployment_id, key) for key in dict.fromkeys(named) if key]
    fields: dict[str, Component] = {}
    for form in met:
        for field in form.fields if form is not None else ():
            fields.setdefault(field.key, field)
    return fields
