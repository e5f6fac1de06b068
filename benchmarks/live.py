"""Odoo processes that stay alive and run code when told, so that databases can be measured in turn."""

import json
import os
import subprocess
from contextlib import contextmanager

from benchmarks.measuring import INSIDE
from tools.console import Failure
from tools.database import ODOO

LOOP = """
import json, os
with os.fdopen({pipe}) as commands:
    for command in commands:
        exec(json.loads(command), globals())
        print("figures", json.dumps(figures), flush=True)
"""


class Live:
    """One Odoo process at work on one database; what a command leaves in names, the next one finds."""

    def __init__(self, process, pipe):
        self._process, self._pipe = process, pipe

    def figures(self, code, **values):
        """Run code that leaves ``figures``, and return them.

        :param str code: finds ``env`` of the superuser, and what `measuring.INSIDE` has
        :param values: names that the code finds
        :raise Failure: the code raised
        """
        names = "".join(f"{name} = {value!r}\n" for name, value in values.items())
        self._pipe.write(json.dumps(names + code) + "\n")
        self._pipe.flush()
        for line in self._process.stdout:
            if line.startswith("figures "):
                return json.loads(line.removeprefix("figures "))
        raise Failure(f"The code failed in Odoo.\n{self._process.stderr.read()[-3000:]}")


@contextmanager
def odoo(name):
    """Start an Odoo process on a database. Yields its `Live`; the process ends with the block."""
    reading, writing = os.pipe()
    process = subprocess.Popen(
        [ODOO, "shell", "--database", name, "--no-http", "--log-level=error"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        pass_fds=[reading],
    )
    os.close(reading)
    process.stdin.write(INSIDE + LOOP.format(pipe=reading))
    process.stdin.close()
    try:
        with os.fdopen(writing, "w") as pipe:
            yield Live(process, pipe)
    finally:
        process.kill()
        process.wait()
