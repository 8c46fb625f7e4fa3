"""Introspection graphs, walks through them, and how two compare."""

from __future__ import annotations

from .graph import Graph, Member, Root, Type
from .introspection import Introspection
from .shape import Difference, same_shape
from .walk import Step, parse_element, walk

__all__ = [
    "Difference",
    "Graph",
    "Introspection",
    "Member",
    "Root",
    "Step",
    "Type",
    "parse_element",
    "same_shape",
    "walk",
]
