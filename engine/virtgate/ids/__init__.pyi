"""Ids of capabilities by area; computed from the data by `virtgate lint --write-tables`."""

from typing import TypeAlias, TypeVar

from . import accel as accel
from . import audio as audio
from . import block as block
from . import confidential as confidential
from . import console as console
from . import cpu as cpu
from . import devices as devices
from . import display as display
from . import firmware as firmware
from . import host as host
from . import jobs as jobs
from . import lifecycle as lifecycle
from . import machine as machine
from . import memory as memory
from . import migration as migration
from . import net as net
from . import security as security
from . import storage_export as storage_export
from . import toolstack as toolstack
from . import tpm as tpm

Id: TypeAlias = (
    accel.Id
    | audio.Id
    | block.Id
    | confidential.Id
    | console.Id
    | cpu.Id
    | devices.Id
    | display.Id
    | firmware.Id
    | host.Id
    | jobs.Id
    | lifecycle.Id
    | machine.Id
    | memory.Id
    | migration.Id
    | net.Id
    | security.Id
    | storage_export.Id
    | toolstack.Id
    | tpm.Id
)
# Bounded by it, a parameter is told by its name where a checker would else print a thousand literals.
AnyId = TypeVar("AnyId", bound=Id)
