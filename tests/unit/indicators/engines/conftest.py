"""Servers on this machine's loopback for the tests of engines: started for a test run, stopped after it.

They run where they are installed and are skipped with the reason elsewhere:

    apt install postgresql && pip install "survey-app[postgres]"          # PostgreSQL, as an ordinary user
    apt install openjdk-17-jre-headless && pip install "survey-app[spark]"    # Spark: a master and two workers
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

PASSWORD = "bí mật của máy chủ"
_STARTS_WITHIN_S = 90


@dataclass(frozen=True)
class PostgresServer:
    """A running server.

    Attributes:
        address: how the program reaches it.
        password: of the user in the address.
    """

    address: str
    password: str = PASSWORD


def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(_STARTS_WITHIN_S * 10):
        if _answers(port):
            return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise AssertionError(f"the server did not start: {log.read_text(errors='replace')[-2000:]}")


@contextmanager
def _running(command: list[str], log: Path, **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, start_new_session=True, **options)
        try:
            yield process
        finally:
            for kind in (signal.SIGINT, signal.SIGKILL):
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, kind)
                with suppress(subprocess.TimeoutExpired):
                    process.wait(20)
                    break


@contextmanager
def postgres_server(folder: Path) -> Iterator[PostgresServer]:
    """Start PostgreSQL with a password on loopback; skip where it is not installed."""
    if importlib.util.find_spec("pg8000") is None:
        pytest.skip("pg8000 is not installed: pip install 'survey-app[postgres]'")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin")) if Path("/usr/lib/postgresql").is_dir() else []
    initdb = str(found[-1] / "initdb") if found else shutil.which("initdb")
    if initdb is None:
        pytest.skip("PostgreSQL is not installed: apt install postgresql")
    options = _as_ordinary_user(folder)
    where, secret, port = folder / "data", folder / "secret", free_port()
    secret.write_text(PASSWORD, encoding="utf-8")
    if "user" in options:
        shutil.chown(secret, options["user"])
    set_up = [initdb, "-D", str(where), "-U", "ministry", "-A", "scram-sha-256", f"--pwfile={secret}", "-E", "UTF8"]
    subprocess.run([*set_up, "--locale=C", "--no-sync"], check=True, capture_output=True, **options)
    serve = [str(Path(initdb).with_name("postgres")), "-D", str(where), "-p", str(port), "-h", "127.0.0.1"]
    log = folder / "postgres.log"
    with _running([*serve, "-k", str(folder), "-F"], log, **options) as process:
        _wait_for(port, process, log)
        yield PostgresServer(f"postgresql://ministry@127.0.0.1:{port}/postgres")


def _as_ordinary_user(folder: Path) -> dict[str, Any]:
    """Return what makes a process of root one of an ordinary user: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    user = next((name for name in ("postgres", "nobody") if _there(name)), "")
    if not user:
        pytest.skip("PostgreSQL does not run as root, and there is no other user")
    shutil.chown(folder, user)
    for above in (folder, *folder.parents):
        with suppress(OSError):
            above.chmod(above.stat().st_mode | 0o711)
        if above == Path("/tmp"):
            break
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": [], "cwd": str(folder)}


def _there(user: str) -> bool:
    with suppress(KeyError):
        return bool(pwd.getpwnam(user))
    return False


@contextmanager
def spark_cluster(folder: Path, workers: int = 2) -> Iterator[str]:
    """Start a standalone cluster of Spark and yield its master; skip where Spark or Java is not installed."""
    spec = importlib.util.find_spec("pyspark")
    if spec is None or spec.origin is None:
        pytest.skip("pyspark is not installed: pip install 'survey-app[spark]'")
    if shutil.which("java") is None:
        pytest.skip("Java is not installed: apt install openjdk-17-jre-headless")
    port, page = free_port(), free_port()
    run = [str(Path(spec.origin).parent / "bin" / "spark-class")]
    environment = {
        **os.environ,
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOG_DIR": str(folder),
        "SPARK_WORKER_DIR": str(folder / "work"),
        "SPARK_DAEMON_MEMORY": "512m",
    }
    master = ["org.apache.spark.deploy.master.Master", "--host", "127.0.0.1", "-p", str(port)]
    worker = ["org.apache.spark.deploy.worker.Worker", "--host", "127.0.0.1", "-c", "1", "-m", "1g"]
    with _running([*run, *master, "--webui-port", str(page)], folder / "master.log", env=environment) as process:
        _wait_for(port, process, folder / "master.log")
        with _workers([*run, *worker, "--webui-port", "0", f"spark://127.0.0.1:{port}"], workers, folder, environment):
            yield f"spark://127.0.0.1:{port}"


@contextmanager
def _workers(command: list[str], count: int, folder: Path, environment: dict[str, str]) -> Iterator[None]:
    if not count:
        yield
        return
    log = folder / f"worker{count}.log"
    with _running(command, log, env=environment):
        for _ in range(_STARTS_WITHIN_S * 10):
            if "Successfully registered with master" in log.read_text(errors="replace"):
                break
            time.sleep(0.1)
        with _workers(command, count - 1, folder, environment):
            yield


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """A PostgreSQL server."""
    with postgres_server(tmp_path_factory.mktemp("postgres")) as running:
        yield running


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The master of a Spark cluster with two workers."""
    with spark_cluster(tmp_path_factory.mktemp("spark")) as master:
        yield master


@pytest.fixture(name="free_port")
def free_port_fixture() -> int:
    """A port of this machine on which nobody answers."""
    return free_port()
