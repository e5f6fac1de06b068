"""The database server: the user's own (`DATABASE_URL`), else a private cluster that runs while someone uses it.

The private cluster listens on a Unix socket in a folder that only its owner can enter, so it needs neither a port nor
a password. Its data is disposable: it is written without waiting for the disk.

    with postgres.running() as environment:      # PGHOST, PGUSER ... for every program that uses libpq, Odoo included
        subprocess.run(["psql", "-l"], env=environment)
"""

import fcntl
import hashlib
import os
import pwd
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tools.console import Failure, run, step
from tools.paths import LOCAL, ROOT

ROLE = "odoo"  # Odoo refuses to run as role postgres
SETTINGS = {
    "listen_addresses": "''",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "'256MB'",
    "max_wal_size": "'2GB'",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}
# the longest path of a Unix socket that Linux takes, less the name of the socket
LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432")


@contextmanager
def running():
    """Run the server at least as long as this block. Yields the environment that leads to it.

    Whoever uses the private cluster holds a shared lock on a file; a watcher waits for the exclusive lock and then
    stops the server. The system frees the locks of killed processes, so no server outlives its users.
    """
    if os.environ.get("DATABASE_URL"):
        yield {**os.environ, **parse_url(os.environ["DATABASE_URL"])}
        return
    folder = cluster_folder()
    with open(LOCAL / "postgresql.users", "a") as users, open(LOCAL / "postgresql.start", "a") as starting:
        fcntl.flock(users, fcntl.LOCK_SH)
        fcntl.flock(starting, fcntl.LOCK_EX)
        if not is_running(folder):
            start(folder)
        fcntl.flock(starting, fcntl.LOCK_UN)
        yield {**os.environ, "PGHOST": str(folder), "PGPORT": "5432", "PGUSER": ROLE}


def parse_url(url):
    """The variables of libpq that say the same as a postgresql:// address (without the database name)."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise Failure("DATABASE_URL must begin with postgresql://, as in postgresql://user:password@host:5432/")
    values = {"PGHOST": parts.hostname, "PGPORT": parts.port, "PGUSER": parts.username, "PGPASSWORD": parts.password}
    return {name: unquote(str(value)) for name, value in values.items() if value}


def install():
    """Create the private cluster when there is none yet, unless the user brings a server."""
    if os.environ.get("DATABASE_URL"):
        return
    folder = cluster_folder()
    if (data_folder(folder) / "PG_VERSION").exists():
        return
    with step(f"private PostgreSQL cluster in {folder}"):
        shutil.rmtree(folder, ignore_errors=True)
        create(folder)


def create(folder):
    """Initialise the cluster; its superuser is ROLE and only the owner of the folder can connect."""
    folder.mkdir(parents=True, mode=0o700)
    if os.geteuid() == 0:
        shutil.chown(folder, owner(), pwd.getpwnam(owner()).pw_gid)
    options = ["--username", ROLE, "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"]
    server(["initdb", "--pgdata", data_folder(folder), *options], folder, "The PostgreSQL cluster could not be created.")


def start(folder):
    """Start the server, and the watcher that stops it after its last user."""
    settings = {**SETTINGS, "unix_socket_directories": f"'{folder}'"}
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    log = folder / "server.log"
    command = ["pg_ctl", "start", "--wait", "--pgdata", data_folder(folder), "--log", log, "--options", options]
    server(command, folder, f"PostgreSQL did not start. Read {log}.")
    stop = server_command(["pg_ctl", "stop", "--mode", "fast", "--pgdata", data_folder(folder)])
    subprocess.Popen(
        ["flock", LOCAL / "postgresql.users", *stop],
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def remove():
    """Stop the private cluster and delete it, wherever it is."""
    folder = cluster_folder()
    if is_running(folder):
        stop = ["pg_ctl", "stop", "--mode", "fast", "--pgdata", data_folder(folder)]
        server(stop, folder, "The private PostgreSQL could not be stopped.")
    shutil.rmtree(folder, ignore_errors=True)


def is_running(folder):
    """Whether the private cluster runs."""
    if not folder.exists():
        return False
    status = server_command(["pg_ctl", "status", "--pgdata", data_folder(folder)])
    return subprocess.run(status, cwd=folder, capture_output=True).returncode == 0


def server(command, folder, failure):
    """Run one of PostgreSQL's own programs as the owner of the cluster."""
    return run(server_command(command), failure, cwd=folder)


def server_command(command):
    """The words that run a program of PostgreSQL as the owner of the cluster, which must not be root."""
    program, *arguments = command
    words = [str(word) for word in (bin_folder() / program, *arguments)]
    if os.geteuid():
        return words
    return ["setpriv", f"--reuid={owner()}", f"--regid={owner()}", "--clear-groups", "--reset-env", *words]


def bin_folder():
    """Debian's folder of the newest installed PostgreSQL server."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    if not found:
        raise Failure("No PostgreSQL server is installed. Install the Debian package postgresql-15.")
    return found[-1].parent


def owner():
    """The system user that runs the server for root (Debian's package creates it)."""
    return "postgres"


def data_folder(folder):
    """The data directory of the cluster."""
    return folder / "data"


def cluster_folder():
    """Below `.local/`; elsewhere only where the server could not work there.

    That is so where its path is too long for a socket, and for root in a folder that no other user can enter (/root).
    """
    folder = LOCAL / "postgresql"
    if len(str(folder)) <= LONGEST_SOCKET_FOLDER and (os.geteuid() or can_be_entered(ROOT)):
        return folder
    return Path("/var/tmp") / f"hemi_amazon_sp-{hashlib.sha256(str(ROOT).encode()).hexdigest()[:12]}"


def can_be_entered(folder):
    """Whether every user may go through the folder and all folders above it."""
    return all(path.stat().st_mode & 0o001 for path in (folder, *folder.parents))
