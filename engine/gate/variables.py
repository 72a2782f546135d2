"""Variables that expressions read and that nothing in the process sets: most likely misspelt, or for the starter to send.

Where other systems may send anything (engine.gate.sources) a name is only doubted when it nearly is that of a variable that is set.
"""

from collections.abc import Iterable, Iterator

from engine import expressions, times
from engine.expressions.nodes import Call, Literal, Name, Node, walk
from engine.expressions.reading import Expression, read, read_script, template
from engine.gate.expressions import Site, sites
from engine.gate.findings import Findings
from engine.gate.graph import Graph, Located
from engine.gate.nearly import guess, nearest
from engine.gate.references import Known
from engine.gate.sources import sources_of

#: what the engine gives to every case, to instances of a multi-instance and to complex gateways
GIVEN = frozenset(
    {
        "starter",
        "execution",
        "task",
        "loopCounter",
        "nrOfInstances",
        "nrOfActiveInstances",
        "nrOfCompletedInstances",
        "activationCount",
        "waitingForStart",
    }
)
#: names that are told, and variables among which something similar is looked for
MAX_TOLD = 50
MAX_COMPARED = 1_000
MAX_CHARACTERS_AGAIN = 100_000


def check(graph: Graph, known: Known, findings: Findings) -> None:
    """Warn of the names that nothing sets; not in a file so full of wrong expressions that reading them once was enough."""
    if findings.refused and findings.characters > MAX_CHARACTERS_AGAIN:
        return
    sources = sources_of(graph, known)
    readings, optional = _readings(graph, known)
    unset = {name: at for name, at in readings.items() if name not in sources.names | GIVEN | optional}
    if sources.start and not sources.doors:
        _tell_inputs(unset, sources.names, graph, findings)
        return
    for name, located in list(unset.items())[:MAX_TOLD]:
        near = _similar(name, sources.names) if sources.doors else _like(name, sources.names | GIVEN)
        if near or not sources.doors:
            findings.warning("variable_unset", located, variable=name, **guess(near))


def check_columns(names: Iterable[str], graphs: list[Graph], known: Known, line: int, findings: Findings) -> None:
    """Warn of columns of the filing list that no process of the deployment fills."""
    found = [sources_of(graph, known) for graph in graphs]
    filled = frozenset(GIVEN).union(*(sources.names for sources in found))
    doors = any(sources.doors or sources.start for sources in found)
    for name in dict.fromkeys(names):
        near = None if name in filled else _similar(name, set(filled)) if doors else _like(name, filled)
        if name not in filled and (near or not doors):
            findings.warning("column_unset", line, column=name, **guess(near))


def _tell_inputs(unset: dict[str, Located], names: set[str], graph: Graph, findings: Findings) -> None:
    """All that a start without a form has to bring along, and what nearly is the name of something that is set."""
    doubted = {name: near for name in list(unset)[:MAX_TOLD] if (near := _similar(name, names))}
    for name, near in doubted.items():
        findings.warning("variable_unset", unset[name], variable=name, **guess(near))
    expected = sorted(unset.keys() - doubted.keys())
    if expected:
        start = graph.outline["start"]["element_id"]
        findings.warning("inputs_expected", (start, graph.nodes[start]), variables=expected)


def _like(name: str, names: Iterable[str]) -> str | None:
    return nearest(name, sorted(names)[:MAX_COMPARED], 0.75)


def _similar(name: str, names: set[str]) -> str | None:
    """A name that differs in nothing but capitals and underscores, or in one sign that is no digit at its end."""
    if len(name) < 4:
        return None
    for other in sorted(names)[:MAX_COMPARED]:
        if _bare(other) == _bare(name) or (_is_slip(name, other) and not _is_variation(name, other)):
            return other
    return None


def _bare(name: str) -> str:
    return name.replace("_", "").casefold()


def _is_slip(one: str, other: str) -> bool:
    """Whether one sign was left out, added, replaced, or changed places with its neighbour."""
    if abs(len(one) - len(other)) > 1 or min(len(one), len(other)) < 4:
        return False
    begin = next((k for k, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    left, right = one[begin:], other[begin:]
    swapped = len(left) > 1 and left[:2] == right[1::-1] and left[2:] == right[2:]
    return swapped or left[1:] == right[1:] or left[1:] == right or left == right[1:]


def _is_variation(one: str, other: str) -> bool:
    """Names that differ so on purpose: numbers, one and several, `approve` and `approved`, `is` before or behind."""
    longer, shorter = sorted((one, other), key=len, reverse=True)
    if len(longer) > len(shorter):
        return longer[:-1] == shorter or longer[1:] == shorter
    different = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    return all(a.isdigit() or b.isdigit() or not (a.isascii() and b.isascii()) for a, b in different) or one[:-1] == other[:-1]


def _readings(graph: Graph, known: Known) -> tuple[dict[str, Located], set[str]]:
    """Where each variable is read first; and those that some expression asks whether they are there."""
    readings: dict[str, Located] = {}
    optional: set[str] = set()
    for located in graph.elements.items():
        for node in (node for site in _sites(located) for node in _trees(site)):
            names, asked = _names(node)
            optional |= asked
            for name in names:
                readings.setdefault(name, located)
        reference = located[1].get("decision_ref")
        for name in sorted(known.decision_reads.get(reference or "", ())):
            readings.setdefault(name, located)
    return readings, optional


def _sites(located: Located) -> Iterator[Site]:
    """The texts that are computed with the variables of the case, and not with those of a called process or of an answer."""
    entry = located[1]
    elsewhere = {text for _, text in entry.get("outputs") or ()} | {text for _, text in (entry.get("work") or {}).get("outputs") or ()}
    yield from (site for site in sites(located) if site.site not in ("mapping", "correlation") and site.text not in elsewhere)
    if entry["type"] == "scriptTask" and entry.get("script") and not entry.get("problem"):
        yield Site(located, "script", entry["script"], "expression" if entry["result_variable"] else "script")


def _trees(site: Site) -> list[Expression]:
    try:
        if site.kind == "script":
            return _of_script(site.text)
        if site.kind == "template" or (site.kind in times.KINDS and ("{" in site.text or "(" not in site.text)):
            return [piece for piece in template(site.text) if isinstance(piece, Expression)]
        return [read(site.text)]
    except expressions.ExpressionRefused:
        return []


def _of_script(text: str) -> list[Expression]:
    """What each line reads, without what the lines before it have set."""
    known: set[str] = set()
    found = []
    for name, expression in read_script(text).assignments:
        found.append(Expression(expression.node, expression.names - known, (), ()))
        known.add(name)
    return found


def _names(expression: Expression) -> tuple[list[str], set[str]]:
    """The variables that an expression needs, and those that it asks for whether they are there."""
    asked = {name for node, _ in walk(expression.node) for name in _asked(node)}
    return sorted(expression.names - asked), asked


def _asked(node: Node) -> list[str]:
    match node:
        case Call(name="variable" | "defined", arguments=(Literal(value=str(name)),) | (Name(name=name),)):
            return [str(name)]
    return []
