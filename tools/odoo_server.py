"""A real Odoo server process on a fresh database, for tests of whole paths and for the demo.

    from tools import odoo_server

    with odoo_server.serve(os.environ["HEMI_DATABASE_TEMPLATE"]) as odoo:
        requests.get(f"{odoo.url}/web/login")
        odoo.shell("env['account.amazon'].search([]).write({'state': 'authorised'})")

The server, its database and the files of the database are gone when the block is left. The environment
must lead to PostgreSQL and to Odoo's configuration, as it does under `make test` and `python3 -m tools
run`.
"""

import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools import database
from tools.paths import LOGS
from tools.ports import LOOPBACK, free_port
from tools.servers import started


@dataclass
class OdooServer:
    """A running server.

    url: without a slash at the end; login admin, password admin.
    database: name of its database.
    log: file with the server's log.
    """

    url: str
    database: str
    log: Path
    process: subprocess.Popen

    def shell(self, code):
        """See `database.shell`."""
        return database.shell(self.database, code)


@contextmanager
def serve(template, port=None, options=()):
    """Start Odoo on a copy of a template database and yield an OdooServer as soon as it answers.

    :param str template: database to copy (`database.template`, or HEMI_DATABASE_TEMPLATE in tests).
    :param int port: on the loopback interface; a free one by default.
    :param options: further options of the command odoo, as `("--max-cron-threads=1", "--smtp-port=2525")`.
    :raise Failure: the server did not start.
    """
    port = port or free_port()
    with database.copied(template) as name:
        # links in mails and reports lead to this server, even before anybody logged in
        url = f"http://{LOOPBACK}:{port}"
        database.sql(name, f"update ir_config_parameter set value = '{url}' where key = 'web.base.url'")
        with host(name, port, options) as server:
            yield server


@contextmanager
def host(name, port=None, options=()):
    """Start one more Odoo on a database, as on a further host; yields an OdooServer (see `serve`)."""
    port = port or free_port()
    url = f"http://{LOOPBACK}:{port}"
    log = LOGS / f"odoo-{name}-{port}.log"
    place = [
        f"--database={name}",
        f"--db-filter=^{name}$",
        f"--http-interface={LOOPBACK}",
        f"--http-port={port}",
    ]
    with started([database.ODOO, *place, *options], "Odoo", log, f"{url}/web/health") as process:
        yield OdooServer(url, name, log, process)
