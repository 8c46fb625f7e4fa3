"""QEMU: how it is asked, what it answers, and how upstream's history is read."""
