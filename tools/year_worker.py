"""Runs inside `odoo shell`: an Odoo whose clock is set by who gives it commands.

Commands come as lines of JSON from a pipe: ``now`` (the moment, ISO 8601, UTC), ``code`` that leaves its
``result``, and ``output``, the file for the result or the traceback.
"""

import json
import os
import traceback

from freezegun import freeze_time
from odoo import SUPERUSER_ID, api
from odoo.addons.hemi_amazon_sp.amazon import queue
from odoo.modules.registry import Registry


def serve(env, commands, answer):
    """Do what is told until the pipe is closed.

    :param commands: file descriptor to read from
    :param answer: called when a command is done
    """
    name = env.cr.dbname
    env.cr.rollback()
    env.cr.close()
    queue.WAIT = 0  # the simulated AWS knows all its messages at once
    with os.fdopen(commands) as lines, freeze_time("2027-01-01", tick=True) as clock:
        answer("ready")
        for line in lines:
            command = json.loads(line)
            clock.move_to(command["now"])
            with open(command["output"], "w") as output:
                output.write(_run(name, command["code"]))
            answer("done")
    os._exit(0)


def _run(name, code):
    try:
        with Registry(name).cursor() as cr:
            names = {"env": api.Environment(cr, SUPERUSER_ID, {})}
            exec(code, names)  # it is ours, of tools/
            return f"ok {names['result']}"
    except Exception:
        return traceback.format_exc()
