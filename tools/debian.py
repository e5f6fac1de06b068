"""The few Debian packages that are installed: the only thing that set-up changes outside `.local/`."""

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

from tools.console import Failure, run, step

ALWAYS = ("python3-venv", "wkhtmltopdf", "chromium", "fonts-dejavu-core", "fonts-liberation", "libmagic1")
SERVER = "postgresql-15"  # with the contrib modules and the client
CLIENT = "postgresql-client-15"
CLUSTER_SETTINGS = Path("/etc/postgresql-common/createcluster.conf")
NETWORK_HINT = "Check the network connection and the package sources, then run the command again."


def needed():
    """All packages that must be installed; no database server for a user who brings one."""
    return (*ALWAYS, CLIENT if os.environ.get("DATABASE_URL") else SERVER)


def missing(packages):
    """Those of the packages that are not installed."""
    query = ["dpkg-query", "--show", "--showformat=${Package} ${db:Status-Status}\n", *packages]
    known = subprocess.run(query, capture_output=True, text=True).stdout.splitlines()
    return [package for package in packages if f"{package} installed" not in known]


def install_missing():
    """Install what is missing, as root or through sudo.

    :raise Failure: no permission, no network, or apt-get failed.
    """
    packages = missing(needed())
    if not packages:
        return
    with step(f"Debian packages: {' '.join(packages)}"):
        prefix = root_prefix(packages)
        update(prefix)
        if SERVER not in packages:
            install(prefix, packages)
            return
        install(prefix, ["postgresql-common"])
        with no_system_cluster(prefix):
            install(prefix, packages)


def root_prefix(packages):
    """The words to put before a command that needs root."""
    if os.geteuid() == 0:
        return []
    sudo = ["sudo", "--non-interactive"]
    if shutil.which("sudo") and not subprocess.run([*sudo, "true"], capture_output=True).returncode:
        return sudo
    raise Failure(
        "There is no permission to install Debian packages (not root, and sudo asks for a password).\n"
        f"Ask an administrator to run: apt-get install --no-install-recommends {' '.join(packages)}"
    )


def update(prefix):
    """Read the package lists of the machine's own sources. One that does not answer is not an error yet."""
    run([*prefix, "apt-get", "update"], f"The package lists could not be read. {NETWORK_HINT}")


def install(prefix, packages):
    """apt-get install, without questions and without recommended packages."""
    command = [
        "env",
        "DEBIAN_FRONTEND=noninteractive",
        "apt-get",
        "install",
        "--yes",
        "--no-install-recommends",
    ]
    run([*prefix, *command, *packages], f"apt-get could not install {' '.join(packages)}. {NETWORK_HINT}")


@contextmanager
def no_system_cluster(prefix):
    """While PostgreSQL is installed: Debian's package must not create and start a cluster of its own."""
    with tempfile.NamedTemporaryFile() as saved:
        run([*prefix, "cp", CLUSTER_SETTINGS, saved.name], f"{CLUSTER_SETTINGS} could not be read.")
        setting = ["pg_conftool", CLUSTER_SETTINGS, "set", "create_main_cluster", "false"]
        run([*prefix, *setting], f"{CLUSTER_SETTINGS} could not be changed for the time of the installation.")
        try:
            yield
        finally:
            run([*prefix, "cp", saved.name, CLUSTER_SETTINGS], f"{CLUSTER_SETTINGS} could not be restored.")
