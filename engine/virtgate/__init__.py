"""Which hypervisor features may be used here, and through which upstream interface."""
