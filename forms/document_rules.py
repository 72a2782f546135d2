"""What a form document may say: checked when it is deployed, so that no case meets a broken form."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Final

from forms import kinds, patterns

MAX_COMPONENTS: Final = 300
MAX_DEPTH: Final = 5
MAX_TEXT: Final = 2000
SUBTYPES: Final = frozenset({"date", "time", "datetime"})
VALIDATION_TYPES: Final = frozenset({"email", "phone", "custom"})
#: form-js properties that change what a field means and that are not supported: better said than skipped
UNSUPPORTED: Final = ("valuesKey", "valuesExpression", "isRepeating", "disallowPassedDates")
#: faults with which a form of a foreign diagram still works: types are checked, nothing more
FORGIVEN: Final = frozenset(
    {
        "no_options",
        "bad_option",
        "duplicate_option",
        "duplicate_key",
        "bad_key",
        "key_underscore",
        "bad_default",
        "bad_limit",
        "limits_crossed",
    }
)

AllowedCondition = Callable[[str], bool]


@dataclass(frozen=True)
class Problem:
    """A fault of a form document: where (`components[2].validate`), a stable code, and values for the sentence."""

    path: str
    code: str
    values: Mapping[str, Any] = field(default_factory=dict)
    #: error (refuses the deployment) or warning
    severity: str = "error"


def check_document(document: Any, *, allowed_condition: AllowedCondition | None = None) -> list[Problem]:
    """All faults of a form document; `allowed_condition` says whether an expression of `conditional.hide` may run.

    A form that was taken from a foreign diagram (`foreign: true`) is not refused for what only its choices or names lack.
    """
    if not isinstance(document, dict):
        return [Problem("", "not_an_object")]
    problems = list(_Checker(allowed_condition).document(document))
    if document.get("foreign") is not True:
        return problems
    return [replace(problem, severity="warning") if problem.code in FORGIVEN else problem for problem in problems]


class _Checker:
    def __init__(self, allowed_condition: AllowedCondition | None) -> None:
        self._allowed = allowed_condition
        self._count = 0

    def document(self, document: dict[str, Any]) -> Iterator[Problem]:
        if not _is_text(document.get("id")) or not document["id"]:
            yield Problem("id", "missing_id")
        if document.get("schema", 1) != 1:
            yield Problem("schema", "unknown_schema", {"schema": _shown(document.get("schema"))})
        if not _is_text(document.get("title", "")):
            yield Problem("title", "not_text")
        yield from self._list(document.get("components"), "components", set(), 0)

    def _list(self, components: Any, path: str, keys: set[str], depth: int) -> Iterator[Problem]:
        if not isinstance(components, list):
            yield Problem(path, "not_a_list")
            return
        if depth > MAX_DEPTH:
            yield Problem(path, "too_deep", {"maximum": MAX_DEPTH})
            return
        for index, component in enumerate(components):
            self._count += 1
            if self._count > MAX_COMPONENTS:
                yield Problem(path, "too_many_components", {"maximum": MAX_COMPONENTS})
                return
            yield from self._component(component, f"{path}[{index}]", keys, depth)

    def _component(self, component: Any, path: str, keys: set[str], depth: int) -> Iterator[Problem]:
        if not isinstance(component, dict):
            yield Problem(path, "not_an_object")
            return
        component_type = component.get("type")
        if not isinstance(component_type, str) or component_type not in kinds.TYPES:
            yield Problem(path, "unknown_type", {"type": _shown(component_type)})
            return
        yield from _texts(component, path)
        yield from self._condition(component, path)
        if component_type == "group":
            yield from self._group(component, path, keys, depth)
        elif component_type not in kinds.STATIC:
            yield from self._field(component, path, keys, depth)

    def _group(self, component: dict[str, Any], path: str, keys: set[str], depth: int) -> Iterator[Problem]:
        if component.get("path"):
            yield Problem(f"{path}.path", "unsupported", {"property": "path"})
        yield from self._list(component.get("components"), f"{path}.components", keys, depth + 1)

    def _field(self, component: dict[str, Any], path: str, keys: set[str], depth: int) -> Iterator[Problem]:
        yield from _key(component, path, keys)
        kind, problems = _kind(component, path)
        yield from problems
        yield from _flags(component, path)
        if kind is None:
            return
        yield from _limits(component, kind, path)
        if kind.name in ("choice", "choices"):
            yield from _options(component, path)
        if kind.name == "rows":
            yield from self._list(component.get("components"), f"{path}.components", set(), depth + 1)

    def _condition(self, component: dict[str, Any], path: str) -> Iterator[Problem]:
        conditional = component.get("conditional")
        if conditional is None:
            return
        hide = conditional.get("hide") if isinstance(conditional, dict) else None
        if hide is None and conditional == {}:
            return
        if not isinstance(hide, str) or not hide or len(hide) > MAX_TEXT:
            yield Problem(f"{path}.conditional", "bad_condition", {"condition": _shown(hide)})
        elif self._allowed is not None and not self._allowed(hide):
            yield Problem(f"{path}.conditional.hide", "bad_condition", {"condition": _shown(hide)})


def _flags(component: dict[str, Any], path: str) -> Iterator[Problem]:
    for name in UNSUPPORTED:
        if component.get(name):
            yield Problem(f"{path}.{name}", "unsupported", {"property": name})
    for name in ("readonly", "disabled", "multiple"):
        if not isinstance(component.get(name, False), bool):
            yield Problem(f"{path}.{name}", "not_yes_no", {"property": name})
    if not _is_simple(component.get("defaultValue")):
        yield Problem(f"{path}.defaultValue", "bad_default", {"value": _shown(component["defaultValue"])})


def _key(component: dict[str, Any], path: str, keys: set[str]) -> Iterator[Problem]:
    key = key_of(component)
    if not isinstance(key, str) or not key or len(key) > 100 or not _is_text(key):
        yield Problem(f"{path}.key", "missing_key", {"key": _shown(key)})
    elif key.startswith("_"):
        yield Problem(f"{path}.key", "key_underscore", {"key": key})
    elif any(character in key for character in '.[]\n\r\t"'):
        yield Problem(f"{path}.key", "bad_key", {"key": _shown(key)})
    elif key in keys:
        yield Problem(f"{path}.key", "duplicate_key", {"key": key})
    else:
        keys.add(key)


def key_of(component: Mapping[str, Any]) -> Any:
    """The name of a component's value: `key`, or for repeating rows form-js's `path`."""
    key = component.get("key")
    return component.get("path") if key is None and component.get("type") == "dynamiclist" else key


def _texts(component: dict[str, Any], path: str) -> Iterator[Problem]:
    for name in ("label", "description"):
        if not _is_text(component.get(name) or ""):
            yield Problem(f"{path}.{name}", "not_text", {"property": name})


def _kind(component: dict[str, Any], path: str) -> tuple[kinds.Kind | None, list[Problem]]:
    properties = component.get("properties") or {}
    if not isinstance(properties, dict):
        return None, [Problem(f"{path}.properties", "not_an_object")]
    named = properties.get("kind")
    if named is not None and (not isinstance(named, str) or named not in kinds.NAMED):
        return None, [Problem(f"{path}.properties.kind", "unknown_kind", {"kind": _shown(named)})]
    subtype = component.get("subtype")
    if component["type"] == "datetime" and subtype is not None and (not isinstance(subtype, str) or subtype not in SUBTYPES):
        return None, [Problem(f"{path}.subtype", "unknown_subtype", {"subtype": _shown(subtype)})]
    name = kinds.kind_of(component["type"], subtype, named)
    kind = kinds.KINDS[name] if name else None
    if kind and component["type"] not in kind.types:
        return None, [Problem(f"{path}.properties.kind", "kind_on_wrong_type", {"kind": kind.name, "type": component["type"]})]
    return kind, []


def _limits(component: dict[str, Any], kind: kinds.Kind, path: str) -> Iterator[Problem]:
    rules = component.get("validate") or {}
    if not isinstance(rules, dict):
        yield Problem(f"{path}.validate", "not_an_object")
        return
    for name in sorted(rules.keys() - kind.limits - {"required"}, key=str):
        if rules[name] not in (None, ""):
            yield Problem(f"{path}.validate.{_shown(name)}", "limit_without_effect", {"limit": _shown(name)}, severity="warning")
    if not isinstance(rules.get("required", False), bool):
        yield Problem(f"{path}.validate.required", "not_yes_no", {"property": "required"})
    yield from _pair(rules, "min", "max", path, whole=False)
    yield from _pair(rules, "minLength", "maxLength", path, whole=True)
    decimals = component.get("decimalDigits")
    if decimals is not None and not (_is_number(decimals, whole=True) and 0 <= decimals <= 10):
        yield Problem(f"{path}.decimalDigits", "bad_limit", {"limit": "decimalDigits", "value": _shown(decimals)})
    yield from _written(rules, path)


def _written(rules: dict[str, Any], path: str) -> Iterator[Problem]:
    if not _is_text(rules.get("patternErrorMessage") or ""):
        yield Problem(f"{path}.validate.patternErrorMessage", "not_text", {"property": "patternErrorMessage"})
    validation_type = rules.get("validationType") or "custom"
    if not isinstance(validation_type, str) or validation_type not in VALIDATION_TYPES:
        yield Problem(f"{path}.validate.validationType", "unknown_validation_type", {"type": _shown(validation_type)})
    if rules.get("pattern"):
        yield from _pattern(rules["pattern"], f"{path}.validate.pattern")


def _pair(rules: dict[str, Any], low: str, high: str, path: str, *, whole: bool) -> Iterator[Problem]:
    bounds = []
    for name in (low, high):
        value = rules.get(name)
        if value in (None, ""):
            continue
        if not _is_number(value, whole=whole) or (whole and value < 0):
            yield Problem(f"{path}.validate.{name}", "bad_limit", {"limit": name, "value": _shown(value)})
        else:
            bounds.append(value)
    if len(bounds) == 2 and Decimal(str(bounds[0])) > Decimal(str(bounds[1])):
        yield Problem(f"{path}.validate.{low}", "limits_crossed", {"minimum": _shown(bounds[0]), "maximum": _shown(bounds[1])})


def _pattern(pattern: Any, path: str) -> Iterator[Problem]:
    try:
        patterns.compiled(pattern) if isinstance(pattern, str) else patterns.Pattern("")
    except patterns.PatternRefused as problem:
        yield Problem(path, "bad_pattern", {"pattern": _shown(pattern), "reason": str(problem)})


def _options(component: dict[str, Any], path: str) -> Iterator[Problem]:
    options = component.get("values")
    if not isinstance(options, list) or not options:
        yield Problem(f"{path}.values", "no_options")
        return
    seen: set[str] = set()
    for index, option in enumerate(options):
        value = option.get("value") if isinstance(option, dict) else None
        if not isinstance(value, str) or not value or not _is_text(value) or not _is_text(option.get("label") or value):
            yield Problem(f"{path}.values[{index}]", "bad_option")
        elif value in seen:
            yield Problem(f"{path}.values[{index}]", "duplicate_option", {"value": value})
        else:
            seen.add(value)


def _is_text(value: Any) -> bool:
    if not isinstance(value, str) or len(value) > MAX_TEXT or "\x00" in value:
        return False
    return not any("\ud800" <= character <= "\udfff" for character in value)


def _is_number(value: Any, *, whole: bool) -> bool:
    if isinstance(value, bool):
        return False
    if isinstance(value, int):
        return value.bit_length() <= 64
    if whole or not isinstance(value, (Decimal, float)):
        return False
    number = Decimal(str(value))
    return number.is_finite() and -20 <= number.adjusted() <= 20


def _is_simple(value: Any) -> bool:
    """Whether a default is a single value, or a list of texts."""
    if isinstance(value, list):
        return all(_is_text(entry) for entry in value)
    return value is None or isinstance(value, bool) or _is_text(value) or _is_number(value, whole=False)


def _shown(value: Any) -> str:
    """A value of the document, short and printable, for a sentence."""
    try:
        text = value if isinstance(value, str) else repr(value)
    except ValueError:
        # Python refuses to write out integers of thousands of digits.
        text = "…"
    return text[:100].encode("utf-8", "replace").decode("utf-8").replace("\x00", "?")
