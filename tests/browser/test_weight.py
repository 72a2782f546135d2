"""What a first page weighs, and that nothing on it moves by itself."""

import gzip

import pytest

from tests.browser.desk import Desk

#: bytes of our own and of libraries' code and text on a first page, packed
LIMIT = 100 * 1024
_SHIFTS = """() => new Promise(done => {
  let sum = 0;
  new PerformanceObserver(list => list.getEntries().forEach(one => { if (!one.hadRecentInput) sum += one.value; }))
    .observe({type: 'layout-shift', buffered: true});
  setTimeout(() => done(sum), 600);
})"""


@pytest.mark.parametrize("address", ["/sign-in", "/", "/inbox", "/start/procurement_regular"])
def test_a_first_page_is_light(desk: Desk, address: str) -> None:
    weights: dict[str, int] = {}
    with desk.seat(None if address == "/sign-in" else "village_east") as page:
        page.on("response", lambda answer: weights.update({answer.url: len(gzip.compress(answer.body()))} if answer.ok else {}))
        page.goto(address)
        page.wait_for_load_state("networkidle")
    assert weights
    assert sum(weights.values()) < LIMIT, weights


@pytest.mark.parametrize("phone", [False, True])
def test_nothing_moves_by_itself(desk: Desk, phone: bool) -> None:
    with desk.seat("village_east") as page:
        case = desk.apply(page, "5400.00", "不动的路灯")
    with desk.seat("clerk_finance", phone=phone) as page:
        desk.open_task(page, "不动的路灯")
        task = page.url
        for address in ("/", "/inbox", task, case, f"{case}/sheet"):
            page.goto(address)
            assert page.evaluate(_SHIFTS) < 0.05, address
