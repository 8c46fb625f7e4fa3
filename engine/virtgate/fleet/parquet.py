"""A FLEET as Parquet: a row for each capability of each host, and one for each recording with a problem."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .matching import HOST_FIELDS, VERDICT_FIELDS

FORMAT = 1
MARK = "virtgate.fleet"
_OF_HOST = ("host", "source", *HOST_FIELDS, "taken", "decision")
COLUMNS = (*_OF_HOST, *VERDICT_FIELDS, "first", "problem")
_GROUP = 250_000


def write_fleet(path: str, hosts: Any, verdicts: Mapping[str, Any]) -> None:
    """Write hosts, an Arrow table, with the verdicts of their decisions, columns of text. Raises OSError.

    The first host of each decision comes first, `first` says so; what follows is in the order of ids. Whoever
    wants one row of each decision, or one id, then reads little of a large file.
    """
    import pyarrow
    from pyarrow import compute, parquet

    text = pyarrow.dictionary(pyarrow.int32(), pyarrow.string())
    kinds = [(name, pyarrow.bool_() if name == "first" else text) for name in COLUMNS]
    schema = pyarrow.schema(kinds, metadata={MARK: str(FORMAT)})
    is_broken = compute.is_valid(hosts["problem"])
    told, broken = hosts.filter(compute.invert(is_broken)), hosts.filter(is_broken)
    mask = pyarrow.array(_firsts(told["decision"].to_pylist()), pyarrow.bool_())
    starts: dict[str, int] = {}
    for at, decision in enumerate(verdicts["decision"].to_pylist()):
        starts.setdefault(decision, at)
    count = len(verdicts["decision"]) // max(1, len(starts))
    encoded = {name: _encode(verdicts[name]) for name in VERDICT_FIELDS}
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        for part, first in ((told.filter(mask), True), (told.filter(compute.invert(mask)), False)):
            of_host = {name: _encode(part[name]) for name in _OF_HOST}
            base = pyarrow.array([starts[one] for one in part["decision"].to_pylist()], pyarrow.int64())
            together = max(1, _GROUP // max(1, len(part)))
            for begin in range(0, count if len(part) else 0, together):
                ids = range(begin, min(begin + together, count))
                places = pyarrow.chunked_array([compute.add(base, at) for at in ids])
                columns = {name: column.take(places) for name, column in encoded.items()}
                columns |= {name: pyarrow.chunked_array([one] * len(ids)) for name, one in of_host.items()}
                columns["first"] = pyarrow.repeat(pyarrow.scalar(first), len(places))
                writer.write_table(_table(columns, schema, len(places)), row_group_size=_GROUP)
        columns = {name: _encode(broken[name]) for name in (*_OF_HOST, "problem")}
        columns["first"] = pyarrow.repeat(pyarrow.scalar(False), len(broken))
        writer.write_table(_table(columns, schema, len(broken)))


def _firsts(decisions: Iterable[str]) -> Iterator[bool]:
    """Whether each decision is there for the first time."""
    seen: set[str] = set()
    for one in decisions:
        yield one not in seen
        seen.add(one)


def _encode(column: Any) -> Any:
    """A column of text as numbers of what stands once in a dictionary, which Parquet takes as it is."""
    import pyarrow

    return column.cast(pyarrow.string()).combine_chunks().dictionary_encode()


def _table(columns: Mapping[str, Any], schema: Any, length: int) -> Any:
    """A table with nothing in the columns that are not given."""
    import pyarrow

    given = [columns.get(field.name, pyarrow.nulls(length, field.type)) for field in schema]
    return pyarrow.table(given, schema=schema)
