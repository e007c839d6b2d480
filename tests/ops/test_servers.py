"""A real PostgreSQL cluster and a real Redis of one's own, made and ended in a second or two."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator

import psycopg2
import pytest

from bin._portal import system
from bin._portal.console import Failure
from bin._portal.paths import Paths
from bin._portal.processes import identify
from bin._portal.services import Services


@pytest.fixture
def services(paths: Paths) -> Iterator[Services]:
    made = Services(paths, {}, tests=True)
    yield made
    made.stop()
    made.cluster.remove()


def test_a_cluster_is_made_once_and_locked_to_its_passwords(services: Services) -> None:
    cluster = services.cluster
    cluster.start()
    first = cluster.running()
    assert first is not None
    assert "ya estaba en marcha" in cluster.start()
    assert cluster.running() == first
    for _again in range(2):
        cluster.ensure_database("un-nombre", "dueña", "clave")
    with psycopg2.connect(cluster.url("dueña", "clave", "un-nombre")) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_encoding'), current_setting('is_superuser')")
        assert cursor.fetchone() == ("UTF8", "off")
    connection.close()
    for user, password in (("dueña", "otra"), ("dueña", ""), ("portal_admin", "")):
        with pytest.raises(psycopg2.OperationalError):
            psycopg2.connect(cluster.url(user, password, "un-nombre"))
    assert cluster.stop()
    assert identify(first.pid) is None
    assert not cluster.stop()


def test_a_cluster_survives_lost_records_taken_ports_and_an_unfinished_initdb(services: Services) -> None:
    cluster = services.cluster
    (cluster.data / "unfinished").mkdir(parents=True)
    (cluster.data / "unfinished" / "PG_VERSION").write_text("15\n")
    cluster.start()
    port = cluster.port
    process = cluster.running()
    (services.paths.run / "postgres.json").unlink()
    assert cluster.running() == process, "found again by its data folder"
    cluster.stop()
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", port))
        taken.listen()
        cluster.start()
        assert cluster.port != port
    assert not (cluster.data / "unfinished").exists()
    assert not (cluster.data / "password").exists()


def test_data_of_a_missing_version_are_explained(services: Services) -> None:
    main = services.cluster.data / "main"
    main.mkdir(parents=True)
    (main / "PG_VERSION").write_text("9\n")
    with pytest.raises(Failure, match="PostgreSQL 9") as caught:
        services.cluster.start()
    assert "postgresql-9" in caught.value.mend


def test_a_rejected_order_is_a_failure(services: Services) -> None:
    services.cluster.start()
    with pytest.raises(Failure, match="syntax error"):
        services.cluster.run_sql("SELEC 1;")


def test_redis_is_made_found_again_and_ended(services: Services) -> None:
    redis = services.redis
    redis.start()
    first = redis.running()
    assert first is not None
    assert "ya estaba en marcha" in redis.start()
    (services.paths.run / "redis.json").unlink()
    assert redis.running() == first, "known by answering to our password"
    with socket.create_connection(("127.0.0.1", redis.port), timeout=5) as stranger:
        stranger.sendall(b"PING\r\n")
        assert stranger.recv(100).startswith(b"-NOAUTH")
    assert redis.config.stat().st_mode & 0o077 == 0
    assert redis.stop() and redis.running() is None
    assert not redis.stop()


def test_programs_are_found() -> None:
    folders = system.postgres_folders()
    assert folders and system.postgres_major(folders[0]) >= 13
    assert system.redis_program() == shutil.which("redis-server") or system.redis_program()
