"""Ids of the area `jobs`; computed from the data by `virtgate lint --write-tables`."""

from typing import Final, Literal, TypeAlias

Id: TypeAlias = Literal[
    "jobs.cancel", "jobs.cancel.keep-copy", "jobs.change", "jobs.complete", "jobs.dismiss", "jobs.events",
    "jobs.finalize", "jobs.list", "jobs.manual-end", "jobs.pause", "jobs.ready-event", "jobs.speed",
    "jobs.transaction", "jobs.transaction.all-or-nothing",
]

CANCEL: Final = "jobs.cancel"
CANCEL_KEEP_COPY: Final = "jobs.cancel.keep-copy"
CHANGE: Final = "jobs.change"
COMPLETE: Final = "jobs.complete"
DISMISS: Final = "jobs.dismiss"
EVENTS: Final = "jobs.events"
FINALIZE: Final = "jobs.finalize"
LIST: Final = "jobs.list"
MANUAL_END: Final = "jobs.manual-end"
PAUSE: Final = "jobs.pause"
READY_EVENT: Final = "jobs.ready-event"
SPEED: Final = "jobs.speed"
TRANSACTION: Final = "jobs.transaction"
TRANSACTION_ALL_OR_NOTHING: Final = "jobs.transaction.all-or-nothing"
