"""Everything that is needed, in order. A second call finds all done and returns at once."""

import fcntl
import os
import shutil

from tools import database, debian, odoo_install, postgres, python_env
from tools.console import Failure
from tools.paths import LOCAL, ODOO_CONFIG, ODOO_DATA, ROOT, VENV

NEEDED_BYTES = 4 * 1024**3


def setup():
    """Install what is missing, below `.local/` and as Debian packages.

    :raise Failure: no network, no disk, no permission; the text says which and what to do.
    """
    LOCAL.mkdir(exist_ok=True)
    with open(LOCAL / "setup.lock", "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        check_disk()
        debian.install_missing()
        python_env.install()
        odoo_install.install()
        postgres.install()
        write_odoo_config()


def check_disk():
    """Refuse to begin the first set-up on a disk that it would fill."""
    free = shutil.disk_usage(ROOT).free
    if not VENV.exists() and free < NEEDED_BYTES:
        megabytes = 1024**2
        raise Failure(
            f"{ROOT} has {free // megabytes} MB free, {NEEDED_BYTES // megabytes} MB are needed. Make room."
        )


def write_odoo_config():
    """Odoo's configuration; the way to the database comes by environment (PGHOST, PGUSER ...)."""
    ODOO_CONFIG.write_text(
        "[options]\n"
        f"addons_path = {ROOT}\n"
        f"data_dir = {ODOO_DATA}\n"
        "http_interface = 127.0.0.1\n"
        "max_cron_threads = 0\n"
    )


def environment():
    """The environment of every program that runs inside the set-up."""
    return {
        **os.environ,
        **postgres.use(),
        "PATH": f"{VENV / 'bin'}:{os.environ.get('PATH', '')}",
        "VIRTUAL_ENV": str(VENV),
        "ODOO_RC": str(ODOO_CONFIG),
    }


def clean():
    """Remove `.local/` and all databases: the private cluster, or our own databases on the user's server."""
    if os.environ.get("DATABASE_URL") and LOCAL.exists():
        os.environ.update(postgres.use())
        for name in database.names():
            database.drop(name)
    postgres.remove()
    shutil.rmtree(LOCAL, ignore_errors=True)
