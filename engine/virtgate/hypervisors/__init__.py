"""Every hypervisor, each in a folder of its own: what is particular to one is there and nowhere else.

A folder is found by being there. Its module `hypervisor` has `HYPERVISOR`, with what `protocol` asks for.
"""
