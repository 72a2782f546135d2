"""docs/bpmn-support.md from the rows of the support table: `python -m tests.engine.support_table > docs/bpmn-support.md`."""

import sys
from pathlib import Path

from engine.elements import REFUSED
from engine.gate import words
from tests.engine.support import activities, events, gateways, told
from tests.engine.support.rows import Executed, Told

PAGE = Path(__file__).resolve().parents[2] / "docs" / "bpmn-support.md"
HEAD = """# What of BPMN is executed

Every element is executed as the standard says, or refused at deployment with element, line, reason and what to draw instead. What has
no effect is
accepted, with a warning where somebody might expect one. This page is made from the tests: each row is a small diagram with what must
be open
after every step (`tests/engine/support`), and where the last column says how SpiffWorkflow as it comes is wrong, the same diagram is
played on it and must
fail in that way (`tests/engine/stock`). `python -m tests.engine.support_table > docs/bpmn-support.md` writes it anew; a test keeps it
current.

Beyond the rows, random diagrams are played step by step beside a token game that shares no code with the engine
(`tests/engine/reference`, more seeds with
`BANJIE_TEST_SEEDS=150`): SpiffWorkflow as it comes runs 9 % of them wrong.

## Executed

| element | what | SpiffWorkflow as it comes |
|---|---|---|
"""
REFUSALS = """
## Refused by name

Each with element, line and what to draw instead.

| element | what | code |
|---|---|---|
"""
WARNINGS = """
## Accepted with a warning

| element | what | code |
|---|---|---|
"""
TAIL = """
Refused as well are wrong connections and references, and everything that the gate cannot read. All codes have Chinese and English
sentences in `engine/gate`.

## Rules that the standard leaves open

- **Ad-hoc sub-process.** What no flow leads to is enabled when it is entered, each activity once. With `ordering="Sequential"` what
  needs no person runs first, alone and as drawn; then the user tasks are offered together, and whoever completes one has chosen it.
  While something follows from it the others are taken back. After each activity the completion condition is looked at; when all has
  been done and it does not hold, everything is enabled again. Without a condition it ends.
- **Complex gateway.** The activation condition sees `activationCount` and the number of tokens on each flow under the flow's id. After
  it has been activated the gateway waits for the other flows as an inclusive one would, and what comes late ends there; a flow out
  whose condition names `waitingForStart` is looked at again.
- **Conditional events** look as soon as a variable has changed, before the activity that changed it is left; what holds at the beginning
  counts before anything runs. One that does not interrupt comes again when its condition has become false and true again; where
  `variableName` names a variable, at every change of it.
- **Compensation.** Handlers run one after the other, what was completed last first, also where people are asked. A handler sees the
  variables of now, and of an instance also its own item. A finished sub-process without a handler is taken back from inside. A
  cancelled transaction also takes back what was completed in a sub-process that is still open. Called processes are taken back by a
  handler at the call only.
- **Messages.** A message that somebody in the case waits for stays in it. Otherwise it goes to the cases that wait and fit by
  correlation keys, business key and variables; when none does, to start events. Cases that have spoken with each other keep speaking
  with each other.
- **Data objects** are variables: with a value they begin with it, and those of a sub-process are its own. An arrow into a **data
  store** writes a row of the register of its name; the property `record_fields` of the store says which variables.
- **Errors.** A script that fails raises the error `ScriptError`, a job whose retries are used up `JobError`, where an event catches it;
  else each is an incident.

## Other people's diagrams

| drawn for | read |
|---|---|
| Camunda 7 | attributes, parameters, form fields, external tasks, expressions, scripts that only assign, decisions, properties |
| Camunda 7 | multi-instance, call activities; foreign work by `[services]` of process.toml |
| Flowable, Activiti | the same in their namespaces, form properties, fields of tasks, `dmn` service tasks, `var:` functions |
| SpiffWorkflow | called decisions, properties, scripts before and after an element |
| Camunda 8 | no: `zeebe:` extensions are refused by name |
"""


def page() -> str:
    """The whole page."""
    executed = [*events.ROWS, *gateways.ROWS, *activities.ROWS]
    refused = [row for row in told.ROWS if row.severity == "error"]
    warned = [row for row in told.ROWS if row.severity == "warning"]
    late = [Told(row.element, row.what, row.xml, code, "warning") for row in executed for code in row.warned]
    tables = (
        "".join(_executed(row) for row in executed),
        REFUSALS,
        "".join(_told(row) for row in refused),
        WARNINGS,
        "".join(_told(row) for row in [*warned, *late]),
    )
    return HEAD + "".join(tables) + TAIL


def _executed(row: Executed) -> str:
    return f"| {row.element} | {_cell(row.what)} | {_cell(row.stock)} |\n"


def _told(row: Told) -> str:
    return f"| {row.element} | {_cell(row.what)} | `{row.code}` |\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def check() -> list[str]:
    """What the engine refuses by name and no row tells, and codes without words."""
    codes = {row.code for row in told.ROWS}
    return [*sorted(set(REFUSED.values()) - codes), *sorted(code for code in codes if not words.is_known(code))]


if __name__ == "__main__":
    sys.stdout.write(page())
