"""The database server: `DATABASE_URL`, or else a private cluster that runs while someone uses it.

The private cluster listens on a Unix socket in a folder that only its owner can enter, so it needs
neither a port nor a password. Its data is disposable: it is written without waiting for the disk.

    os.environ.update(postgres.use())      # PGHOST, PGUSER ...: what libpq, and Odoo, need to find the server
    subprocess.run(["psql", "-l"])

Whoever uses the cluster holds a shared lock on a file. A watcher waits for the exclusive lock and then
stops the server. The system frees the locks of processes that end or are killed: the server never
outlives its users.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tools.console import Failure, run, step
from tools.paths import LOCAL, ROOT

ROLE = "odoo"  # Odoo refuses to run as role postgres
ADMINISTRATOR = "postgres"  # the system user that Debian's package creates; root cannot run the server
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
SOCKET_PATH_LIMIT = 107  # bytes; Linux takes no longer path of a Unix socket
SOCKET_NAME = "/.s.PGSQL.5432"
USERS = LOCAL / "postgresql.users"


def use():
    """Start the server if it does not run, and keep it for the life of this process and of what it executes.

    :return dict: the variables of libpq that lead to the server.
    :raise Failure: DATABASE_URL is wrong, or the private cluster does not start.
    """
    if os.environ.get("DATABASE_URL"):
        return parse_url(os.environ["DATABASE_URL"])
    users = os.open(USERS, os.O_CREAT | os.O_RDWR, 0o600)
    os.set_inheritable(users, True)
    fcntl.flock(users, fcntl.LOCK_SH)
    with open(LOCAL / "postgresql.start", "a") as starting:
        fcntl.flock(starting, fcntl.LOCK_EX)
        if not is_running():
            start()
    return {"PGHOST": str(cluster_folder()), "PGPORT": "5432", "PGUSER": ROLE}


def parse_url(url):
    """The variables of libpq that say the same as a postgresql:// address (without the database name).

    :raise Failure: not such an address, or a role that Odoo refuses.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise Failure(
            "DATABASE_URL must begin with postgresql://, as in postgresql://user:password@host:5432/"
        )
    if parts.username == "postgres":
        raise Failure(
            "DATABASE_URL names role postgres, which Odoo refuses. Name another that may create databases."
        )
    values = {
        "PGHOST": parts.hostname,
        "PGPORT": parts.port,
        "PGUSER": parts.username,
        "PGPASSWORD": parts.password,
    }
    return {name: unquote(str(value)) for name, value in values.items() if value}


def install():
    """Create the private cluster when there is none yet, unless the user brings a server."""
    folder = cluster_folder()
    if os.environ.get("DATABASE_URL") or (folder / "data" / "PG_VERSION").exists():
        return
    with step(f"Private PostgreSQL cluster in {folder}"):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, mode=0o700)
        if os.geteuid() == 0:
            shutil.chown(folder, ADMINISTRATOR, ADMINISTRATOR)
        access = ["--username", ROLE, "--auth", "trust"]
        words = pg_command("initdb", *access, "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync")
        run(words, "The private PostgreSQL cluster could not be created.", cwd=folder)


def start():
    """Start the server, and the watcher that stops it after its last user."""
    folder = cluster_folder()
    settings = {**SETTINGS, "unix_socket_directories": f"'{folder}'"}
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    log = folder / "server.log"
    run(
        pg_command("pg_ctl", "start", "--wait", "--silent", "--log", log, "--options", options),
        f"The private PostgreSQL did not start. Read {log}.",
        cwd=folder,
    )
    subprocess.Popen(
        ["flock", USERS, *stop_command()],
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def stop_command():
    """The words that stop the server."""
    return pg_command("pg_ctl", "stop", "--mode", "fast")


def remove():
    """Stop the private cluster and delete it, wherever it is."""
    if is_running():
        run(stop_command(), "The private PostgreSQL could not be stopped.", cwd="/")
    shutil.rmtree(cluster_folder(), ignore_errors=True)


def is_running():
    """Whether the private cluster exists and runs."""
    if not cluster_folder().exists():
        return False
    return subprocess.run(pg_command("pg_ctl", "status"), cwd="/", capture_output=True).returncode == 0


def pg_command(program, *arguments):
    """The words that run a program of PostgreSQL's on the cluster as its owner, who must not be root."""
    words = [bin_folder() / program, "--pgdata", cluster_folder() / "data", *arguments]
    if os.geteuid() == 0:
        owner = [f"--reuid={ADMINISTRATOR}", f"--regid={ADMINISTRATOR}", "--clear-groups", "--reset-env"]
        words = ["setpriv", *owner, *words]
    return [str(word) for word in words]


def bin_folder():
    """Debian's folder of the newest installed PostgreSQL server."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    if not found:
        raise Failure("No PostgreSQL server is installed. Install the Debian package postgresql-15.")
    return found[-1].parent


def cluster_folder():
    """Below `.local/`; elsewhere only where the server could not work there.

    That is so where its path is too long for a socket, and for root in a folder that no other user can enter
    (like /root).
    """
    folder = LOCAL / "postgresql"
    fits = len(f"{folder}{SOCKET_NAME}".encode()) <= SOCKET_PATH_LIMIT
    if fits and (os.geteuid() or can_be_entered(ROOT)):
        return folder
    return Path("/var/tmp") / f"hemi_amazon_sp-{hashlib.sha256(str(ROOT).encode()).hexdigest()[:12]}"


def can_be_entered(folder):
    """Whether every user may go through the folder and all folders above it."""
    return all(path.stat().st_mode & 0o001 for path in (folder, *folder.parents))
