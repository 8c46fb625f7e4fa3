"""The data as a static site: a page a capability, release, hypervisor, downstream and recorded host."""
