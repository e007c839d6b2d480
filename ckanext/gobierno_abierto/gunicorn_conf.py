"""gunicorn's settings for the portal; a command-line option or GUNICORN_CMD_ARGS wins over each of them.

Threads, not more processes: a request spends most of its time waiting for PostgreSQL, a CKAN process takes some
250 MB, and a thread lets a 1 GB upload go on for as long as it takes (with the `sync` worker it would be killed at
`timeout`).
"""

from __future__ import annotations

import os
from pathlib import Path

LEAST_WORKERS = 2
MOST_WORKERS = 8


def workers_for(cores: int) -> int:
    """One web process per core, but two at least (one may be busy) and eight at most (memory)."""
    return min(max(cores, LEAST_WORKERS), MOST_WORKERS)


wsgi_app = "ckanext.gobierno_abierto.wsgi:application"
bind = "127.0.0.1:5000"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY") or workers_for(len(os.sched_getaffinity(0))))
threads = 8
# Load once, then fork: starts in the time of one process and shares memory. wsgi.py closes its connections before.
preload_app = True
# A worker whose main loop stops answering for this long is replaced; a slow request does not count.
timeout = 120
# Running requests get this long at a restart.
graceful_timeout = 30
keepalive = 15
limit_request_line = 8190
# The heartbeat file in memory where there is some: on a slow disk a worker would look dead.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) and Path("/dev/shm").is_dir() else None
# The proxy on the same machine says who the client is and whether it came by https.
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1,::1")
errorlog = "-"
# CKAN itself logs path, status and time of each request. gunicorn's format would add addresses and query strings, which
# are personal data.
accesslog = None
proc_name = "gobierno_abierto"
