"""Joint decisions (会签, 或签, 票签): a projection of the step log."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from processes.db import Base, Json, Moment


class Vote(Base):
    """Several people decide one user task together; its id is `instance-number`, with the number that the engine gave it."""

    __tablename__ = "vote"
    __table_args__ = (Index("ix_vote_instance", "instance_id", "element_id"),)
    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    instance_id: Mapped[str] = mapped_column(ForeignKey("process_instance.id"))
    element_definition_id: Mapped[str] = mapped_column(String(280))
    element_id: Mapped[str] = mapped_column(String(255))
    name: Mapped[str | None] = mapped_column(String(255))
    number: Mapped[int]
    path: Mapped[Any] = mapped_column(Json)
    #: as it was fixed when the vote was opened: how to decide, share or number, weights, quorum, vetoes
    rule: Mapped[Any] = mapped_column(Json)
    #: who has a vote, with weight and veto, in order
    people: Mapped[Any] = mapped_column(Json)
    #: false, true (until it is closed) or names (who voted what is never told)
    sealed: Mapped[str] = mapped_column(String(10))
    sequential: Mapped[bool]
    #: the sums so far
    tally: Mapped[Any] = mapped_column(Json)
    #: open, closed, cancelled
    state: Mapped[str] = mapped_column(String(20))
    outcome: Mapped[str | None] = mapped_column(String(20))
    #: what decided: reached, not_reached, first, veto, tie, quorum_missed, all_abstained, nobody_voted; or why it was cancelled
    reason: Mapped[str | None] = mapped_column(String(60))
    #: certain before everybody had voted
    early: Mapped[bool]
    opened_at: Mapped[datetime] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
