import os
from pathlib import Path
from unittest.mock import patch

from cryptography.fernet import Fernet
from odoo.addons.hemi_amazon_sp import vault
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import config

from .common import CLIENT_SECRET
from .common_simulator import PRIVATE_TOKEN, SimulatorCase

MANAGER = "hemi_amazon_sp.hemi_amazon_sp_group_manager"


class KeyCase(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.old, self.new = (Fernet.generate_key().decode() for _key in range(2))
        with self.keys(self.old):
            self.credentials.client_secret_encrypted = vault.encrypt(CLIENT_SECRET)
            self.credentials.access_key = "AKIA00000000"
            self.authorise(self.account, refresh_token=PRIVATE_TOKEN)
        self.env["hemi.amazon.token"].search([]).access_expires_at = "2000-01-01"
        self.env.flush_all()

    def keys(self, *keys):
        return patch.dict(os.environ, {vault.ENVIRONMENT_VARIABLE: ",".join(keys)})


@tagged("post_install", "-at_install")
class TestKeyRotation(KeyCase):
    def renew(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            return self.env["hemi.amazon.encryption"]._renew()

    def test_everything_is_encrypted_with_the_first_key(self):
        with self.keys(self.new, self.old):
            renewed, unreadable = self.renew()
        self.assertGreaterEqual(renewed, 4)
        with self.keys(self.new):
            self.assertEqual(self.credentials._secret("client_secret"), CLIENT_SECRET)
            token = self.env["hemi.amazon.token"].search([("account_id", "=", self.account.id)])
            self.assertEqual(token._secret("refresh_key"), PRIVATE_TOKEN)
            self.assertFalse(self.integration.key_problem or self.account.key_problem)

    def test_what_cannot_be_read_is_left_and_counted(self):
        with self.keys(self.new):
            self.assertGreaterEqual(self.renew()[1], 4)
        with self.keys(self.old):
            self.assertEqual(self.credentials._secret("client_secret"), CLIENT_SECRET)

    def test_the_columns_are_all_that_hold_secrets(self):
        self.assertLessEqual(
            {
                ("hemi.amazon.integration.credentials", "client_secret_encrypted"),
                ("hemi.amazon.integration.credentials", "new_secret_encrypted"),
                ("hemi.amazon.integration.credentials", "old_secret_encrypted"),
                ("hemi.amazon.token", "refresh_key_encrypted"),
                ("hemi.amazon.order", "payload_encrypted"),
            },
            set(self.env["hemi.amazon.encryption"]._columns()),
        )

    def test_the_button_is_for_administrators(self):
        manager = self.make_user("amazon_manager", MANAGER)
        with self.assertRaises(AccessError):
            self.integration.with_user(manager).action_renew_encryption()

    def test_a_new_key_in_the_file(self):
        path = Path(config["data_dir"], vault.FILE_NAME)
        with self.keys(""):
            encrypted = vault.encrypt("secret")
            before = path.read_text()
            self.addCleanup(path.write_text, before)
            vault.add_key()
            self.assertEqual(len(path.read_text().split()), len(before.split()) + 1)
            self.assertEqual(path.stat().st_mode & 0o777, 0o600)
            self.assertEqual(vault.decrypt(encrypted), "secret")
            self.assertEqual(vault.decrypt(vault.renew(encrypted)), "secret")
        with self.keys(self.old), self.assertRaisesRegex(ValueError, "in front there"):
            vault.add_key()


@tagged("post_install", "-at_install")
class TestLostKey(KeyCase):
    """A database is restored without its key."""

    def test_it_is_said_at_once_in_words(self):
        with self.keys(self.new):
            self.assertIn("client_secret, access_key", self.integration.key_problem)
            self.assertIn("authorise the app again", self.account.key_problem)
            manager = self.make_user("amazon_manager", MANAGER)
            for record in (self.integration, self.account, self.credentials):
                Form(record.with_user(manager))  # opens

    def test_the_job_says_it_without_a_traceback(self):
        job = "odoo.addons.hemi_amazon_sp"
        with self.keys(self.new), self.assertNoLogs(job, "WARNING"):
            self.run_job()
            self.assertIn("does not have the key", self.account.last_error)
            unreadable = self.assertRaisesRegex(UserError, "does not have the key")
            with self.enter_registry_test_mode(), unreadable:
                self.account.action_test_connection()

    def test_entering_everything_again_mends_it(self):
        with self.keys(self.new):
            self.credentials.client_secret = CLIENT_SECRET
            self.credentials.access_key = "AKIA00000000"
            self.assertFalse(self.integration.key_problem)
            self.authorise(self.account, refresh_token=PRIVATE_TOKEN)
            self.env["hemi.amazon.token"].search([]).access_expires_at = "2000-01-01"
            self.assertFalse(self.account.key_problem)
            self.run_job()
            self.assertFalse(self.account.last_error)

    def test_the_key_comes_back(self):
        with self.keys(self.new):
            self.run_job()
        with self.keys(self.new, self.old):
            self.run_job()
            self.assertFalse(self.account.last_error)

    def test_keys_that_are_none(self):
        with self.keys("not-a-key"):
            self.assertIn("client_secret", self.integration.key_problem)
            with self.assertRaisesRegex(UserError, "are not keys"):
                self.credentials.client_secret = "amzn1.oa2-cs.v1.other"
