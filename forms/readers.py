"""How the value of each kind of field is read: the value as it is stored, or a fact about what is wrong with it.

JSON is strict about types: "5" is no number and "false" no answer. What people type into a page goes through forms.posted first.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

from forms import identifiers, money, patterns
from forms.definition import Component

#: whether an id exists: kinds "user", "department", "attachment", and "holder:GROUP" for a login that belongs to a group
Exists = Callable[[str, str], bool]

DEFAULT_LENGTHS: Final = {"text": 1000, "longtext": 20_000, "opinion": 2000}
MAX_ENTRIES: Final = 200
#: digits before and after the point that a number field takes
MAX_WHOLE_DIGITS: Final = 24
MAX_DECIMALS: Final = 12
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}(:[0-9]{2})?")
_DATETIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?")


class Wrong(Exception):
    """The value is not as the field asks: a code of forms.words and the values of its sentence."""

    def __init__(self, code: str, **values: Any) -> None:
        """The fault and what the sentence about it names."""
        super().__init__(code)
        self.code = code
        self.values = values


def is_empty(value: Any) -> bool:
    """Whether a value says nothing: null, an empty list, or text of blanks alone."""
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def nothing_in(component: Component) -> Any:
    """What is stored where nothing was filled in, so that expressions may always name the field."""
    if component.is_list:
        return []
    return False if component.kind == "yes_no" else None


def read(component: Component, value: Any, exists: Exists) -> Any:
    """The stored form of a value that is not empty, of every kind but rows; raises Wrong."""
    reader = READERS[component.kind]
    if not component.is_list or component.kind == "choices":
        return reader(component, value, exists)
    entries = _entries(component, value)
    read_entries = [reader(component, entry, exists) for entry in entries]
    if len(set(read_entries)) < len(read_entries):
        raise Wrong("chosen_twice")
    return read_entries


def check_count(component: Component, count: int) -> None:
    """Raise Wrong when a list has fewer or more entries than the field allows."""
    maximum = min(component.max_length or MAX_ENTRIES, MAX_ENTRIES)
    if count > maximum:
        raise Wrong("too_many", maximum=maximum, length=count)
    if component.min_length and count < component.min_length:
        raise Wrong("too_few", minimum=component.min_length, length=count)


def _entries(component: Component, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise Wrong("not_a_list")
    check_count(component, len(value))
    return value


def _string(value: Any, code: str = "not_text") -> str:
    if not isinstance(value, str):
        raise Wrong(code)
    if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise Wrong("bad_characters")
    return value


def _text(component: Component, value: Any, exists: Exists) -> str:
    text = _string(value)
    maximum = component.max_length or DEFAULT_LENGTHS.get(component.kind, 1000)
    if len(text) > maximum:
        raise Wrong("too_long", maximum=maximum, length=len(text))
    if component.min_length and len(text) < component.min_length:
        raise Wrong("too_short", minimum=component.min_length, length=len(text))
    if component.validation_type == "phone" and not identifiers.is_phone(text):
        raise Wrong("not_phone")
    if component.validation_type == "email" and not identifiers.is_email(text):
        raise Wrong("not_email")
    if component.pattern and not patterns.compiled(component.pattern).matches(text):
        raise Wrong("pattern")
    return text


def _phone(component: Component, value: Any, exists: Exists) -> str:
    text = _text(component, value, exists).strip()
    if not identifiers.is_phone(text):
        raise Wrong("not_phone")
    return text


def _id_number(component: Component, value: Any, exists: Exists) -> str:
    text = _text(component, value, exists).strip().upper()
    if not identifiers.is_id_number(text):
        raise Wrong("not_id_number")
    return text


def _credit_code(component: Component, value: Any, exists: Exists) -> str:
    text = _text(component, value, exists).strip().upper()
    if not identifiers.is_credit_code(text):
        raise Wrong("not_credit_code")
    return text


def _number(component: Component, value: Any, exists: Exists) -> int | Decimal:
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise Wrong("not_number")
    if isinstance(value, int) and value.bit_length() > 100:
        raise Wrong("number_too_large")
    number = Decimal(value)
    if not number.is_finite():
        raise Wrong("not_number")
    if number.adjusted() >= MAX_WHOLE_DIGITS:
        raise Wrong("number_too_large")
    _check_decimals(component, number)
    _check_range(component, number, component.minimum)
    return value


def _check_decimals(component: Component, number: Decimal) -> None:
    allowed = MAX_DECIMALS if component.decimals is None else component.decimals
    if decimals_of(number) > allowed:
        raise Wrong("too_many_decimals", decimals=allowed) if allowed else Wrong("not_whole")


def decimals_of(number: Decimal) -> int:
    """The decimals of a finite number that count: 1.50 has one."""
    _, digits, exponent = number.as_tuple()
    written = "".join(map(str, digits))
    zeros = len(written) - len(written.rstrip("0"))
    return max(0, -int(exponent) - zeros) if number else 0


def _check_range(component: Component, number: Decimal, minimum: Decimal | None) -> None:
    if minimum is not None and number < minimum:
        raise Wrong("below_minimum", minimum=format(minimum, "f"))
    if component.maximum is not None and number > component.maximum:
        raise Wrong("above_maximum", maximum=format(component.maximum, "f"))


def _money(component: Component, value: Any, exists: Exists) -> str:
    amount = money.read(value)
    if amount is None:
        raise Wrong("not_money")
    if abs(amount) > money.LIMIT:
        raise Wrong("number_too_large")
    if not money.has_cents_at_most(amount):
        raise Wrong("money_decimals")
    # An amount below nothing is a slip of the hand unless the form allows it by its own minimum.
    _check_range(component, amount, Decimal(0) if component.minimum is None else component.minimum)
    return money.write(amount)


def _yes_no(component: Component, value: Any, exists: Exists) -> bool:
    if not isinstance(value, bool):
        raise Wrong("not_yes_no")
    return value


def _choice(component: Component, value: Any, exists: Exists) -> str:
    if not isinstance(value, str) or all(value != option.value for option in component.options):
        raise Wrong("not_an_option")
    return value


def _choices(component: Component, value: Any, exists: Exists) -> list[str]:
    chosen = [_choice(component, entry, exists) for entry in _entries(component, value)]
    if len(set(chosen)) < len(chosen):
        raise Wrong("chosen_twice")
    return chosen


def _date(component: Component, value: Any, exists: Exists) -> str:
    return _moment(value, _DATE, date.fromisoformat, "not_date")


def _time(component: Component, value: Any, exists: Exists) -> str:
    return _moment(value, _TIME, time.fromisoformat, "not_time")


def _datetime(component: Component, value: Any, exists: Exists) -> str:
    return _moment(value, _DATETIME, datetime.fromisoformat, "not_datetime")


def _moment(value: Any, form: re.Pattern[str], parse: Callable[[str], object], code: str) -> str:
    if not isinstance(value, str) or not form.fullmatch(value):
        raise Wrong(code)
    try:
        parse(value)
    except ValueError:
        raise Wrong(code) from None
    return value


def _user(component: Component, value: Any, exists: Exists) -> str:
    login = _string(value, "unknown_user")
    if not exists("user", login):
        raise Wrong("unknown_user")
    if component.groups and not any(exists(f"holder:{group}", login) for group in component.groups):
        raise Wrong("not_in_group", groups="、".join(component.groups))
    return login


def _department(component: Component, value: Any, exists: Exists) -> str:
    code = _string(value, "unknown_department")
    if not exists("department", code):
        raise Wrong("unknown_department")
    return code


def _attachment(component: Component, value: Any, exists: Exists) -> str:
    attachment = _string(value, "unknown_attachment")
    if not exists("attachment", attachment):
        raise Wrong("unknown_attachment")
    return attachment


READERS: Final[dict[str, Callable[[Component, Any, Exists], Any]]] = {
    "text": _text,
    "longtext": _text,
    "opinion": _text,
    "phone": _phone,
    "id_number": _id_number,
    "credit_code": _credit_code,
    "number": _number,
    "money": _money,
    "yes_no": _yes_no,
    "choice": _choice,
    "choices": _choices,
    "date": _date,
    "time": _time,
    "datetime": _datetime,
    "user": _user,
    "department": _department,
    "attachment": _attachment,
}
