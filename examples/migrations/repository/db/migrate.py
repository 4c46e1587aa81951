"""Runs the scripts in sql/ that a database lacks, in the order of their numbers. A tool such as Flyway or Liquibase would stand here as well."""
import json
import os
import pathlib
import re
import sys

DESTRUCTIVE = re.compile(r"\b(drop\s+(table|column|schema|index)|truncate|delete\s+from|alter\s+table\s+\S+\s+drop)\b", re.IGNORECASE)
GRANTING = re.compile(r"\bgrant\b", re.IGNORECASE)


def connect(url):
    """PostgreSQL; a file of SQLite for a run on one machine. Second comes the query that says whether the history is there."""
    if url.startswith("sqlite:"):
        import sqlite3
        return sqlite3.connect(url[len("sqlite:"):], isolation_level=None), "SELECT name FROM sqlite_master WHERE name = 'schema_history'"
    import psycopg
    return psycopg.connect(url, autocommit=True), "SELECT to_regclass('schema_history') WHERE to_regclass('schema_history') IS NOT NULL"


def scripts():
    found = {}
    for path in pathlib.Path("sql").glob("V*__*.sql"):
        number = int(re.match(r"V(\d+)__", path.name).group(1))
        if number in found:
            sys.exit(f"{path.name} and {found[number].name} have one number: renumber one of them.")
        found[number] = path
    return [found[number] for number in sorted(found)]


def missing(connection):
    has_history = connection.execute(history).fetchone() is not None
    done = {row[0] for row in connection.execute("SELECT script FROM schema_history").fetchall()} if has_history else set()
    return [path for path in scripts() if path.name not in done]


def change(path):
    text = path.read_text()
    described = {"path": path.name, "type": "Migration", "effect": "delete" if DESTRUCTIVE.search(text) else "create"}
    return {**described, "broadens": "it grants rights"} if GRANTING.search(text) else described


def deploy(connection):
    connection.execute("CREATE TABLE IF NOT EXISTS schema_history (script VARCHAR(200) PRIMARY KEY)")
    for path in missing(connection):
        print(path.name, flush=True)
        connection.execute("BEGIN")
        try:
            for statement in filter(str.strip, path.read_text().split(";")):
                connection.execute(statement)
            # In the same transaction: a script that failed half way is run again as a whole.
            connection.execute(f"INSERT INTO schema_history (script) VALUES ('{path.name}')")
            connection.execute("COMMIT")
        except Exception:
            connection.execute("ROLLBACK")
            raise


database, history = connect(os.environ["DATABASE_URL"])
if sys.argv[1] == "report":
    print(json.dumps({"changes": [change(path) for path in missing(database)]}))
else:
    deploy(database)
