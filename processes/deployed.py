"""What is deployed, as commands read it. Versions never change, so they are cached: per database, within bounds."""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, bindparam, func, select

from engine.context import TAGGED
from engine.library import Library, StoredDefinition
from forms.definition import Form
from processes.db import connection, db
from processes.errors import NotFound
from processes.models import DecisionDefinition, FormDefinition, ProcessDefinition
from processes.prepared import Prepared

Found = TypeVar("Found")
KEPT = 500
#: a group that nobody can hold
NOBODY = "—"


@dataclass(frozen=True, slots=True)
class Definition:
    """A version of a process."""

    id: str
    key: str
    version: int
    name: str
    deployment_id: str
    outline: dict[str, Any]
    settings: dict[str, Any]
    #: keys of the processes that it calls in their newest version
    calls: frozenset[str]
    #: ids of the versions that it calls by number, or because they were deployed together with it
    fixed_calls: frozenset[str]

    @property
    def starters(self) -> list[str]:
        """Names of the groups whose members may start the process; empty: everyone. What is only called by others names nobody."""
        if self.settings.get("called_only"):
            return [NOBODY]
        return list(self.settings.get("starters") or self.outline.get("starters") or [])

    def element(self, element_id: str) -> dict[str, Any]:
        """An element's entry in the outline; empty when there is none."""
        entry: dict[str, Any] = self.outline["elements"].get(element_id, {})
        return entry


@dataclass(slots=True)
class _Cache:
    """What has been read from one database."""

    library: Library
    definitions: OrderedDict[Any, Any] = field(default_factory=OrderedDict)
    forms: OrderedDict[Any, Any] = field(default_factory=OrderedDict)
    decisions: OrderedDict[Any, Any] = field(default_factory=OrderedDict)


_caches: WeakKeyDictionary[Engine, _Cache] = WeakKeyDictionary()


def _cache() -> _Cache:
    engine = db.engine
    found = _caches.get(engine)
    if found is None:
        found = _caches[engine] = _Cache(Library(_load))
    return found


def _remember(store: OrderedDict[Any, Any], key: Any, read: Callable[[], Found]) -> Found:
    """The value kept under `key`, else what `read` gives; the eldest go when there are too many."""
    if key not in store:
        store[key] = read()
        while len(store) > KEPT:
            store.popitem(last=False)
    value: Found = store[key]
    return value


def library() -> Library:
    """The engine's library over the database of the application context."""
    return _cache().library


def _load(key: str, version: int) -> StoredDefinition | None:
    row = db.session.execute(
        select(ProcessDefinition.compiled, ProcessDefinition.outline, ProcessDefinition.deployment_id).where(
            ProcessDefinition.id == f"{key}:{version}"
        )
    ).first()
    if row is None:
        return None
    query = select(DecisionDefinition.key, DecisionDefinition.document).where(DecisionDefinition.deployment_id == row.deployment_id)
    decisions = {decision_key: document for decision_key, document in db.session.execute(query)}
    return StoredDefinition(key, version, row.compiled, row.outline, decisions, _siblings(row.deployment_id))


def _siblings(deployment_id: str) -> dict[str, int]:
    """Versions by key of the processes of one deployment."""
    query = select(ProcessDefinition.key, ProcessDefinition.version).where(ProcessDefinition.deployment_id == deployment_id)
    return {key: version for key, version in db.session.execute(query)}


def definition(definition_id: str) -> Definition:
    """A version of a process by its id `key:version`; raises NotFound."""
    return _remember(_cache().definitions, definition_id, lambda: _read_definition(definition_id))


def _read_definition(definition_id: str) -> Definition:
    names = ("id", "key", "version", "name", "deployment_id", "outline", "settings")
    columns = [getattr(ProcessDefinition, name) for name in names]
    row = db.session.execute(select(*columns).where(ProcessDefinition.id == definition_id)).mappings().first()
    if row is None:
        raise NotFound("process_definition_not_found", definition=definition_id)
    calls = [entry for entry in row["outline"]["elements"].values() if entry["type"] == "callActivity" and entry["called_element"]]
    by_number = {f"{entry['called_element']}:{entry['called_version']}" for entry in calls if entry["binding"] == "version"}
    if any(entry["binding"] == "deployment" for entry in calls):
        siblings = _siblings(row["deployment_id"])
        called = {entry["called_element"] for entry in calls if entry["binding"] == "deployment"}
        by_number |= {f"{key}:{siblings[key]}" for key in called & siblings.keys()}
    return Definition(
        **{**row, "settings": row["settings"] or {}},
        calls=frozenset(entry["called_element"] for entry in calls if entry["binding"] == "latest"),
        fixed_calls=frozenset(by_number),
    )


def those_there(definition_ids: Iterable[str]) -> list[Definition]:
    """The definitions of these ids that are deployed."""
    found = []
    for definition_id in sorted(definition_ids):
        try:
            found.append(definition(definition_id))
        except NotFound:
            continue
    return found


_active = select(ProcessDefinition.__table__.c.id).where(
    ProcessDefinition.__table__.c.key == bindparam("key"), ProcessDefinition.__table__.c.state == "active"
)
_exactly = Prepared(_active.where(ProcessDefinition.__table__.c.version == bindparam("version")))
_newest = Prepared(_active.order_by(ProcessDefinition.__table__.c.version.desc()).limit(1))


def startable(key: str, version: int | None) -> Definition:
    """The version to start: the one asked for, else the newest; raises NotFound when there is none that is active."""
    asked = {"key": key} if version is None else {"key": key, "version": version}
    found = (_newest if version is None else _exactly).first(connection(), asked)
    if found is None:
        raise NotFound("process_definition_not_found", definition=key)
    return definition(found["id"])


def newest_versions(keys: Iterable[str]) -> dict[str, int]:
    """The newest version of each of these processes that is deployed; of `key@tag` the newest one that has this tag."""
    newest = select(ProcessDefinition.key, func.max(ProcessDefinition.version)).group_by(ProcessDefinition.key)
    names = sorted(set(keys))
    query = newest.where(ProcessDefinition.key.in_([name for name in names if TAGGED not in name]))
    found = {key: version for key, version in db.session.execute(query)}
    for name in (name for name in names if TAGGED in name):
        key, _, tag = name.partition(TAGGED)
        row = db.session.execute(newest.where(ProcessDefinition.key == key, ProcessDefinition.version_tag == tag)).first()
        if row is not None:
            found[name] = row[1]
    return found


def newest_decisions(keys: Iterable[str]) -> dict[str, int]:
    """The newest version of each of these decisions that is deployed."""
    query = select(DecisionDefinition.key, func.max(DecisionDefinition.version)).where(DecisionDefinition.key.in_(sorted(set(keys))))
    return {key: version for key, version in db.session.execute(query.group_by(DecisionDefinition.key))}


def decision(key: str, version: int) -> dict[str, Any]:
    """The document of a version of a decision."""

    def read() -> dict[str, Any]:
        found = db.session.scalar(select(DecisionDefinition.document).where(DecisionDefinition.id == f"{key}:{version}"))
        if found is None:
            raise NotFound("decision_not_found", decision=f"{key}:{version}")
        document: dict[str, Any] = found
        return document

    return _remember(_cache().decisions, (key, version), read)


def form(deployment_id: str, form_key: str | None) -> Form | None:
    """The form that an element names: of the same deployment, else the newest deployed; None where there is none."""
    if not form_key:
        return None
    newest = func.max(FormDefinition.version)
    own = select(newest).where(FormDefinition.key == form_key, FormDefinition.deployment_id == deployment_id)
    version = _remember(_cache().forms, (deployment_id, form_key), lambda: db.session.scalar(own))
    if version is None:
        version = db.session.scalar(select(newest).where(FormDefinition.key == form_key))
    return None if version is None else _form(form_key, version)


def _form(key: str, version: int) -> Form:
    def read() -> Form:
        query = select(FormDefinition.document).where(FormDefinition.key == key, FormDefinition.version == version)
        return Form.from_document(db.session.scalar(query) or {})

    return _remember(_cache().forms, (key, version), read)
