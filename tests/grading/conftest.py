"""Databases to grade into: a file, and a PostgreSQL of the tests' own where one is installed."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.grading import postgres

_numbers = count()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a running PostgreSQL, with a place for the database's name."""
    if why := postgres.why_not():
        pytest.skip(why)
    with postgres.server() as url:
        yield url


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    """The URL of an empty database."""
    import psycopg

    name = f"grades{next(_numbers)}"
    with psycopg.connect(postgres_server.format("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return postgres_server.format(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The place of an empty gradebook, once of each kind."""
    if request.param == "sqlite":
        return str(tmp_path / "grades.db")
    url: str = request.getfixturevalue("postgres_url")
    return url
