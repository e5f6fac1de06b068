"""`python3 -m tools COMMAND`: see HELP."""

import subprocess
import sys

from tools import postgres
from tools.console import Failure
from tools.setup import environment, report, setup

HELP = """usage: python3 -m tools COMMAND

setup        install what is missing, nothing else
run PROGRAM  run a program with the virtual environment, Odoo and the database server, as in
             python3 -m tools run psql -l
             python3 -m tools run odoo -d mine -i sale
"""


def main(arguments):
    """Run the command and return the exit status."""
    command, *rest = arguments or ["help"]
    if command == "setup":
        setup()
        report()
        return 0
    if command == "run" and rest:
        return run_program(rest)
    print(HELP)
    return 0 if command == "help" else 2


def run_program(words):
    """Run one program with everything at hand; its exit status is ours."""
    setup()
    with postgres.running() as database:
        return subprocess.run(words, env=environment(database)).returncode


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Failure as failure:
        sys.exit(f"\n{failure}")
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:
        sys.exit(f"\n{error.filename or 'The system'}: {error.strerror}.")
