"""KVM: what the kernel offers to whoever makes virtual machines."""
