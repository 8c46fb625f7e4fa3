"""Whether a QEMU guest may move: its machine, its processor, its devices, and what they were started with."""

from __future__ import annotations

from collections.abc import Iterator

from ...moves import End, Guest, Mover, Point
from .device_points import device_points, property_questions_of
from .guest_words import has_option, read_guest
from .machine_types import expand_machine, machine_choice, machine_points, machine_version
from .processors import cpu_choice, processor_points


def _judge(source: End, destination: End, guest: Guest) -> Iterator[Point]:
    yield from machine_points(source, destination, guest)
    yield from processor_points(source, destination, guest)
    yield from device_points(source, destination, guest)


MOVER = Mover(
    read_guest=read_guest,
    questions=lambda guest: (
        *("query-machines", "query-cpu-definitions", "query-migrate-capabilities", "query-target"),
        *("query-kvm", "accel", "uname", "modules", "block-formats", "query-chardev-backends"),
        *property_questions_of(guest),
    ),
    settle=expand_machine,
    judge=_judge,
    choose=lambda source, destination: (
        machine_choice(source, destination),
        *cpu_choice(source, destination),
    ),
    machine_version=machine_version,
    has_option=has_option,
    capability="migration-capability",
)
