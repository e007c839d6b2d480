"""The two processes of the portal itself: gunicorn and the job worker, which holds the scheduler."""

from __future__ import annotations

import signal
import socket
import time
import urllib.error
import urllib.request
from subprocess import Popen

from . import ports
from .ckan_command import CkanCommand
from .console import Failure
from .processes import Identity
from .services import Services

READY_SECONDS = 120.0
#: gunicorn ends after its running requests; the second signal does not wait for them.
WEB_SIGNALS = ((signal.SIGTERM, 35.0), (signal.SIGQUIT, 5.0))
#: RQ: the first asks the running job to end, the second ends it.
WORKER_SIGNALS = ((signal.SIGTERM, 20.0), (signal.SIGTERM, 5.0))
EVERYWHERE = ("0.0.0.0", "::")


def local_address(host: str) -> str:
    """Where this machine itself reaches a server that listens on `host`."""
    return "127.0.0.1" if host in EVERYWHERE else host


def site_url(host: str, port: int) -> str:
    """What people type: `localhost` for the loopback, the machine's name when it listens everywhere."""
    if host in ("127.0.0.1", "::1", "localhost"):
        return f"http://localhost:{port}"
    name = socket.getfqdn() if host in EVERYWHERE else host
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


class Web:
    """The web server and the worker of one clone."""

    def __init__(self, services: Services, command: CkanCommand) -> None:
        self.services = services
        self.command = command
        self.daemons = services.daemons

    @property
    def _web_mark(self) -> list[str]:
        return ["--env", f"CKAN_INI={self.command.ini}"]

    @property
    def _worker_mark(self) -> list[str]:
        return [*self.command.program[1:], "jobs", "worker"]

    def running(self) -> Identity | None:
        """gunicorn's master process."""
        return self.daemons.running("web", self._web_mark)

    def worker_running(self) -> Identity | None:
        """The job worker."""
        return self.daemons.running("worker", self._worker_mark)

    def check_port(self, host: str, port: int) -> None:
        """Before anything is built, say it when the port is another's.

        :raises Failure: naming who listens there.
        """
        if not ports.is_free(port, host):
            raise Failure(
                f"el puerto {port} está ocupado por {ports.owner(port)}",
                f"use otro:  bin/portal up --port {port + 1}",
            )

    def start(self, host: str, port: int) -> Popen[bytes]:
        """Start gunicorn; `wait` tells when it answers."""
        paths = self.services.paths
        address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        arguments = ["--config", "python:ckanext.gobierno_abierto.gunicorn_conf", "--bind", address]
        # In the arguments too: by it the process is known as this clone's.
        arguments += self._web_mark
        program = [str(paths.python), "-m", "gunicorn", *arguments]
        return self.daemons.start("web", program, self.command.environment, cwd=paths.root)

    def start_worker(self) -> Popen[bytes]:
        """Start the job worker; RQ's scheduler runs inside it (CKAN 2.12 starts it by default)."""
        return self.daemons.start(
            "worker", [*self.command.program, "jobs", "worker"], self.command.environment, cwd=self.services.paths.root
        )

    def wait(self, host: str, port: int, process: Popen[bytes] | None = None) -> None:
        """Until the front page answers 200.

        :raises Failure: when the process ends, the page answers an error, or nothing comes in two minutes.
        """
        log = self.daemons.log("web")
        until = time.monotonic() + READY_SECONDS
        while True:
            status, detail = front_page(host, port)
            if status == 200:
                return
            if status:
                raise Failure(f"la portada responde {status}", "lea el registro y repita: `bin/portal`", log)
            if process is not None and process.poll() is not None:
                raise Failure("el servidor web se detuvo al arrancar", "lea el registro y repita: `bin/portal`", log)
            if time.monotonic() > until:
                raise Failure(f"el servidor web no responde: {detail}", "lea el registro y repita: `bin/portal`", log)
            time.sleep(0.1)

    def check_worker(self, process: Popen[bytes]) -> None:
        """The worker must have outlived the time that the web server took to start.

        :raises Failure: when it has ended.
        """
        if process.poll() is not None:
            raise Failure(
                "el proceso de tareas se detuvo al arrancar", "lea el registro y repita", self.daemons.log("worker")
            )

    def stop(self) -> list[str]:
        """Stop the web server, then the worker; returns the names of what was up."""
        stopped = []
        if self.daemons.stop("web", WEB_SIGNALS, self._web_mark):
            stopped.append("servidor web")
        if self.daemons.stop("worker", WORKER_SIGNALS, self._worker_mark):
            stopped.append("tareas")
        return stopped


def front_page(host: str, port: int) -> tuple[int, str]:
    """(HTTP status of the front page, 0 when there is no answer; the reason)."""
    address = local_address(host)
    url = f"http://[{address}]:{port}/" if ":" in address else f"http://{address}:{port}/"
    # No proxy of the environment stands between us and our own server.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=30) as answer:
            return answer.status, ""
    except urllib.error.HTTPError as error:
        return error.code, str(error)
    except OSError as error:
        return 0, str(error)
