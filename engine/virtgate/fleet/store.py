"""A FLEET: one Parquet file of verdicts, and the file beside it in which an unfinished one grows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..driver import system
from ..driver.errors import UsageError, say_why
from .matching import HOST_FIELDS, VERDICT_FIELDS, Decided
from .parquet import COLUMNS, FORMAT, MARK, write_fleet

_SETTINGS = {"memory_limit": "160MB", "threads": 2}


def open_fleet(path: str) -> Any:
    """A connection with a FLEET's views `verdicts` and `problems`, by which nothing else is read or written.

    Raises UsageError for a file that is none, or of a newer format.
    """
    import duckdb

    place = str(Path(path).absolute())
    if not system.is_file(place):
        raise UsageError(f"{path}: no such FLEET; 'virtgate fleet collect DIR -o {path}' makes one")
    connection = duckdb.connect(config={"memory_limit": "1GB"})
    quoted = _quote(place)
    try:
        names = connection.execute(f"DESCRIBE SELECT * FROM read_parquet({quoted})").fetchall()
        marks = connection.execute(f"SELECT key, value FROM parquet_kv_metadata({quoted})").fetchall()
    except duckdb.Error as error:
        raise UsageError(f"{path}: not a FLEET: {str(error).splitlines()[0]}") from None
    _check_format(path, dict(marks), {name for name, *_ in names})
    for view, condition in (("verdicts", "id IS NOT NULL"), ("problems", "problem IS NOT NULL")):
        connection.execute(f"CREATE VIEW {view} AS SELECT * FROM read_parquet({quoted}) WHERE {condition}")
    # In this order: after the second setting no path can be allowed any more, after the third nothing
    # changed.
    connection.execute(f"SET allowed_paths = [{quoted}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def select(path: str, question: str) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """The columns and rows that a SELECT over a FLEET's views gives.

    Raises UsageError for what is no SELECT, or reads anything else.
    """
    import duckdb

    connection = open_fleet(path)
    try:
        statements = duckdb.extract_statements(question)
        # EXPLAIN ANALYZE runs what it explains, and of several statements only one would be answered.
        if [one.type for one in statements] != [duckdb.StatementType.SELECT]:
            raise UsageError("one SELECT is needed; a FLEET is only read")
        found = connection.execute(statements[0])
        return tuple(column[0] for column in found.description), found.fetchall()
    except duckdb.Error as error:
        raise UsageError(str(error).split("\n\n")[0]) from None


def _check_format(path: str, marks: Mapping[bytes, bytes], names: set[str]) -> None:
    mark = marks.get(MARK.encode(), b"1").decode("utf-8", "replace")
    if mark != str(FORMAT):
        raise UsageError(f"{path}: a FLEET of format {mark}; this virtgate reads {FORMAT}")
    lacking = [name for name in COLUMNS if name not in names]
    if lacking:
        raise UsageError(f"{path}: not a FLEET: no column {', '.join(lacking)}")


class Journal:
    """What is done of a collection, on disk after every step: a run that was killed goes on from it."""

    def __init__(self, fleet: str, terms: str) -> None:
        """Raises UsageError where it cannot be written, or another process is writing it."""
        import duckdb

        self._duckdb = duckdb
        self._fleet = fleet
        self.path = f"{fleet}.part"
        self._connection = self._open()
        if not self._is_of(terms):
            self._connection.close()
            self._drop()
            self._connection = self._open()
            self._create(terms)

    def _drop(self) -> None:
        for path in (self.path, f"{self.path}.wal"):
            Path(path).unlink(missing_ok=True)

    def _open(self) -> Any:
        try:
            try:
                return self._duckdb.connect(self.path, config=_SETTINGS)
            except self._duckdb.Error as error:
                if "lock" in str(error):
                    raise UsageError(f"{self._fleet}: another process is collecting it") from None
                self._drop()  # torn, or of another DuckDB
                return self._duckdb.connect(self.path, config=_SETTINGS)
        except OSError as error:
            raise UsageError(f"{self.path}: {say_why(error)}") from None
        except self._duckdb.Error as error:
            raise UsageError(f"{self.path}: {str(error).splitlines()[0]}") from None

    def _is_of(self, terms: str) -> bool:
        with suppress(self._duckdb.Error):
            row = self._connection.execute("SELECT terms FROM begun").fetchone()
            return row is not None and row[0] == terms
        return False

    def _create(self, terms: str) -> None:
        host, verdict = (
            ", ".join(f"{name} VARCHAR" for name in names) for names in (HOST_FIELDS, VERDICT_FIELDS)
        )
        run = self._connection.execute
        run("CREATE TABLE contents (content VARCHAR, taken VARCHAR, decision VARCHAR, problem VARCHAR)")
        run(f"CREATE TABLE decisions (decision VARCHAR, key BLOB, looked VARCHAR, {host})")
        run(f"CREATE TABLE verdicts (decision VARCHAR, {verdict})")
        run("CREATE TABLE begun (terms VARCHAR)")
        run("INSERT INTO begun VALUES (?)", [terms])

    def done(self) -> set[str]:
        """The contents of recordings that are done."""
        rows = self._connection.execute("SELECT content FROM contents").fetchall()
        return {content for (content,) in rows}

    def count_problems(self) -> int:
        """How many contents have a problem."""
        (count,) = self._connection.execute("SELECT count(problem) FROM contents").fetchone()
        return int(count)

    def decided(self) -> Iterable[tuple[str, str, bytes, str]]:
        """Each decision with its hypervisor, its key and the spelling of what was looked at."""
        rows: list[tuple[str, str, bytes, str]] = self._connection.execute(
            "SELECT decision, hypervisor, key, looked FROM decisions"
        ).fetchall()
        return rows

    def keep(self, contents: Iterable[tuple[str, str | None, str | None, str | None]]) -> None:
        """Recordings by content, each with when it was taken, and its decision or its problem."""
        columns = [list(column) for column in zip(*contents, strict=True)]
        if columns:
            holes = ", ".join("unnest(?::VARCHAR[])" for _ in columns)
            self._connection.execute(f"INSERT INTO contents SELECT {holes}", columns)

    def decide(self, decided: Decided) -> None:
        """One decision, with its rows."""
        run = self._connection.execute
        looked = json.dumps(dict(decided.looked.parts))
        values = [decided.decision, decided.key, looked, *(decided.host[name] for name in HOST_FIELDS)]
        # A decision without its rows would be taken for done by the next run.
        run("BEGIN")
        known = run("SELECT 1 FROM decisions WHERE decision = ?", [decided.decision]).fetchone()
        run(f"INSERT INTO decisions VALUES ({', '.join('?' * len(values))})", values)
        if known is None:
            columns = [list(column) for column in zip(*decided.rows, strict=True)]
            holes = ", ".join("unnest(?::VARCHAR[])" for _ in columns)
            run(f"INSERT INTO verdicts SELECT ?, {holes}", [decided.decision, *columns])
        run("COMMIT")

    def finish(self, hosts: Iterable[tuple[str, str, str]]) -> None:
        """Put the FLEET in place, of these hosts (name, source, content), and drop the journal."""
        columns = [list(column) for column in zip(*hosts, strict=True)] or [[], [], []]
        run = self._connection.execute
        run("CREATE OR REPLACE TEMP TABLE given (host VARCHAR, source VARCHAR, content VARCHAR)")
        run(f"INSERT INTO given SELECT {', '.join(['unnest(?::VARCHAR[])'] * 3)}", columns)
        partial = f"{self._fleet}.new"
        try:
            arrow = self._connection.sql
            verdicts = {
                name: arrow(f"SELECT {name} FROM verdicts ORDER BY decision, id").to_arrow_table()[name]
                for name in ("decision", *VERDICT_FIELDS)
            }
            write_fleet(partial, arrow(_HOSTS).to_arrow_table(), verdicts)
            self._connection.close()
            # Whole or not at all: whoever reads the FLEET meanwhile has the one before.
            Path(partial).replace(self._fleet)
        except OSError as error:
            Path(partial).unlink(missing_ok=True)
            raise UsageError(f"{self._fleet}: {say_why(error)}") from None
        self._drop()


def _quote(path: str) -> str:
    return "'" + path.replace("'", "''") + "'"


# Of two recordings of one host's one hypervisor the newer counts.
_HOSTS = f"""
WITH known AS (
  SELECT DISTINCT ON (decision) decision, {", ".join(HOST_FIELDS)} FROM decisions ORDER BY decision
), ranked AS (
  SELECT host, source, taken, decision, problem, COLUMNS(known.* EXCLUDE decision),
    row_number() OVER (PARTITION BY host, hypervisor ORDER BY taken DESC NULLS LAST, source) AS place
  FROM given JOIN contents USING (content) LEFT JOIN known USING (decision)
)
SELECT * EXCLUDE (place, problem),
  CASE WHEN place > 1 AND problem IS NULL THEN 'an older recording of ' || host ELSE problem END AS problem
FROM ranked ORDER BY host, source
"""
