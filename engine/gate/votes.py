"""How several people decide a task together: the properties beside `decide`, before anybody votes."""

from collections.abc import Callable, Mapping
from typing import Any

from engine import buttons, vote_rules
from engine.dialects.names import Entry
from engine.gate.findings import Findings
from engine.gate.graph import Graph, Located
from engine.gate.references import is_expression
from engine.votes import BASES, DECIDES, fraction_of


def check(graph: Graph, findings: Findings) -> None:
    """Every element that draws something about a joint decision."""
    for identity, entry in graph.nodes.items():
        properties = entry.get("properties") or {}
        if "decide" in properties:
            _check_decide((identity, entry), properties, findings)
        elif entry["type"] == "userTask" and entry.get("multi_instance"):
            for name in sorted(vote_rules.OPTIONS & properties.keys()):
                findings.warning("vote_option_alone", (identity, entry), option=name)


def _check_decide(located: Located, properties: Mapping[str, str], findings: Findings) -> None:
    entry, decide = located[1], properties["decide"]
    if entry["type"] != "userTask" or not entry.get("multi_instance"):
        findings.warning("decide_without_people", located, value=decide)
        return
    if decide not in DECIDES:
        findings.error("decide_unknown", located, value=decide, known=list(DECIDES))
        return
    if entry["multi_instance"].get("completion_condition"):
        findings.error("decide_and_condition", located, condition=entry["multi_instance"]["completion_condition"])
    for name in sorted(vote_rules.EXCLUDED[decide] & properties.keys()):
        findings.error("vote_option_not_here", located, option=name, decide=decide)
    _check_threshold(located, decide, properties, findings)
    for name in sorted((vote_rules.OPTIONS - vote_rules.EXCLUDED[decide]) & properties.keys()):
        _check_value(located, name, properties[name], findings)
    _check_outcomes(located, properties, findings)
    if properties.get("sealed", "false") != "false" and entry.get("form_key"):
        findings.warning("sealed_with_form", located)


def _check_threshold(located: Located, decide: str, properties: Mapping[str, str], findings: Findings) -> None:
    drawn = [name for name in ("ratio", "votes_needed") if properties.get(name)]
    if len(drawn) == 2:
        findings.error("vote_threshold_twice", located)
    elif decide == "ratio" and not drawn:
        findings.error("vote_threshold_missing", located)


def _is_positive(text: str) -> bool:
    return fraction_of(text) > 0


def _are_weights(text: str) -> bool:
    table = vote_rules.weights_in(text)
    return table is not None and all(fraction_of(weight) >= 0 for weight in table.values())


#: a written value is right when this gives true; what may be computed is not looked at. Words are compared as they are, here as later:
#: a sealed vote with a blank too many would name its people
_RIGHT: Mapping[str, Callable[[str], Any]] = {
    "ratio": lambda text: bool(vote_rules.share_of(text)),
    "share_of": lambda text: text in BASES,
    "votes_needed": _is_positive,
    "weights": _are_weights,
    "quorum": _is_positive,
    "wait_for_all": lambda text: text.strip() in ("true", "false"),
    "veto": lambda text: (vote_rules.at_least(text) or 0) >= 0,
    "sealed": lambda text: text in vote_rules.SEALED,
}
_EXPECTED: Mapping[str, tuple[str, str]] = {
    "ratio": ("2/3、0.5、50% 或 >1/2 这样的比例", "a share such as 2/3, 0.5, 50% or >1/2"),
    "share_of": ("all（全部应投）、present（已投，含弃权）或 cast（同意加不同意）", "all, present or cast"),
    "votes_needed": ("大于 0 的票数", "a number of votes above 0"),
    "weights": ("表达式，或 wang: 2; li: 1 这样的票数", "an expression, or weights such as wang: 2; li: 1"),
    "quorum": ("票数，或 2/3 这样的比例", "a number of votes, or a share such as 2/3"),
    "wait_for_all": ("true 或 false", "true or false"),
    "veto": ("登录名或角色，或 >=2 这样的票数", "logins or roles, or a weight such as >=2"),
    "sealed": ("true、names 或 false", "true, names or false"),
}


def _check_value(located: Located, name: str, text: str, findings: Findings) -> None:
    if name not in _RIGHT or (name != "sealed" and is_expression(text)):
        return
    try:
        right = _RIGHT[name](text)
    except ValueError:
        right = False
    if not right:
        expected, expected_en = _EXPECTED[name]
        findings.error("vote_value", located, option=name, value=text, expected=expected, expected_en=expected_en)


def _check_outcomes(located: Located, properties: Mapping[str, str], findings: Findings) -> None:
    """Every button is a yes, a no or an abstention, and there is one of each of the first two."""
    text = properties.get("outcomes") or ""
    if not text or is_expression(text):
        return
    drawn = buttons.drawn(text)
    unclear = [value for value in drawn if not vote_rules.is_clear(properties, value)]
    if unclear:
        findings.error("vote_outcome_unclear", located, outcomes=unclear)
    said = {vote_rules.said(properties, value) for value in drawn}
    for kind, words, words_en in (("yes", "同意", "agrees"), ("no", "不同意", "refuses")):
        if kind not in said and not unclear:
            findings.error("vote_outcome_missing", located, kind_zh=words, kind_en=words_en)


def computed(entry: Entry) -> list[str]:
    """The texts about a joint decision that hold expressions."""
    properties = entry.get("properties") or {}
    if entry["type"] != "userTask" or not entry.get("multi_instance") or not vote_rules.is_joint(properties):
        return []
    return [properties[name] for name in sorted(vote_rules.OPTIONS & properties.keys()) if is_expression(properties[name])]
