"""Runs inside `odoo shell`: takes turns of the job in forked processes that die at a chosen point.

A point is a moment before or after an HTTP call or a commit. They are found by instrumentation, so that what
is built later has its points too. Commands come as lines of JSON from a pipe: ``point`` to die at (null:
none) and ``sql`` that lets time pass, or ``code`` that leaves its ``result``; and ``output``, the file for
the labels of the points that were passed or for the result.
"""

import json
import os
import signal
import traceback

from odoo import SUPERUSER_ID, api, sql_db
from odoo.addons.hemi_amazon_sp.amazon import transport
from odoo.modules.registry import Registry


class Points:
    """Counts the points that are passed, and ends the process at one of them.

    :param int last: the point to die at, counted from 1; None: none
    """

    def __init__(self, last, labels):
        self._last, self._labels, self._count = last, labels, 0

    def watch(self, owner, name, label):
        """Make a point before and after each call of a method."""
        method = getattr(owner, name)

        def watched(this, *arguments, **options):
            text = label(*arguments)
            self._pass(f"before {text}")
            result = method(this, *arguments, **options)
            self._pass(f"after {text}")
            return result

        setattr(owner, name, watched)

    def _pass(self, label):
        self._count += 1
        self._labels.write(f"{label}\n")
        self._labels.flush()
        if self._count == self._last:
            os.kill(os.getpid(), signal.SIGKILL)


def work(env):
    """Let the one job run."""
    env.ref("hemi_amazon_sp.ir_cron_run").method_direct_trigger()


def serve(env, commands, answer, work=work):
    """Take turns until the pipe is closed.

    :param commands: file descriptor to read from
    :param answer: called with the exit status of each turn
    :param work: what a turn does
    """
    name = env.cr.dbname
    env.cr.rollback()
    env.cr.close()
    answer("ready")
    with os.fdopen(commands) as lines:
        for line in lines:
            sql_db.close_all()  # a database in use could not be laid anew, and children share no connections
            child = os.fork()
            if not child:
                _turn_and_exit(name, json.loads(line), work)
            answer(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    os._exit(0)


def _turn_and_exit(name, command, work):
    status = 1
    try:
        _look(name, command) if "code" in command else _turn(name, command, work)
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def _look(name, command):
    with Registry(name).cursor() as cr:
        names = {"env": api.Environment(cr, SUPERUSER_ID, {})}
        exec(command["code"], names)  # it is ours, of tools/
        with open(command["output"], "w") as output:
            output.write(names["result"])


def _turn(name, command, work):
    with open(command["output"], "w") as labels, Registry(name).cursor() as cr:
        cr.execute(command["sql"])  # time passes
        cr.commit()
        env = api.Environment(cr, SUPERUSER_ID, {})
        points = Points(command["point"], labels)
        points.watch(transport.Transport, "_send", lambda request: request.operation)
        points.watch(sql_db.Cursor, "commit", lambda: "commit")
        work(env)
