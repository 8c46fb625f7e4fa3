"""What the OpenAPI file and the server call the same thing."""

from __future__ import annotations

from functools import cache

from ...model import Element
from ...upstream.history import History

# Types that the file calls otherwise than the server's source.
_SERVER = {
    "RateLimitGroupConfig": "RateLimiterGroupConfig",
    "ReceiveMigrationData": "VmReceiveMigrationData",
    "SendMigrationData": "VmSendMigrationData",
    "TokenBucket": "TokenBucketConfig",
    "VmAddDevice": "DeviceConfig",
    "VmAddUserDevice": "UserDeviceConfig",
    "VmRemoveDevice": "VmRemoveDeviceData",
    "VmResize": "VmResizeData",
    "VmResizeDisk": "VmResizeDiskData",
    "VmResizeZone": "VmResizeZoneData",
}


def name_in_server(name: str) -> str:
    """`/vm.resize` of `PUT /vm.resize`, `VmResizeData.desired_ram` of `VmResize.desired_ram`."""
    if " " in name:
        return name.partition(" ")[2]
    owner, dot, field = name.partition(".")
    return f"{_SERVER.get(owner, owner)}{dot}{field}"


@cache
def choose_element(history: History, name: str) -> Element:
    """What stands for something of the interface: the file's element, or the server's where that is older."""
    filed, served = Element(kind="api", name=name), Element(kind="server", name=name_in_server(name))
    mine, theirs = history.mask(filed) or 0, history.mask(served) or 0
    is_older = bool(theirs) and (not mine or theirs & -theirs < mine & -mine)
    return served if is_older else filed
