"""Runs inside `odoo shell` on a database with the glue addon: as `crash_worker`, through the queue.

The jobrunner is a process of its own; here what it does for a turn is done once, by its own parts: jobs of
the dead are put back, and each that waits is enqueued and run by the controller that it calls.
"""

from odoo import SUPERUSER_ID, api
from odoo.addons.queue_job.controllers.main import RunJobController
from odoo.addons.queue_job.jobrunner.runner import Database
from odoo.modules.registry import Registry

from tools import crash_worker

TIME_PASSES = "UPDATE queue_job SET date_enqueued = date_enqueued - interval '20 minutes', eta = NULL"


def serve(env, commands, answer):
    """See `crash_worker.serve`."""
    crash_worker.serve(env, commands, answer, work)


def work(env):
    """Let the one job hand out the turns, and the queue take them."""
    env.cr.execute(TIME_PASSES)
    env.cr.commit()
    crash_worker.work(env)
    runner = Database(env.cr.dbname)
    runner.requeue_dead_jobs()
    with runner.select_jobs("state = 'pending'", ()) as jobs:
        waiting = [row[1] for row in jobs]
    for uuid in waiting:
        runner.set_job_enqueued(uuid)
        with Registry(env.cr.dbname).cursor() as cr:
            run(api.Environment(cr, SUPERUSER_ID, {}), uuid)


def run(env, uuid):
    """Run one job, as the route /queue_job/runjob does."""
    job = RunJobController._acquire_job(env, uuid)
    RunJobController._runjob(env, job)
