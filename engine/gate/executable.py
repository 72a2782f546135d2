"""Which processes of a file are deployed: the rules about isExecutable (CONTRACT 5)."""

from engine.dialects.names import FLOW_NODES, Node, bpmn_children, is_true, word
from engine.gate.findings import Findings

MAX_PROCESSES = 100


def executable_processes(root: Node, findings: Findings) -> list[Node]:
    """The processes to deploy, in document order. Absent counts as true, with a warning, for the only process; false refuses."""
    processes = bpmn_children(root, "process")
    drawn = [process for process in processes if any(word(child) in FLOW_NODES for child in process)]
    chosen = [process for process in drawn if is_true(process.get("isExecutable"))]
    if len(chosen) > MAX_PROCESSES:
        findings.error("too_many_processes", chosen[MAX_PROCESSES], count=len(chosen), limit=MAX_PROCESSES)
        return []
    if chosen:
        for process in (one for one in drawn if not is_true(one.get("isExecutable"))):
            findings.warning("process_not_executable", process)
        return chosen
    if not processes:
        findings.error("no_process")
    elif not drawn:
        findings.error("process_empty", processes[0])
    elif len(drawn) == 1 and drawn[0].get("isExecutable") is None:
        findings.warning("executable_assumed", drawn[0])
        return drawn
    else:
        for process in drawn:
            findings.error("nothing_executable", process)
    return []
