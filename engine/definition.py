"""A version of a process: from the diagram to its stored form, and from there to the specifications that SpiffWorkflow runs."""

from collections.abc import Iterator
from typing import Any

import zstandard
from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec

from engine import values
from engine.decisions import Decision
from engine.elements import WORDS
from engine.elements.base import Element, Root
from engine.elements.compensation import Undo
from engine.elements.joint import JointDecision, is_joint
from engine.elements.repeats import Loop, MultiInstance
from engine.elements.revision import Revision
from engine.elements.signing import Signer
from engine.elements.tasks import UserTask
from engine.errors import NotExecutable
from engine.exactness import check_exact
from engine.graph import Graph, Node, reachable
from engine.normalise import normalise
from engine.parser import read_scopes
from engine.vote_rules import with_buttons

FORMAT = 1


def compile_process(key: str, outline: dict[str, Any]) -> bytes:
    """The stored form of a process; raises NotExecutable(code, element_id, values) for what we do not execute exactly."""
    scopes = read_scopes(key, outline)
    check_exact(scopes)
    normalise(scopes)
    document: dict[str, Any] = {"format": FORMAT, "key": key, "scopes": [scope.to_document() for scope in scopes.values()]}
    if outline["correlation"]:
        document["correlation"] = outline["correlation"]
    compiled = zstandard.ZstdCompressor().compress(values.dumps(document))
    Definition(key, 0, compiled, {})
    return compiled


class Process(WorkflowSpec):
    """The specification of one scope."""

    def __init__(self, definition: "Definition", graph: Graph) -> None:
        super().__init__(name=graph.id)
        #: key:version of the process that holds the elements
        self.definition = f"{definition.key}:{definition.version}"
        self.key, self.version = definition.key, definition.version
        self.family = definition.specs
        self.decisions = definition.decisions
        self.siblings = definition.siblings
        self.correlation = definition.correlation
        self.starts: tuple[str, ...] = tuple(graph.starts)
        self.listeners: tuple[str, ...] = tuple(graph.listeners)
        # what the library's workflows ask of a specification and we do not use
        self.data_objects: dict[str, Any] = {}
        self.start = Root(self)
        self.undo_with = graph.undo
        self.initial = graph.initial
        Undo(self)
        for node in graph.nodes.values():
            self._add(node)
            if node.word == "startEvent" and graph.id == definition.key:
                Revision(self, node)
        self._connect(graph)
        #: whether an event anywhere in the process waits for a condition
        self.conditional = False
        #: whether there is a join that looks at where other tokens are
        self.watchful = any(spec.watchful for spec in self.elements())
        self._reach: dict[tuple[str, str], frozenset[str]] = {}

    def elements(self) -> Iterator[Element]:
        """Every specification."""
        yield from self.task_specs.values()

    def _add(self, node: Node) -> None:
        kind = WORDS.get(node.word)
        if kind is None:
            raise NotExecutable("unknown_element", node.id, word=node.word)
        if kind is UserTask:
            Signer(self, node)
        if "multi_instance" in node.element:
            repeated: Element = (JointDecision if is_joint(node) else MultiInstance)(self, node)
        elif "loop" in node.element:
            repeated = Loop(self, node)
        else:
            kind(self, node)
            return
        element = with_buttons(node.element) if isinstance(repeated, JointDecision) else node.element
        inner = kind(self, Node(node.id, node.word, element), f"{node.id} [child]")
        inner.instance = inner.reports = True
        repeated.manual = False

    def _connect(self, graph: Graph) -> None:
        for node in graph.nodes.values():
            for flow in node.flows:
                self.task_specs[flow.target].incoming[flow.id] = node.id
            if node.compensation:
                self.task_specs[node.compensation].reports = True

    def reach(self, join: str, start: str) -> frozenset[str]:
        """The elements that a token at `start` can come to without passing `join`, the start included."""
        found = self._reach.get((join, start))
        if found is None:
            found = self._reach[(join, start)] = reachable(start, join, lambda at: self.task_specs[at]._outputs)
        return found


class Definition:
    """A version of a process, restored from its stored form."""

    def __init__(
        self, key: str, version: int, compiled: bytes, decisions: dict[str, dict[str, Any]], siblings: dict[str, int] | None = None
    ) -> None:
        self.key = key
        self.version = version
        self.siblings = siblings or {}
        self.decisions = {name: Decision.from_document(document) for name, document in decisions.items()}
        self.specs: dict[str, Process] = {}
        document = values.loads(zstandard.ZstdDecompressor().decompress(compiled))
        #: by what the messages of the process find their cases
        self.correlation: list[dict[str, Any]] = document.get("correlation", [])
        for scope in document["scopes"]:
            graph = Graph.from_document(scope)
            self.specs[graph.id] = Process(self, graph)
        conditional = any(getattr(spec, "kind", None) == "conditional" for process in self.specs.values() for spec in process.elements())
        for process in self.specs.values():
            process.conditional = conditional

    @property
    def main(self) -> Process:
        """The specification of the process itself."""
        return self.specs[self.key]
