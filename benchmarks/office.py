"""An office for the benchmarks: a fresh SQLite file, people, a small approval process."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from processes import deployments, schema, settings
from processes.actors import SYSTEM, Actor
from processes.db import db
from processes.people import accounts, directory
from web.app import create_app

PEOPLE = ("first", "second", "third")
APPROVAL = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="bench">
  <bpmn:process id="approval" name="Approval" isExecutable="true">
    <bpmn:startEvent id="start"/><bpmn:exclusiveGateway id="choice" default="small"/><bpmn:parallelGateway id="fork"/>
    <bpmn:userTask id="first" name="First" camunda:assignee="first"/><bpmn:userTask id="second" name="Second" camunda:assignee="second"/>
    <bpmn:userTask id="third" name="Third" camunda:assignee="third"/><bpmn:parallelGateway id="join"/><bpmn:endEvent id="end"/>
    <bpmn:endEvent id="nothing"/>
    <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="choice"/>
    <bpmn:sequenceFlow id="f2" sourceRef="choice" targetRef="fork"><bpmn:conditionExpression>amount &gt;= 5000</bpmn:conditionExpression></bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="small" sourceRef="choice" targetRef="nothing"/>
    <bpmn:sequenceFlow id="f3" sourceRef="fork" targetRef="first"/><bpmn:sequenceFlow id="f4" sourceRef="fork" targetRef="second"/>
    <bpmn:sequenceFlow id="f5" sourceRef="fork" targetRef="third"/><bpmn:sequenceFlow id="f6" sourceRef="first" targetRef="join"/>
    <bpmn:sequenceFlow id="f7" sourceRef="second" targetRef="join"/><bpmn:sequenceFlow id="f8" sourceRef="third" targetRef="join"/>
    <bpmn:sequenceFlow id="f9" sourceRef="join" targetRef="end"/>
  </bpmn:process>
</bpmn:definitions>
"""
#: about a kilobyte, as a form would bring
FORM_DATA = {"amount": 6000, "reason": "x" * 900, "site": "y" * 60}


@contextmanager
def opened(database: str = "") -> Iterator[Path]:
    """A fresh office with its application context, in a database that is empty (SQLite unless named); gives the folder of its files."""
    with TemporaryDirectory() as folder:
        var = Path(folder)
        models = var / "models"
        models.mkdir()
        given = {"VAR__DIR": folder, "MODELS__DIR": str(models), "REDIS__URL": "off", "DEMO__ENABLED": "false", "DATABASE__URL": database}
        app = create_app(settings.load({f"BANJIE_{name}": value for name, value in given.items()}))
        with app.app_context():
            schema.upgrade()
            for login in (*PEOPLE, "applicant"):
                accounts.create(login, login, ("clerk",), actor=SYSTEM)
            yield var
            db.session.remove()
            db.engine.dispose()


def person(login: str) -> Actor:
    """Somebody at work."""
    return directory.actor(login, via="session")


def integrator(key: str) -> Actor:
    """Another system that may start a process with any data."""
    return Actor("applicant", "applicant", roles=frozenset({"integrator"}), scope=(key,), via="token")


def deploy(name: str, xml: str) -> None:
    """Deploy one diagram."""
    deployments.deploy(name, {f"{name}.bpmn": xml.encode()}, actor=SYSTEM)
