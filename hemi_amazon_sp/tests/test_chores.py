from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.addons.hemi_amazon_sp.amazon.errors import AmazonError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_simulator import SimulatorCase

AGE = "odoo.addons.hemi_amazon_sp.models.integration_secret.HemiAmazonChoreSecretAge._do"


@tagged("post_install", "-at_install")
class TestChores(SimulatorCase):
    def turn(self, chore="secret_age"):
        return self.env["hemi.amazon.chore.turn"].search(
            [("chore", "=", chore), ("owner_id", "=", self.integration.id)]
        )

    def run_with(self, do):
        """Run the job with another content of the chore.

        :return: how often this app's turn came
        """
        calls = []

        def mine(chore, owner):
            if owner == self.integration:
                calls.append(owner)
                return do(owner)

        with patch(AGE, mine):
            self.run_job()
        return len(calls)

    def test_once_a_day(self):
        self.assertEqual(self.run_with(lambda owner: None), 1)
        self.assertEqual(self.run_with(lambda owner: None), 0)
        self.assertAlmostEqual(
            self.turn().next_at, fields.Datetime.now() + timedelta(days=1), delta=timedelta(minutes=1)
        )

    def test_it_asks_for_its_next_step_and_each_is_kept(self):
        def do(owner):
            owner.call_log_days += 1
            return fields.Datetime.now() if owner.call_log_days < 398 else None

        self.integration.call_log_days = 395
        self.assertEqual(self.run_with(do), 3)
        self.assertEqual(self.integration.call_log_days, 398)

    def test_a_failure_is_shown_undone_and_tried_again_and_stops_no_flow(self):
        def do(owner):
            owner.name = "half done"
            raise AmazonError("Timeout", "AWS does not answer")

        self.run_with(do)
        self.assertEqual(self.integration.name, "Test App")
        self.assertEqual(
            self.integration.chore_problems, "Age of the client secret: AWS does not answer (Timeout)"
        )
        self.assertTrue(self.lamp.quantity_in_feed or self.lamp.quantity_sent_at, self.account.last_error)
        self.turn().next_at = fields.Datetime.now()
        self.run_with(lambda owner: None)
        self.assertFalse(self.integration.chore_problems)

    @mute_logger("odoo.addons.hemi_amazon_sp.models.chores")
    def test_a_bug_is_shown_without_its_text(self):
        self.run_with(lambda owner: 1 / 0)
        self.assertIn("ZeroDivisionError", self.integration.chore_problems)

    @mute_logger("odoo.addons.hemi_amazon_sp.models.amazon_job")
    def test_chores_that_cannot_even_begin_stop_no_flow(self):
        with patch("odoo.addons.hemi_amazon_sp.models.chores.HemiAmazonChoreTurn._due", side_effect=KeyError):
            self.run_job()
        self.assertTrue(self.account.last_run_at)

    def test_waking_brings_the_next_turn_and_the_job(self):
        self.run_with(lambda owner: None)
        self.env["ir.cron.trigger"].search([]).unlink()
        self.env["hemi.amazon.chore.secret.age"]._wake(self.integration)
        self.assertTrue(self.env["ir.cron.trigger"].search([]))
        self.assertEqual(self.run_with(lambda owner: None), 1)

    def test_who_is_gone_has_no_turn(self):
        self.run_job()
        turn = self.turn()
        self.account.action_revoke()
        self.account.unlink()
        self.integration.unlink()
        self.run_job()
        self.assertFalse(turn.exists())

    def test_another_worker_does_it(self):
        """The advisory lock of a turn keeps a second worker away."""
        self.run_with(lambda owner: None)
        self.turn().next_at = fields.Datetime.now()
        with self.registry._db.cursor() as other:
            other.execute("SELECT pg_advisory_xact_lock(%s, %s)", (0x48454D4A, self.turn().id))
            self.assertEqual(self.run_with(lambda owner: None), 0)
        self.assertEqual(self.run_with(lambda owner: None), 1)
