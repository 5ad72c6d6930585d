"""Reads the state of a lattice, as every request does, without a transaction's ceremony."""

from __future__ import annotations

import os
import sqlite3
import threading

from lattice.database import Database

_QUERY = "SELECT state FROM lattice WHERE name = ?"


class Tokens:
    """Reads state tokens over one connection of its own. Threads may share it.

    The connection holds no snapshot between reads, so each sees what was committed before it.
    It is never used by another process than the one that opened it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._process = 0
        self._inherited: list[sqlite3.Connection] = []

    def read(self, name: str) -> str | None:
        """The state of a lattice; None where it has to be asked for in the ordinary way."""
        with self._lock:
            try:
                connection = self._opened()
                if connection is None:
                    return None
                rows = connection.execute(_QUERY, (name,)).fetchall()
            except sqlite3.Error:  # the ordinary way says what is wrong
                return None
        return str(rows[0][0]) if rows else None

    def _opened(self) -> sqlite3.Connection | None:
        if self._process != os.getpid():
            if self._connection is not None:  # closing it would take the locks of our parent
                self._inherited.append(self._connection)
            self._connection, self._process = self._database.bare_connection(), os.getpid()
        return self._connection

    def close(self) -> None:
        """Release the connection."""
        with self._lock:
            if self._connection is not None and self._process == os.getpid():
                self._connection.close()
            self._connection, self._process = None, 0
