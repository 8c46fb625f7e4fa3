"""Cloud Hypervisor: a monitor in Rust, driven over HTTP on a Unix socket."""
