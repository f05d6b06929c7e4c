"""Three PostgreSQL servers under Patroni, and one etcd, on loopback: made, killed, watched."""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from screening.db import installation
from screening.db.installation import Account

OWNER, SERVICE = "screening", "screening_service"
PASSWORD = "of-a-benchmark"
"""The servers live for minutes, on loopback."""

SCOPE = "screening"
TTL, LOOP, RETRY = 20, 5, 5
"""Seconds: a leader's lease, the pause between two looks, and how long an operation is retried (Patroni's rule: a lease
is no shorter than one look and two retries)."""

PARAMETERS = {
    "max_connections": 200,
    "shared_buffers": "128MB",
    "fsync": "on",
    "synchronous_commit": "on",
    "jit": "off",
    "wal_log_hints": "on",
    "timezone": "UTC",
}
POST_BOOTSTRAP = f"""
CREATE ROLE {OWNER} LOGIN PASSWORD '{PASSWORD}';
CREATE ROLE {SERVICE} LOGIN PASSWORD '{PASSWORD}';
CREATE DATABASE {SCOPE} OWNER {OWNER};
"""


class MissingError(Exception):
    """A program that the benchmark needs is not there."""


@dataclass(slots=True)
class Node:
    """One server and the Patroni that minds it."""

    name: str
    folder: Path
    port: int
    rest: int
    account: Account
    process: subprocess.Popen[bytes] | None = None

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def start(self) -> None:
        """Run Patroni, which makes, joins or mends its server."""
        with (self.folder / "patroni.log").open("ab") as said:
            self.process = subprocess.Popen(
                ["patroni", str(self.folder / "patroni.yaml")],
                stdout=said,
                stderr=said,
                cwd=self.folder,
                user=self.account.uid,
                group=self.account.gid,
                extra_groups=None if self.account.uid is None else [],
                start_new_session=True,
            )

    def die(self) -> None:
        """Kill Patroni and each process of its server at once, as when the machine loses power."""
        victims = [self.process.pid] if self.process else []
        if (file := self.data / "postmaster.pid").exists():
            postmaster = int(file.read_text().split()[0])
            victims += [postmaster, *_children(postmaster)]
        for pid in victims:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        if self.process:
            self.process.wait()
            self.process = None

    def members(self) -> list[dict[str, Any]]:
        """Ask Patroni who is there, as what, and how; empty when it does not say."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.rest}/cluster", timeout=2) as answer:
                return list(json.load(answer)["members"])
        except (OSError, ValueError):
            return []


@dataclass(slots=True)
class Cluster:
    """All servers, and where to reach whichever is the primary."""

    folder: Path
    etcd: int
    nodes: list[Node] = field(default_factory=list)

    def url(self, role: str) -> str:
        """Give the address that finds the primary by itself."""
        hosts, ports = ",".join("127.0.0.1" for _ in self.nodes), ",".join(str(node.port) for node in self.nodes)
        return f"postgresql://{role}:{PASSWORD}@/{SCOPE}?host={hosts}&port={ports}&target_session_attrs=primary"

    def roles(self) -> dict[str, str]:
        """Tell what each server is that runs: `leader`, `sync_standby` or `replica`; what Patroni believes lags."""
        told = next(filter(None, (node.members() for node in self.nodes)), [])
        return {each["name"]: each["role"] for each in told if each["state"] in {"running", "streaming"}}

    def primary(self) -> Node:
        """Wait for the primary."""
        name = self._wait("a primary", lambda: [name for name, role in self.roles().items() if role == "leader"])[0]
        return next(node for node in self.nodes if node.name == name)

    def wait_until_whole(self) -> None:
        """Wait until all servers run, one of them as a synchronous standby."""
        count = len(self.nodes)
        self._wait(
            "whole cluster", lambda: len(roles := self.roles()) == count and "sync_standby" in roles.values(), 180
        )

    def switch_over(self) -> None:
        """Hand the lead to the synchronous standby, as before maintenance."""
        leader = self.primary()
        body = json.dumps({"leader": leader.name}).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{leader.rest}/switchover", body, method="POST")
        with urllib.request.urlopen(request, timeout=120) as answer:
            answer.read()

    def _wait(self, what: str, look: Any, seconds: float = 120) -> Any:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if found := look():
                return found
            time.sleep(0.2)
        raise TimeoutError(f"no {what} within {seconds} s: see the logs in {self.folder}")


@contextmanager
def running(folder: Path, count: int = 3) -> Iterator[Cluster]:
    """Run etcd and so many servers until the end."""
    if missing := [name for name in ("etcd", "patroni") if shutil.which(name) is None]:
        raise MissingError(
            f"{' and '.join(missing)} not found: apt-get install --no-install-recommends etcd-server patroni"
        )
    account = installation.choose_account(folder / "none")
    binaries, _ = installation.runnable(installation.find_binaries(None), account)
    client, peer, *ports = _free_ports(2 + 2 * count)
    cluster = Cluster(folder, client)
    for number in range(count):
        place = folder / f"pg{number + 1}"
        place.mkdir(mode=0o700)
        installation.give(place, account)
        node = Node(place.name, place, ports[2 * number], ports[2 * number + 1], account)
        (place / "patroni.yaml").write_text(yaml.safe_dump(_configured(node, client, binaries)))
        bootstrap = place / "bootstrap.sh"
        bootstrap.write_text(f'#!/bin/sh\nexec {binaries}/psql -v ON_ERROR_STOP=1 -q -d "$1" -f {place}/roles.sql\n')
        bootstrap.chmod(0o755)
        (place / "roles.sql").write_text(POST_BOOTSTRAP)
        cluster.nodes.append(node)
    etcd = _start_etcd(folder, client, peer)
    try:
        for node in cluster.nodes:
            node.start()
        cluster.wait_until_whole()
        yield cluster
    finally:
        for node in cluster.nodes:
            node.die()
        etcd.kill()
        etcd.wait()


def _configured(node: Node, etcd: int, binaries: Path) -> dict[str, Any]:
    """Write what Patroni needs to know; `synchronous_mode_strict` means: no entry that only one server has."""
    trusted = [f"host {database} all 127.0.0.1/32 scram-sha-256" for database in ("all", "replication")]
    return {
        "scope": SCOPE,
        "name": node.name,
        "restapi": {"listen": f"127.0.0.1:{node.rest}", "connect_address": f"127.0.0.1:{node.rest}"},
        "etcd3": {"host": f"127.0.0.1:{etcd}"},
        "bootstrap": {
            "dcs": {
                "ttl": TTL,
                "loop_wait": LOOP,
                "retry_timeout": RETRY,
                "maximum_lag_on_failover": 1 << 20,
                "synchronous_mode": True,
                "synchronous_mode_strict": True,
                "postgresql": {"use_pg_rewind": True, "use_slots": True, "parameters": PARAMETERS},
            },
            "initdb": [{"encoding": "UTF8"}, {"locale": "C"}, "data-checksums"],
            "post_bootstrap": str(node.folder / "bootstrap.sh"),
        },
        "postgresql": {
            "listen": f"127.0.0.1:{node.port}",
            "connect_address": f"127.0.0.1:{node.port}",
            "data_dir": str(node.data),
            "bin_dir": str(binaries),
            "pgpass": str(node.folder / "pgpass"),
            "basebackup": [{"checkpoint": "fast"}],
            "parameters": {"unix_socket_directories": str(node.folder)},
            "pg_hba": ["local all all trust", *trusted],
            "authentication": {
                "superuser": {"username": "postgres", "password": PASSWORD},
                "replication": {"username": "replicator", "password": PASSWORD},
            },
        },
    }


def _start_etcd(folder: Path, client: int, peer: int) -> subprocess.Popen[bytes]:
    here, there = f"http://127.0.0.1:{client}", f"http://127.0.0.1:{peer}"
    with (folder / "etcd.log").open("ab") as said:
        return subprocess.Popen(
            [
                *("etcd", "--name", "e1", "--data-dir", str(folder / "etcd")),
                *("--listen-client-urls", here, "--advertise-client-urls", here, "--listen-peer-urls", there),
                *("--initial-advertise-peer-urls", there, "--initial-cluster", f"e1={there}", "--enable-v2=true"),
            ],
            stdout=said,
            stderr=said,
        )


def _children(parent: int) -> list[int]:
    """List the processes of a server."""
    listed = subprocess.run(["pgrep", "-P", str(parent)], stdout=subprocess.PIPE, text=True, check=False)
    return [int(pid) for pid in listed.stdout.split()]


def _free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports
