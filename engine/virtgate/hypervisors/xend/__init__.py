"""xend: the toolstack of Xen 3.0 to 4.4."""
