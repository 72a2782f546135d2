"""Joint decisions (会签, 票签) as the API shows them beside a user task."""

from marshmallow import fields

from web.fields import Answer, Moment


class VoterAnswer(Answer):
    """Somebody who is asked: a login or name, the weight of the vote, whether it alone can refuse."""

    who = fields.String(allow_none=True)
    weight = fields.Raw(metadata={"type": "number"})
    veto = fields.Boolean()


class VoteAnswer(Answer):
    """How several people decide a task together, and how far they have come; `tally` has no sums while the vote is sealed."""

    id = fields.String()
    rule = fields.Dict(keys=fields.String())
    people = fields.List(fields.Nested(VoterAnswer))
    sequential = fields.Boolean()
    sealed = fields.String(metadata={"enum": ["false", "true", "names"]})
    tally = fields.Dict(keys=fields.String())
    state = fields.String(metadata={"enum": ["open", "closed", "cancelled"]})
    outcome = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    early = fields.Boolean()
    opened_at = Moment()
    closed_at = Moment(allow_none=True)
