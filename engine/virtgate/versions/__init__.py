"""Upstream, deb and rpm versions, and ranges of upstream's releases; pure."""

from .banner import clean_package, parse_banner
from .constraint import Constraint
from .packages import compare_deb, compare_rpm
from .ranges import Ranges
from .upstream import Version, next_release, parse_linux, parse_qemu, parse_release, parse_xen, stand_in

__all__ = [
    "Constraint",
    "Ranges",
    "Version",
    "clean_package",
    "compare_deb",
    "compare_rpm",
    "next_release",
    "parse_banner",
    "parse_linux",
    "parse_qemu",
    "parse_release",
    "parse_xen",
    "stand_in",
]
