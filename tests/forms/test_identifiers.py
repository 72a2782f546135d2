import pytest

from forms import identifiers


def test_an_identity_number_needs_its_check_character_and_a_real_day() -> None:
    assert identifiers.is_id_number("11010519491231002X")
    assert not identifiers.is_id_number("110105194912310021")
    assert not identifiers.is_id_number("11010519490231002X")
    assert not identifiers.is_id_number("1101051949123100")
    assert not identifiers.is_id_number("１１０１０５１９４９１２３１００２Ｘ")


def test_a_credit_code_needs_its_check_character() -> None:
    assert identifiers.is_credit_code("91350100M000100Y43")
    assert not identifiers.is_credit_code("91350100M000100Y44")
    assert not identifiers.is_credit_code("91350100I000100Y43")
    assert not identifiers.is_credit_code("91350100M000100Y4")


@pytest.mark.parametrize("text", ["13800138000", "+86 13800138000", "0512-57200000", "010 12345678", "0512-57200000-12", "400-123-4567"])
def test_telephone_numbers_are_known(text: str) -> None:
    assert identifiers.is_phone(text)


@pytest.mark.parametrize("text", ["123", "23800138000", "1380013800", "电话", "", "0512"])
def test_other_digits_are_no_telephone_number(text: str) -> None:
    assert not identifiers.is_phone(text)


def test_mail_addresses_have_their_form() -> None:
    assert identifiers.is_email("a.b@example.cn")
    assert not identifiers.is_email("a@b")
    assert not identifiers.is_email("a b@example.cn")
