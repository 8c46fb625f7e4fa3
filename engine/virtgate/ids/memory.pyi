"""Ids of the area `memory`; computed from the data by `virtgate lint --write-tables`."""

from typing import Final, Literal, TypeAlias

Id: TypeAlias = Literal[
    "memory.actual-size", "memory.address-limit", "memory.address-width", "memory.alternate-views",
    "memory.alternate-views.count", "memory.backend.canonical-path", "memory.backend.file",
    "memory.backend.file-align", "memory.backend.file-discard", "memory.backend.file-pmem",
    "memory.backend.file-rom", "memory.backend.memfd", "memory.backend.memfd-hugetlb",
    "memory.backend.prealloc-context", "memory.backend.prealloc-threads", "memory.backend.ram",
    "memory.backend.reserve", "memory.backend.shm", "memory.balloon", "memory.balloon.deflate-on-oom",
    "memory.balloon.events", "memory.balloon.free-page-hinting", "memory.balloon.free-page-reporting",
    "memory.balloon.hinting-run", "memory.balloon.statistics", "memory.balloon.statistics-interval",
    "memory.claim", "memory.device.list", "memory.dirty-tracking", "memory.grant-limits",
    "memory.grant-limits.default", "memory.grant-version", "memory.hot-plug", "memory.hot-unplug",
    "memory.hot-unplug.refused-event", "memory.huge-page-size", "memory.iommu-overhead", "memory.lock",
    "memory.maximum", "memory.merge", "memory.numa", "memory.numa-affinity", "memory.numa.distance",
    "memory.numa.host-nodes", "memory.numa.performance", "memory.nvdimm", "memory.nvdimm.pmem",
    "memory.nvdimm.unarmed", "memory.page-sharing", "memory.prefault", "memory.shadow", "memory.size-summary",
    "memory.superpages", "memory.transparent-huge-pages", "memory.virtio-mem",
    "memory.virtio-mem.dynamic-memslots", "memory.virtio-mem.events", "memory.virtio-mem.prealloc",
    "memory.virtio-mem.status", "memory.virtio-pmem", "memory.virtio-pmem.discard",
    "memory.virtio-pmem.hot-plug", "memory.virtio-pmem.rate-limit", "memory.virtio-pmem.read-only",
    "memory.zone-resize",
]

ACTUAL_SIZE: Final = "memory.actual-size"
ADDRESS_LIMIT: Final = "memory.address-limit"
ADDRESS_WIDTH: Final = "memory.address-width"
ALTERNATE_VIEWS: Final = "memory.alternate-views"
ALTERNATE_VIEWS_COUNT: Final = "memory.alternate-views.count"
BACKEND_CANONICAL_PATH: Final = "memory.backend.canonical-path"
BACKEND_FILE: Final = "memory.backend.file"
BACKEND_FILE_ALIGN: Final = "memory.backend.file-align"
BACKEND_FILE_DISCARD: Final = "memory.backend.file-discard"
BACKEND_FILE_PMEM: Final = "memory.backend.file-pmem"
BACKEND_FILE_ROM: Final = "memory.backend.file-rom"
BACKEND_MEMFD: Final = "memory.backend.memfd"
BACKEND_MEMFD_HUGETLB: Final = "memory.backend.memfd-hugetlb"
BACKEND_PREALLOC_CONTEXT: Final = "memory.backend.prealloc-context"
BACKEND_PREALLOC_THREADS: Final = "memory.backend.prealloc-threads"
BACKEND_RAM: Final = "memory.backend.ram"
BACKEND_RESERVE: Final = "memory.backend.reserve"
BACKEND_SHM: Final = "memory.backend.shm"
BALLOON: Final = "memory.balloon"
BALLOON_DEFLATE_ON_OOM: Final = "memory.balloon.deflate-on-oom"
BALLOON_EVENTS: Final = "memory.balloon.events"
BALLOON_FREE_PAGE_HINTING: Final = "memory.balloon.free-page-hinting"
BALLOON_FREE_PAGE_REPORTING: Final = "memory.balloon.free-page-reporting"
BALLOON_HINTING_RUN: Final = "memory.balloon.hinting-run"
BALLOON_STATISTICS: Final = "memory.balloon.statistics"
BALLOON_STATISTICS_INTERVAL: Final = "memory.balloon.statistics-interval"
CLAIM: Final = "memory.claim"
DEVICE_LIST: Final = "memory.device.list"
DIRTY_TRACKING: Final = "memory.dirty-tracking"
GRANT_LIMITS: Final = "memory.grant-limits"
GRANT_LIMITS_DEFAULT: Final = "memory.grant-limits.default"
GRANT_VERSION: Final = "memory.grant-version"
HOT_PLUG: Final = "memory.hot-plug"
HOT_UNPLUG: Final = "memory.hot-unplug"
HOT_UNPLUG_REFUSED_EVENT: Final = "memory.hot-unplug.refused-event"
HUGE_PAGE_SIZE: Final = "memory.huge-page-size"
IOMMU_OVERHEAD: Final = "memory.iommu-overhead"
LOCK: Final = "memory.lock"
MAXIMUM: Final = "memory.maximum"
MERGE: Final = "memory.merge"
NUMA: Final = "memory.numa"
NUMA_AFFINITY: Final = "memory.numa-affinity"
NUMA_DISTANCE: Final = "memory.numa.distance"
NUMA_HOST_NODES: Final = "memory.numa.host-nodes"
NUMA_PERFORMANCE: Final = "memory.numa.performance"
NVDIMM: Final = "memory.nvdimm"
NVDIMM_PMEM: Final = "memory.nvdimm.pmem"
NVDIMM_UNARMED: Final = "memory.nvdimm.unarmed"
PAGE_SHARING: Final = "memory.page-sharing"
PREFAULT: Final = "memory.prefault"
SHADOW: Final = "memory.shadow"
SIZE_SUMMARY: Final = "memory.size-summary"
SUPERPAGES: Final = "memory.superpages"
TRANSPARENT_HUGE_PAGES: Final = "memory.transparent-huge-pages"
VIRTIO_MEM: Final = "memory.virtio-mem"
VIRTIO_MEM_DYNAMIC_MEMSLOTS: Final = "memory.virtio-mem.dynamic-memslots"
VIRTIO_MEM_EVENTS: Final = "memory.virtio-mem.events"
VIRTIO_MEM_PREALLOC: Final = "memory.virtio-mem.prealloc"
VIRTIO_MEM_STATUS: Final = "memory.virtio-mem.status"
VIRTIO_PMEM: Final = "memory.virtio-pmem"
VIRTIO_PMEM_DISCARD: Final = "memory.virtio-pmem.discard"
VIRTIO_PMEM_HOT_PLUG: Final = "memory.virtio-pmem.hot-plug"
VIRTIO_PMEM_RATE_LIMIT: Final = "memory.virtio-pmem.rate-limit"
VIRTIO_PMEM_READ_ONLY: Final = "memory.virtio-pmem.read-only"
ZONE_RESIZE: Final = "memory.zone-resize"
