"""The children of `banjie up`: alive while it lives, gone when it is gone."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.architecture.sources import ROOT
from tests.ops.waiting import alive, group_members, until
from web.supervisor import AlreadyRunning, alone


@dataclass
class Family:
    """A parent and what it said."""

    parent: subprocess.Popen[str]
    children: list[int]

    def next_child(self) -> int:
        assert self.parent.stdout is not None
        pid, group = map(int, self.parent.stdout.readline().split())
        assert group == self.parent.pid
        self.children.append(pid)
        return pid


@pytest.fixture
def family() -> Iterator[Family]:
    """A parent in a process group of its own with two children."""
    command = [sys.executable, "-m", "tests.ops.small_family"]
    parent = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True)
    made = Family(parent, [])
    try:
        assert made.next_child() == parent.pid
        made.children.clear()
        made.next_child()
        made.next_child()
        yield made
    finally:
        for pid in group_members(parent.pid):
            os.kill(pid, signal.SIGKILL)
        parent.wait()
        assert parent.stdout is not None
        parent.stdout.close()


def _none_left(family: Family) -> bool:
    return not group_members(family.parent.pid)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_the_parent_ends_all(family: Family, number: signal.Signals) -> None:
    family.parent.send_signal(number)
    assert family.parent.wait(10) == 0
    until(lambda: _none_left(family), "a child is left")


def test_a_ctrl_c_that_reaches_the_whole_group_ends_all_in_order(family: Family) -> None:
    os.killpg(family.parent.pid, signal.SIGINT)
    assert family.parent.wait(10) == 0
    until(lambda: _none_left(family), "a child is left")


def test_a_killed_parent_leaves_no_child(family: Family) -> None:
    family.parent.kill()
    until(lambda: _none_left(family), "a child outlived its parent")


def test_a_child_that_dies_is_started_again(family: Family) -> None:
    gone = family.children[0]
    os.kill(gone, signal.SIGKILL)
    new = family.next_child()
    assert new != gone
    assert alive(new)


def test_a_stale_lock_is_taken_over_and_a_living_one_is_not(tmp_path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "up.pid").write_text("999999")
    with alone(tmp_path), pytest.raises(AlreadyRunning, match=str(os.getpid())), alone(tmp_path):
        pass
    with alone(tmp_path):
        pass
