"""JUEL's coercions, each case from the Expression Language's own rules (2.2: 1.6 to 1.12 and 1.18), and Flowable's functions."""

from decimal import Decimal
from typing import Any

import pytest

from engine.expressions import ExpressionFailed, check, evaluate

VARIABLES: dict[str, Any] = {
    "n": None,
    "a": 3,
    "s": "5",
    "e": "",
    "t": True,
    "f": False,
    "l": ["a", "b"],
    "m": {"k": 1, "键": 2},
    "x": "abcb",
    "role": "经理",
    "天数": 5,
}

CASES = [
    ("${n > 3}", False),
    ("${n < 3}", False),
    ("${n >= 3}", False),
    ("${n >= n && n <= n}", True),
    ("${n == n}", True),
    ("${n == '' || n == 0 || n == false}", False),
    ("${n != 3}", True),
    ("${n + 1}", 1),
    ("${n - 1}", -1),
    ("${n * 2}", 0),
    ("${n + n}", 0),
    ("${-n}", 0),
    ("${e + 1}", 1),
    ("${e * 2}", 0),
    ("${e == 0}", True),
    ("${e > 3}", False),
    ("${s + 3}", 8),
    ("${s == 5 && 5 == s}", True),
    ("${8 div 2}", Decimal("4")),
    ("${t == 'true' && 'TRUE' == t}", True),
    ("${f == 'no'}", True),
    ("${t == 'yes'}", False),
    ("${n || t}", True),
    ("${t && 'true'}", True),
    ("${t && 'abc'}", False),
    ("${!n}", True),
    ("${n ? 1 : 2}", 2),
    ("${e ? 1 : 2}", 2),
    ("${m.none == null}", True),
    ("${m['none'] == null && m['键'] == 2}", True),
    ("${m.get == null && m.keys == null}", True),
    ("${empty m.none}", True),
    ("${n.k.j == null}", True),
    ("${l[9] == null && l[-1] == null}", True),
    ("${l['1']}", "b"),
    ("${天数 > 3 && role == '经理'}", True),
    ("${var:getOrDefault('missing', 5)}", 5),
    ("${vars:getOrDefault(a, 5)}", 3),
    ("${variables:contains(l, 'a', 'b')}", True),
    ("${var:contains(l, 'a', 'z')}", False),
    ("${var:containsAny(l, 'z', 'b')}", True),
    ("${var:contains(missing, 'a')}", False),
    ("${var:lowerThan(a, 4) && var:lowerThanOrEquals(a, 3)}", True),
    ("${x.charAt(1) == 'b' && x.lastIndexOf('b') == 3}", True),
    ("${l.containsAll(l)}", True),
]


@pytest.mark.parametrize(("text", "value"), CASES, ids=[text for text, _ in CASES])
def test_juel_coerces_as_its_specification_says(text: str, value: Any) -> None:
    check(text)
    found = evaluate(text, VARIABLES)
    assert found == value
    assert isinstance(found, bool) is isinstance(value, bool)


@pytest.mark.parametrize("text", ["${a ? 1 : 2}", "${!a}", "${t && l}", "${missing > 3}", "${x.charAt(9)}"])
def test_what_juel_cannot_coerce_fails(text: str) -> None:
    with pytest.raises(ExpressionFailed):
        evaluate(text, VARIABLES)


def test_our_own_form_still_fails_for_nothing() -> None:
    with pytest.raises(ExpressionFailed):
        evaluate("n > 3", VARIABLES)
