"""libvirt: the library that a program is linked with, and the daemon that it talks to."""
