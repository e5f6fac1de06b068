"""`make demo`: Odoo with demo data against the simulated Amazon, then served until Ctrl-C.

Variables: SERVE=0 ends after the table; RECORD=folder keeps what the simulated Amazon saw; ODOO_PORT and
SIMULATOR_PORT choose the ports.
"""

import os
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools import database, odoo_server, ports
from tools.console import Failure, exit_with, say
from tools.paths import LOGS
from tools.servers import started, tail

ODOO_PORT = 8069
SIMULATOR_PORT = 8070


@dataclass
class Simulator:
    """The running simulated Amazon. url: without a slash at the end; smtp_port: where mail is delivered."""

    url: str
    smtp_port: int
    log: Path


def main():
    """Start both servers, play the scenario, serve. Returns the exit status of the scenario."""
    with played() as (erp, _amazon, status):
        if os.environ.get("SERVE") != "0":
            wait_for_interrupt(erp)
    return status


@contextmanager
def played(before=None):
    """Start both servers and play the scenario.

    :param before: called with the Odoo server before the scenario begins

    Yields the Odoo server, the simulated Amazon, and 0 when every flow that applies was accepted, else 1.
    """
    # not at the top: the ports are checked before the packages that the scenario needs are installed
    from tools import demo_scenario

    check_ports()
    template = database.template("demo", demo=True)
    with simulator() as amazon, odoo(template, amazon) as erp:
        print_addresses(erp, amazon)
        if before:
            before(erp)
        yield erp, amazon, demo_scenario.play(erp, amazon)


def check_ports():
    """Fail before any work when one of the two ports is taken."""
    ports.require_free(port("ODOO_PORT", ODOO_PORT), "Odoo", "ODOO_PORT")
    ports.require_free(port("SIMULATOR_PORT", SIMULATOR_PORT), "the simulated Amazon", "SIMULATOR_PORT")


def port(variable, default):
    """The port that an environment variable names."""
    text = os.environ.get(variable) or str(default)
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise Failure(f"{variable} is {text}, which is no port. Choose a number from 1 to 65535.")
    return int(text)


@contextmanager
def simulator():
    """Run the simulated Amazon; with RECORD, it keeps its traffic in that folder."""
    number, smtp_port = port("SIMULATOR_PORT", SIMULATOR_PORT), ports.free_port()
    url = f"http://{ports.LOOPBACK}:{number}"
    log = LOGS / "amazon_simulator.log"
    command = [sys.executable, "-m", "amazon_simulator", "--port", number, "--smtp-port", smtp_port]
    command += ["--world", "demo"]
    if os.environ.get("RECORD"):
        command += ["--record", Path(os.environ["RECORD"]).resolve()]
    with started(command, "The simulated Amazon", log, f"{url}/"):
        yield Simulator(url, smtp_port, log)


def odoo(template, amazon):
    """Run Odoo on a fresh database, with its mail going to the simulated Amazon's inbox."""
    mail = (f"--smtp={ports.LOOPBACK}", f"--smtp-port={amazon.smtp_port}")
    return odoo_server.serve(template, port("ODOO_PORT", ODOO_PORT), (*mail, "--max-cron-threads=1"))


def print_addresses(erp, amazon):
    """Say where to look."""
    say(f"\nOdoo                      {erp.url}  (login admin, password admin)")
    say(f"Simulated Seller Central  {amazon.url}")
    say(f"Inbox of the sellers      {amazon.url}/_sim/inbox\n")


def wait_for_interrupt(erp):
    """Serve until Ctrl-C."""
    say("\nServing. Press Ctrl-C to end.")
    try:
        while erp.process.poll() is None:
            time.sleep(1)
    except KeyboardInterrupt:
        say("\nStopping.")
        return
    raise Failure(f"Odoo ended by itself.\n{tail(erp.log)}")


if __name__ == "__main__":
    exit_with(main)
