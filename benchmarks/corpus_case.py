"""One diagram through the real stack: deployed into an office of its own, started by another system, and worked on until it ends."""

import random
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from benchmarks import made_up, stand_ins
from processes import clock, deployed, deployments, external_jobs, instances, jobs, messages, settings, signals, user_tasks
from processes.actors import SYSTEM, Actor
from processes.db import db, reading
from processes.deploy_findings import AnyFinding
from processes.errors import DeploymentRefused, Refused
from processes.models import Incident, Job, ProcessInstance, Subscription, UserTask
from processes.queries import forms_for
from web.app import create_app

WORKER = "corpus"
MAX_ACTS = 120
ATTEMPTS = 6
TRIES = 40
BEGIN = datetime(2030, 3, 4, 1, 0, tzinfo=UTC)


@dataclass
class Result:
    """What became of a diagram, as plain values."""

    file: str
    #: refused, completed, open (still running at the bound), incident, not_started
    state: str = "refused"
    #: whether it needed files that only its references name
    stand_ins: list[str] = field(default_factory=list)
    errors: list[list[Any]] = field(default_factory=list)
    warnings: dict[str, int] = field(default_factory=dict)
    #: findings that name no element, though they are about one
    nameless: list[str] = field(default_factory=list)
    incidents: list[str] = field(default_factory=list)
    note: str = ""
    seconds: float = 0.0
    acts: int = 0


def run(path: Path, office: Path, unmapped_service: str) -> Result:
    """Deploy a diagram in the office of that folder and play it; exceptions are crashes, which the caller tells."""
    given = {"VAR__DIR": str(office), "MODELS__DIR": str(office / "models"), "REDIS__URL": "off", "DEMO__ENABLED": "false"}
    given["DEPLOY__UNMAPPED_SERVICE"] = unmapped_service
    app = create_app(settings.load({f"BANJIE_{name}": value for name, value in given.items()}))
    result = Result(path.name)
    with app.app_context():
        keys = _deploy({path.name: path.read_bytes()}, result)
        if keys:
            _play_all(keys, result)
        db.session.remove()
        db.engine.dispose()
    return result


def _deploy(files: dict[str, bytes], result: Result) -> list[str]:
    """The keys of the deployed processes; what a diagram alone cannot hold (forms, decisions, called processes) is made up if need be."""
    begun = time.perf_counter()
    findings: list[AnyFinding]
    try:
        done = deployments.deploy(result.file[:100], files, actor=SYSTEM)
        findings = done.findings
    except DeploymentRefused as refused:
        done, findings = None, list(refused.findings)
    result.seconds = max(result.seconds, time.perf_counter() - begun)
    errors = [finding for finding in findings if finding.severity == "error"]
    if done is None and not result.stand_ins:
        more = stand_ins.for_findings(errors)
        if more:
            result.stand_ins = sorted(more)
            return _deploy({**files, **more}, result)
    result.errors = [[finding.code, finding.line, finding.element_id, finding.message("en")] for finding in errors]
    result.nameless = [finding.code for finding in errors if finding.element_id is None and finding.line is None]
    for finding in findings:
        if finding.severity == "warning":
            result.warnings[finding.code] = result.warnings.get(finding.code, 0) + 1
    return [] if done is None else [one.key for one in done.definitions if not one.key.startswith(stand_ins.PREFIX)]


def _play_all(keys: list[str], result: Result) -> None:
    """Play every process that can be started; the worst end counts."""
    called = {name for key in keys for name in deployed.startable(key, None).calls}
    states = [_best(key, result) for key in keys if key not in called or len(keys) == 1]
    order = ("not_started", "incident", "open", "completed")
    result.state = min(states, key=order.index) if states else "not_started"


def _best(key: str, result: Result) -> str:
    """The best end of several attempts with other values; every incident met on the way is told."""
    best = "not_started"
    for seed in range(ATTEMPTS):
        player = _Player(key, seed)
        try:
            state = player.play()
        except Refused as refused:
            state = "not_started" if not player.case else "incident"
            player.incidents.append(f"{key}: refused {refused} {getattr(refused, 'fields', '')}")
        result.acts += player.acts
        result.incidents += [text for text in player.incidents if text not in result.incidents]
        result.note = player.note or result.note
        if state == "completed":
            return state
        best = max(best, state, key=("not_started", "incident", "open").index)
    return best


class _Player:
    """Another system that starts a case and does all the work in it, with made-up values."""

    def __init__(self, key: str, seed: int) -> None:
        self.key = key
        self.rng = random.Random(seed)
        self.case = ""
        self.acts = 0
        self.now = BEGIN
        self.note = ""
        self.incidents: list[str] = []
        definition = deployed.startable(key, None)
        called = [deployed.startable(name, None) for name in _all_called(definition)]
        self.outline = definition.outline
        self.wishes: made_up.Wishes = {}
        for one in (definition, *called):
            for path, values in made_up.wishes_of(one.outline).items():
                self.wishes.setdefault(path, []).extend(values)
        self.actor = Actor("corpus", "corpus", roles=frozenset({"integrator"}), scope=("*",), via="token")

    def play(self) -> str:
        """Until the case has ended, nothing more can be done, or so much has been done."""
        with clock.at(self.now):
            self._start()
        if not self.case:
            return "not_started"
        while self.acts < MAX_ACTS:
            state = self._state()
            if state in ("completed", "cancelled"):
                return "completed"
            self._note_incidents()
            if not self._act():
                return "incident" if self._state() == "incident" else "open"
            self.acts += 1
        return "incident" if self._state() == "incident" else "open"

    def _values(self, element_id: str = "", present: dict[str, Any] | None = None) -> dict[str, Any]:
        """Made-up values; behind an element such that the conditions there leave a path, if some of a few tries do."""
        for _ in range(TRIES):
            values = made_up.chosen(self.wishes, self.rng)
            if made_up.leads_on(self.outline, element_id, {**(present or {}), **values}):
                break
        return values

    def _start(self) -> None:
        begin = self.outline["start"]
        if begin is not None:
            form = forms_for.start_form(deployed.startable(self.key, None).id, self.actor)["form"]
            wanted = self._values(begin["element_id"])
            values = wanted if form is None else made_up.form_values(form, wanted)
            if form is not None and form.get("foreign"):
                values = {**wanted, **values}
            self.case = instances.start(key=self.key, variables=values, actor=self.actor)
            return
        for start in self.outline["starts"]:
            if start["kind"] in ("message", "signal"):
                send = messages.deliver if start["kind"] == "message" else signals.broadcast
                started = send(name=start["name"], variables=self._values(), actor=SYSTEM).started
                self.case = next(iter(started), "")
                return
        self._start_by_timer()

    def _start_by_timer(self) -> None:
        """Wait for the first timer that begins a case."""
        self._wait()
        with reading():
            query = select(ProcessInstance.id).where(ProcessInstance.definition_key == self.key).order_by(ProcessInstance.id.desc())
            self.case = db.session.scalar(query.limit(1)) or ""
        self.note = "" if self.case else "starts by a timer"

    def _state(self) -> str:
        with reading():
            return str(db.session.scalar(select(ProcessInstance.state).where(ProcessInstance.id == self.case)))

    def _note_incidents(self) -> None:
        with reading():
            query = select(Incident).where(Incident.instance_id == self.case, Incident.state == "open")
            found = [f"{one.code} at {one.element_id}: {one.details}" for one in db.session.scalars(query)]
        self.incidents += [text for text in found if text not in self.incidents]

    def _act(self) -> bool:
        """Do one thing; False when nothing is left to do."""
        with clock.at(self.now):
            return self._task() or self._job() or self._due() or self._message() or self._wait()

    def _task(self) -> bool:
        with reading():
            query = select(UserTask.id, UserTask.local, UserTask.element_id).where(
                UserTask.instance_id == self.case, UserTask.state == "open"
            )
            tasks = list(db.session.execute(query.order_by(UserTask.number)))
        if not tasks:
            return False
        task = self.rng.choice(tasks)
        view = forms_for.task_form(task.id, SYSTEM)
        values = self._values(task.element_id)
        form = view["form"]
        if form is not None:
            filled = made_up.form_values(form, values)
            modes = view["permissions"]
            values = {**(values if form.get("foreign") else {}), **{key: one for key, one in filled.items() if modes.get(key) == "edit"}}
        outcome = self.rng.choice([one["value"] for one in view["outcomes"]]) if view["outcomes"] else None
        values = {name: value for name, value in values.items() if name not in (task.local or {})}
        user_tasks.complete(task.id, variables=values, outcome=outcome, opinion="demo" if outcome else None, actor=self.actor)
        return True

    def _job(self) -> bool:
        found = external_jobs.fetch(worker=WORKER, topics=["*"], actor=SYSTEM)
        for job in found:
            external_jobs.complete(job["id"], worker=WORKER, variables=self._values(job["element_id"]), actor=SYSTEM)
        return bool(found)

    def _due(self) -> bool:
        return sum(jobs.run(job_id) for job_id in jobs.due_ids(100)) > 0

    def _message(self) -> bool:
        with reading():
            query = select(Subscription.kind, Subscription.name).where(Subscription.instance_id == self.case)
            waiting = [tuple(row) for row in db.session.execute(query.order_by(Subscription.number))]
        if not waiting:
            return False
        kind, name = self.rng.choice(waiting)
        send = messages.deliver if kind == "message" else signals.broadcast
        send(name=name, variables=self._values(), actor=SYSTEM)
        return True

    def _wait(self) -> bool:
        """Let the time pass until the next timer is due."""
        with reading():
            due = db.session.scalar(select(Job.due_at).where(Job.state == "waiting", Job.kind == "timer").order_by(Job.due_at).limit(1))
        if due is None:
            return False
        self.now = max(self.now, due)
        with clock.at(self.now):
            return sum(jobs.run(job_id) for job_id in jobs.due_ids(100)) > 0


def _all_called(definition: deployed.Definition) -> Iterable[str]:
    found: dict[str, None] = {}
    waiting = sorted(definition.calls)
    while waiting:
        key = waiting.pop()
        if key not in found:
            found[key] = None
            waiting += sorted(deployed.startable(key, None).calls)
    return found
