"""Play the scenario tests of model folders through the real commands, in an office that exists in memory only."""

import io
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from processes import attachments, clock, deployed, external_jobs, instances, jobs, results, schema, settings, step_log, user_tasks
from processes.actors import SYSTEM, Actor
from processes.db import db, reading
from processes.errors import Invalid, Refused
from processes.model_files import Files
from processes.models import Job, Notice, RegisterRow, Step, UserTask
from processes.people import directory, organisation
from processes.queries import cases, forms_for, inbox
from processes.scenario_files import Expect, Scenario, ScenarioWrong, read
from processes.scenario_files import Step as Move

logger = logging.getLogger(__name__)
WORKER = "scenario"
MAX_ROUNDS = 100
#: the smallest content that each kind of file may have
_CONTENTS = {"pdf": b"%PDF-1.4\n%%EOF\n", "png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff\xe0", "zip": b"PK\x05\x06" + bytes(18)}


@dataclass(frozen=True)
class Played:
    """A scenario that was played; without problems it holds."""

    file: str
    name: str
    problems: list[str] = field(default_factory=list)


class _Unexpected(Exception):
    """Something else happened than the scenario says; the scenario ends here."""


def furnish(people: organisation.Organisation) -> None:
    """Make the tables and the people of an empty database in memory."""
    schema.create_all()
    organisation.load(people, actor=SYSTEM)


def play_folder(key: str, files: Files) -> list[Played]:
    """Play all scenarios of a model folder whose process `key` is deployed."""
    return [_play_file(key, name, files[name]) for name in sorted(files) if name.startswith("tests/") and name.endswith(".toml")]


def _play_file(key: str, name: str, content: bytes) -> Played:
    try:
        scenario = read(name, content)
    except ScenarioWrong as wrong:
        return Played(name, name, [str(wrong)])
    return Played(name, scenario.name, play(key, scenario))


def play(key: str, scenario: Scenario) -> list[str]:
    """Play a scenario; gives what did not hold, in words. The first problem ends it."""
    stage = _Stage(key, _office_time(scenario.begins))
    for number, move in enumerate(scenario.steps):
        where = f"第 {number} 步（{move.told()}）" if number else "发起"
        try:
            with clock.at(stage.now):
                stage.take(move)
            with clock.at(stage.now):
                stage.check(move.expect)
        except _Unexpected as unexpected:
            return [f"{where}：{unexpected}"]
        except Refused as refused:
            return [f"{where}：被拒绝 {_refusal(refused)}"]
    return []


def _office_time(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=settings.current().office.timezone)


def _refusal(refused: Refused) -> str:
    fields = f" {refused.fields}" if isinstance(refused, Invalid) and refused.fields else ""
    return f"{refused}{fields}"


class _Stage:
    """A case on its way through a scenario."""

    def __init__(self, key: str, now: datetime) -> None:
        self.key = key
        self.now = now
        self.began = now
        self.case = ""
        self._uploads: dict[tuple[str, str], str] = {}
        self._fired: list[str] = []
        self._cancelled: list[str] = []

    def take(self, move: Move) -> None:
        """Do one step, and all work that is due then."""
        self._fired, self._cancelled = [], []
        begun = self._last_step()
        moves: dict[str, Callable[[Move], None]] = {
            "start": self._start,
            "task": self._task,
            "job": self._job,
            "at": self._wait,
            "revise": self._revise,
        }
        with self._refused_as(move):
            moves[move.kind](move)
        self._work()
        self._note_events(begun)
        if move.timers is not None and sorted(self._fired) != sorted(move.timers):
            raise _Unexpected(f"应触发的定时是 {sorted(move.timers)}，实际是 {sorted(self._fired)}")

    @contextmanager
    def _refused_as(self, move: Move) -> Iterator[None]:
        """Let the refusal come that the step says, and no other."""
        try:
            yield
        except Refused as refused:
            if move.refused is None:
                raise
            fields = sorted(refused.fields) if isinstance(refused, Invalid) else []
            if refused.code != move.refused or (move.fields is not None and fields != sorted(move.fields)):
                raise _Unexpected(f"应以 {move.refused} {move.fields or ''} 拒绝，实际是 {_refusal(refused)}") from refused
            return
        if move.refused is not None:
            raise _Unexpected(f"应以 {move.refused} 拒绝，实际没有拒绝")

    def _start(self, move: Move) -> None:
        actor = self._actor(move)
        self.case = instances.start(key=self.key, variables=self._filled(move.variables, actor), actor=actor)

    def _revise(self, move: Move) -> None:
        actor = self._actor(move)
        shown = forms_for.start_form(deployed.startable(self.key, None).id, actor, revises=self.case)["values"]
        changed = shown | self._filled(move.variables, actor)
        self.case = instances.start(key=self.key, variables=changed, revises=self.case, actor=actor)

    def _task(self, move: Move) -> None:
        actor = self._actor(move)
        found = [task for task in self._open_tasks() if task["element_id"] == move.subject]
        if not found:
            raise _Unexpected(f"没有待办 {move.subject}，现有 {self._open_ids()}")
        variables = self._filled(move.variables, actor)
        # of several tasks of one element, one for each who is asked, the actor's own
        task = next((one for one in found if actor.login in one["candidate_users"]), found[0])
        user_tasks.complete(task["id"], variables=variables, outcome=move.outcome, opinion=move.opinion, actor=actor)

    def _job(self, move: Move) -> None:
        query = select(Job.topic).where(Job.instance_id == self.case, Job.element_id == move.subject, Job.state == "waiting")
        with reading():
            topic = db.session.scalar(query)
        if topic is None:
            raise _Unexpected(f"没有等待外部处理的工作 {move.subject}")
        fetched = external_jobs.fetch(worker=WORKER, topics=[topic], actor=SYSTEM)
        job_id = next(job["id"] for job in fetched if job["process_instance_id"] == self.case and job["element_id"] == move.subject)
        if move.error is not None:
            external_jobs.bpmn_error(
                job_id, worker=WORKER, code=str(move.error.get("code")), message=move.error.get("message"), actor=SYSTEM
            )
        else:
            external_jobs.complete(job_id, worker=WORKER, variables=move.variables, actor=SYSTEM)

    def _wait(self, move: Move) -> None:
        self.now = _office_time(datetime.fromisoformat(move.subject))
        with clock.at(self.now):
            self._work()

    def _work(self) -> None:
        """Do what our workers would do now, until nothing of it is due."""
        for _ in range(MAX_ROUNDS):
            with clock.at(self.now):
                due = jobs.due_ids(MAX_ROUNDS)
                if not sum(jobs.run(job_id) for job_id in due):
                    return
        raise _Unexpected("到期的工作一直没有做完")

    def _actor(self, move: Move) -> Actor:
        return directory.actor(move.actor or "", via="session")

    def _filled(self, value: Any, actor: Actor) -> Any:
        """The value with files in the place of "@name"."""
        if isinstance(value, dict):
            return {key: self._filled(inner, actor) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._filled(inner, actor) for inner in value]
        if not isinstance(value, str) or not value.startswith("@"):
            return value
        key = (actor.login, value)
        if key not in self._uploads:
            name = value[1:]
            content = _CONTENTS.get(name.rpartition(".")[2], b"1\n")
            self._uploads[key] = attachments.store(io.BytesIO(content), name, None, actor=actor).id
        return self._uploads[key]

    def _last_step(self) -> int:
        with reading():
            return db.session.scalar(select(func.max(Step.seq)).where(Step.instance_id == self.case)) or 0

    def _note_events(self, begun: int) -> None:
        query = select(*step_log.CONTENT).where(Step.instance_id == self.case, Step.seq > begun).order_by(Step.seq)
        with reading():
            events = [event for row in db.session.execute(query) for event in step_log.events(row)]
        self._fired = [event["element_id"] for event in events if event["type"] == "timer_fired"]
        self._cancelled = [event["element_id"] for event in events if event["type"] == "user_task_cancelled"]

    def _open_tasks(self) -> list[dict[str, Any]]:
        return [task for task in inbox.of_instance(self.case) if task["state"] == "open"]

    def _open_ids(self) -> list[str]:
        return sorted(task["element_id"] for task in self._open_tasks())

    def check(self, expect: Expect) -> None:
        """Raise _Unexpected with the first thing that does not hold."""
        if not self.case:
            return
        case = cases.get(self.case, SYSTEM)
        self._same("异常数", cases.open_incidents(self.case), expect.incidents)
        self._check_tasks(expect)
        if expect.state is not None:
            self._same("办件状态", case["state"], expect.state)
        if expect.end is not None:
            self._same("到达的结束", (results.last_end(case) or (None, None))[0], expect.end)
        for name, value in expect.variables.items():
            self._same(f"变量 {name}", case["variables"].get(name), value)
        self._check_written(expect)

    def _check_tasks(self, expect: Expect) -> None:
        if expect.tasks is not None:
            self._same("待办", self._open_ids(), sorted(expect.tasks))
        if expect.cancelled is not None:
            self._same("收回的待办", sorted(self._cancelled), sorted(expect.cancelled))
        for login, wanted in expect.inbox.items():
            filters = {"process_instance_id": self.case}
            held = inbox.page(directory.actor(login, via="session"), "todo", filters, 200)["items"]
            self._same(f"{login} 的待办", sorted(task["element_id"] for task in held), sorted(wanted))
        if expect.lists:
            with reading():
                query = select(UserTask.element_id, UserTask.list_name).where(UserTask.instance_id == self.case, UserTask.state == "open")
                lists = {row.element_id: row.list_name for row in db.session.execute(query)}
            self._same("列表", {key: lists.get(key) for key in expect.lists}, expect.lists)

    def _check_written(self, expect: Expect) -> None:
        with reading():
            rows = Counter(db.session.scalars(select(RegisterRow.register).where(RegisterRow.instance_id == self.case)))
            query = select(Notice.login, Notice.text).where(Notice.instance_id == self.case, Notice.at >= self.began)
            notices = [(row.login, row.text) for row in db.session.execute(query)]
        self._same("台账", {key: rows.get(key, 0) for key in expect.records}, expect.records)
        for login, part in expect.notices.items():
            texts = [text for receiver, text in notices if receiver == login]
            if not any(part in text for text in texts):
                raise _Unexpected(f"{login} 应收到含“{part}”的消息，实际收到 {texts}")

    @staticmethod
    def _same(what: str, found: Any, wanted: Any) -> None:
        if found != wanted:
            raise _Unexpected(f"{what}应是 {wanted}，实际是 {found}")


def problems_of(played: Iterable[Played]) -> list[str]:
    """What did not hold, a line a scenario."""
    return [f"{one.file} {one.name}：{problem}" for one in played for problem in one.problems]
