"""How a host is asked: one file a hypervisor; every `ask` maps questions to answers."""
