"""Xen: the hypervisor with libxl, as its control domain sees it."""
