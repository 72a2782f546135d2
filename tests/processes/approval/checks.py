"""What holds after every verb: the chain, the replay, and projections that a rebuild gives again."""

from processes import rebuild
from processes.audit import replay
from processes.audit.verify import verify
from tests.processes.cases import rows

TABLES = ("user_task", "inbox_entry", "reminder", "delivery", "process_instance")


def check_log_gives_all() -> None:
    """The log is whole, and gives everything again."""
    assert verify().unbroken
    assert [one for one in replay.replay_all() if not one.same] == []
    before = {table: rows(table) for table in TABLES}
    rebuild.rebuild()
    for table in TABLES:
        assert rows(table) == before[table], table
