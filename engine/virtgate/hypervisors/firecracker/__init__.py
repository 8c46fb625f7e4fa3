"""Firecracker: a VMM that is driven over an HTTP interface, which each of its releases describes."""
