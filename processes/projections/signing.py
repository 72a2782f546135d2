"""Who signs a user task, kept beside the task that they sign for."""

from processes.projections.work import Event, Handler, Work


def _signing(work: Work, event: Event, details: Event) -> None:
    work.changes.user_tasks.change(work.row_id(event), signing=details["signing"], revision=work.step.seq)


HANDLERS: dict[str, Handler] = {
    "signers_added": _signing,
    "signers_asked": _signing,
    "signer_decided": _signing,
    "signer_removed": _signing,
}
