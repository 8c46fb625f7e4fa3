"""toyvisor: a hypervisor made up for a test."""
