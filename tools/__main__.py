"""`python3 -m tools COMMAND`: sets up what is missing, then executes the command inside that."""

import os
import sys

from tools import demo
from tools.console import exit_with, say
from tools.paths import LOCAL, ROOT, VENV_PYTHON
from tools.setup import clean, environment, setup

HELP = """usage: python3 -m tools COMMAND

setup        install what is missing, below .local/ and as Debian packages
test         run all tests
lint         run all checks of the code
demo         show the product against the simulated Amazon
chaos        let a day of many sellers go wrong at random, and compare the books (SEEDS, ACCOUNTS)
crash        kill the job at every point and look that nothing is lost or doubled
fuzz         send generated requests to the pages for sellers (COUNT, SEED, SECONDS)
year         live a year of many sellers, and look that nothing lapses and nothing is left over
bench        measure everything (benchmarks/README.md), and write benchmarks/results.json and plots
bench-quick  the same with small sizes
keys         print a new encryption key; DATABASE=name rotates the key file of that database
pictures     play the demo and take the pictures of docs/pictures
clean        remove .local/
run PROGRAM  run any program with the virtual environment, Odoo and the database server at hand, as in
             python3 -m tools run psql -l
             python3 -m tools run odoo -d mine -i hemi_amazon_sp
"""
INSIDE = {
    "test": [VENV_PYTHON, "-m", "tools.suite"],
    "lint": [VENV_PYTHON, "-m", "tools.lint"],
    "demo": [VENV_PYTHON, "-m", "tools.demo"],
    "chaos": [VENV_PYTHON, "-m", "tools.chaos"],
    "crash": [VENV_PYTHON, "-m", "tools.crash"],
    "fuzz": [VENV_PYTHON, "-m", "tools.fuzz"],
    "bench": [VENV_PYTHON, "-m", "benchmarks"],
    "bench-quick": [VENV_PYTHON, "-m", "benchmarks", "--quick"],
    "year": [VENV_PYTHON, "-m", "tools.year"],
    "keys": [VENV_PYTHON, "-m", "tools.keys"],
    "pictures": [VENV_PYTHON, "-m", "tools.pictures"],
}


def main(arguments):
    """Run the command. Returns the exit status, unless another program is executed inside the set-up."""
    command, *rest = arguments or ["help"]
    if command == "clean":
        clean()
    elif command == "setup":
        setup()
        say(f"Ready in {LOCAL}.")
    elif command in INSIDE or (command == "run" and rest):
        if command in ("demo", "pictures"):
            demo.check_ports()
        setup()
        execute(INSIDE.get(command, rest))
    else:
        say(HELP)
        return 0 if command == "help" else 2
    return 0


def execute(words):
    """Become another program; it keeps the database server running as long as it lives itself."""
    words = [str(word) for word in words]
    surroundings = environment()
    if words[0] == str(VENV_PYTHON):
        os.chdir(ROOT)
    os.environ["PATH"] = surroundings["PATH"]  # where execvpe looks for the program
    os.execvpe(words[0], words, surroundings)


if __name__ == "__main__":
    exit_with(lambda: main(sys.argv[1:]))
