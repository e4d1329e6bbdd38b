"""The database of the gradebook: SQLite in a file, or PostgreSQL by URL.

SQLite runs with a write-ahead log: what a transaction wrote is there after `kill -9`, and one can
read while a run writes. A transaction that writes says so at its beginning, so that two runs on one
file wait for each other instead of failing half-way.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, insert, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from bpworkbook.grading import tables

DEFAULT = "grades.db"
WAIT = 30  # seconds for another run to finish its transaction
LAY_TABLES = 0x627077  # the lock that PostgreSQL holds while the tables are made


class StoreError(Exception):
    """The gradebook cannot be opened, or lacks what is asked; the message is one sentence."""


class Store:
    """An open gradebook.

    Parameters
    ----------
    place : str or Path
        A file for SQLite, or a URL such as ``postgresql://user@host/grades``.
    create : bool
        Whether a file that is not there is made.

    Raises
    ------
    StoreError
        If it cannot be opened, is no gradebook, or was written by a newer version.

    Examples
    --------
    >>> import tempfile
    >>> with Store(Path(tempfile.mkdtemp()) / "grades.db") as store, store.reading() as db:
    ...     db.execute(select(tables.setting.c.value)).scalar_one()
    '1'
    """

    def __init__(self, place: str | Path, *, create: bool = True) -> None:
        url = _url(place)
        self.name = url.render_as_string(hide_password=True).removeprefix("sqlite:///")
        missing = url.drivername == "sqlite" and not Path(url.database or "").is_file()
        if missing and not create:
            raise StoreError(f"there is no gradebook {self.name}; `bpworkbook grade` makes one")
        self.engine = _engine(url)
        try:
            self._lay_tables()
        except DBAPIError as error:
            self.close()
            reason = str(error.orig).strip().splitlines() or [type(error.orig).__name__]
            raise StoreError(f"the gradebook {self.name} cannot be opened: {reason[0]}") from error
        except StoreError:
            self.close()
            raise

    def __enter__(self) -> "Store":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    @property
    def is_sqlite(self) -> bool:
        """Whether this is a file."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection in a transaction that is kept if the block ends well."""
        with self.engine.connect().execution_options(writes=True) as db, db.begin():
            yield db

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the database."""
        with self.engine.connect() as db:
            yield db

    def upsert(self, table: Table, keys: tuple[str, ...], *, update: tuple[str, ...] = ()) -> Any:
        """Return an insert that leaves, or updates, the row that has these keys already."""
        dialect = sqlite if self.is_sqlite else postgresql
        statement = dialect.insert(table)
        columns = [table.c[key] for key in keys]
        if not update:
            return statement.on_conflict_do_nothing(index_elements=columns)
        return statement.on_conflict_do_update(
            index_elements=columns, set_={name: statement.excluded[name] for name in update}
        )

    def _lay_tables(self) -> None:
        with self.writing() as db:
            if not self.is_sqlite:  # SQLite holds the whole file while it writes
                db.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LAY_TABLES})
            tables.metadata.create_all(db)
            found = db.execute(
                select(tables.setting.c.value).where(tables.setting.c.key == "schema")
            ).scalar_one_or_none()
            if found is None:
                db.execute(insert(tables.setting).values(key="schema", value=str(tables.SCHEMA)))
            elif found != str(tables.SCHEMA):
                raise StoreError(
                    f"the gradebook {self.name} has version {found} of the tables, but this "
                    f"bpworkbook knows version {tables.SCHEMA}; update bpworkbook"
                )


def _url(place: str | Path) -> URL:
    """Return the URL of a place; a bare name is a file of SQLite."""
    words = str(place)
    if isinstance(place, Path) or "://" not in words:
        return URL.create("sqlite", database=os.fspath(place))
    try:
        url = make_url(words)
    except (ArgumentError, ValueError) as error:
        raise StoreError("the URL of the gradebook cannot be read") from error
    if url.drivername in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    return url


def _engine(url: URL) -> Engine:
    """Return an engine for a URL, or say in one sentence what is missing."""
    name = url.get_backend_name()
    if name not in ("sqlite", "postgresql"):
        raise StoreError(f"a gradebook is kept in SQLite or PostgreSQL, not in {name}")
    if name == "sqlite" and url.database in (None, "", ":memory:"):
        raise StoreError("a gradebook in SQLite needs a file")
    try:
        engine = create_engine(url, connect_args={"timeout": WAIT} if name == "sqlite" else {})
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise StoreError(
            "PostgreSQL needs the package psycopg: `python -m pip install 'bpworkbook[postgres]'`"
        ) from error
    if name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # BEGIN is sent by _begin_sqlite
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin_sqlite(db: Connection) -> None:
    # A transaction that reads first and writes then would fail at once if another wrote between.
    writes = db.get_execution_options().get("writes", False)
    db.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
