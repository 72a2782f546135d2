"""Numbers without gaps, under concurrency too."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from processes import numbers
from processes.db import db, transaction
from processes.models import NumberSeries
from processes.settings import Settings

TAKER = """
import sys, time
from pathlib import Path
from tests.processes.office.conftest import app_over
from processes import numbers
from processes.db import db, transaction

folder, url, name, count = Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
with app_over(url).app_context():
    (folder / f"ready-{name}").touch()
    while len(list(folder.glob("ready-*"))) < 2:
        time.sleep(0.005)
    for number in range(count):
        try:
            with transaction():
                taken = numbers.next_number("cg", 2026)
                if number % 5 == 4:
                    raise ValueError
            print(taken)
        except ValueError:
            continue
    db.engine.dispose()
"""


def take(series: str = "cg", year: int = 2026) -> int:
    with transaction():
        return numbers.next_number(series, year)


def test_each_series_counts_from_one_in_each_year(office: Settings) -> None:
    assert [take(), take(), take("yz"), take(year=2027), take()] == [1, 2, 1, 1, 3]


def test_a_number_that_was_not_used_is_given_again(office: Settings) -> None:
    def fail() -> None:
        with transaction():
            assert numbers.next_number("cg", 2026) == 2
            raise ValueError("rolled back")

    take()
    with pytest.raises(ValueError, match="rolled back"):
        fail()
    assert take() == 2


def test_two_in_one_transaction_follow_each_other(office: Settings) -> None:
    with transaction():
        assert [numbers.next_number("cg", 2026) for _ in range(3)] == [1, 2, 3]


def test_processes_at_once_leave_no_gap_and_give_none_twice(office: Settings) -> None:
    db.session.remove()
    root = Path(numbers.__file__).parents[1]
    started = [
        subprocess.Popen(
            [sys.executable, "-c", TAKER, str(office.var.dir), office.database_url, name, "50"], stdout=subprocess.PIPE, cwd=root
        )
        for name in "ab"
    ]
    given = [int(line) for process in started for line in process.communicate(timeout=60)[0].split()]
    assert [process.returncode for process in started] == [0, 0]
    assert sorted(given) == list(range(1, 81))
    assert db.session.scalar(select(NumberSeries.last)) == 80
