from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.addons.hemi_amazon_sp.tests.common import AmazonCase
from odoo.addons.queue_job.exception import RetryableJobError
from odoo.addons.queue_job.tests.common import trap_jobs
from odoo.tests import tagged

from .. import forget_turns


@tagged("post_install", "-at_install")
class TestQueue(AmazonCase):
    def setUp(self):
        super().setUp()
        self.authorise(self.account)
        self.job = self.env["hemi.amazon.job"]
        self.accounts = self.account | self.make_account("A2OTHERSELLER")
        self.authorise(self.accounts[1])
        self.accounts.next_run_at = False

    def run_job(self):
        with self.enter_registry_test_mode():
            self.env.ref("hemi_amazon_sp.ir_cron_run").method_direct_trigger()
        self.env.invalidate_all()

    def turns(self):
        return self.env["queue.job"].search([("method_name", "=", "_take_queued_turn")])

    def test_each_due_account_gets_one_turn_in_its_channel(self):
        self.run_job()
        turns = self.turns()
        self.assertEqual(len(turns), 2)
        self.assertEqual(set(turns.mapped("channel")), {"root.hemi_amazon"})
        self.assertEqual({turn.args[0] for turn in turns}, set(self.accounts))

    def test_who_waits_in_the_queue_is_not_put_there_again(self):
        self.run_job()
        self.accounts.next_run_at = False
        self.run_job()
        self.assertEqual(len(self.turns()), 2)

    def test_while_in_the_queue_an_account_does_not_call_the_job(self):
        self.run_job()
        self.assertFalse(self.job._due_accounts())
        self.assertGreater(min(self.accounts.mapped("next_run_at")), fields.Datetime.now())

    def test_a_turn_that_never_came_is_asked_for_again(self):
        self.run_job()
        self.turns().unlink()
        self.accounts.next_run_at = self.account.next_run_at - timedelta(minutes=6)
        self.run_job()
        self.assertEqual(len(self.turns()), 2)

    def test_a_turn_works_on_its_account_and_asks_for_the_next(self):
        with (
            patch.object(type(self.job), "_run_account", autospec=True, return_value=True) as run,
            patch.object(type(self.job), "_ask_again", autospec=True) as ask,
        ):
            self.job._take_queued_turn(self.account)
        self.assertEqual(run.call_args.args[1], self.account)
        ask.assert_called_once()

    def test_a_turn_waits_for_another_worker_at_the_account(self):
        with (
            patch.object(type(self.job), "_run_account", autospec=True, return_value=False),
            self.assertRaises(RetryableJobError) as caught,
        ):
            self.job._take_queued_turn(self.account)
        self.assertTrue(caught.exception.ignore_retry)

    def test_a_turn_of_an_account_that_is_paused_or_gone_does_nothing(self):
        gone = self.accounts[1]
        self.accounts[0].paused = True
        with patch.object(type(self.job), "_run_account", autospec=True) as run:
            self.job._take_queued_turn(self.accounts[0])
            gone.unlink()
            self.job._take_queued_turn(gone)
        run.assert_not_called()

    def test_a_turn_may_commit_what_amazon_has_heard(self):
        function = self.env.ref("hemi_amazon_sp_queue.function_take_queued_turn")
        self.assertTrue(function.allow_commit)
        self.assertEqual(function.name, "<hemi.amazon.job>._take_queued_turn")

    def test_uninstalling_takes_waiting_turns_back(self):
        self.run_job()
        with trap_jobs() as other:
            self.job.with_delay()._ask_again()
            other.assert_jobs_count(1)
        forget_turns(self.env)
        self.assertFalse(self.turns())
