import stat
from pathlib import Path
from unittest.mock import patch

from cryptography.fernet import Fernet
from odoo.addons.hemi_amazon_sp import vault
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL, config

from .access_matrix import Examples, amazon_models, secret_columns
from .common import ACCESS_TOKEN, CLIENT_SECRET, REFRESH_TOKEN, AmazonCase


@tagged("post_install", "-at_install")
class TestVault(AmazonCase):
    def with_keys(self, *keys):
        return patch.dict("os.environ", {vault.ENVIRONMENT_VARIABLE: " ".join(keys)})

    def test_rotation_of_keys(self):
        old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
        with self.with_keys(old):
            encrypted = vault.encrypt("secret")
        with self.with_keys(new, old):
            self.assertEqual(vault.decrypt(encrypted), "secret")
            renewed = vault.encrypt("secret")
        with self.with_keys(new):
            self.assertEqual(vault.decrypt(renewed), "secret")
            with self.assertRaises(vault.SecretUnreadable):
                vault.decrypt(encrypted)

    def test_nothing_is_no_secret(self):
        self.assertIs(vault.encrypt(False), False)
        self.assertIs(vault.decrypt(False), False)

    def test_key_file_is_made_once_and_private(self):
        with patch.dict("os.environ", {vault.ENVIRONMENT_VARIABLE: ""}):
            encrypted = vault.encrypt("secret")
            self.assertEqual(vault.decrypt(encrypted), "secret")
        path = Path(config["data_dir"], vault.FILE_NAME)
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)

    def test_lost_key_says_what_to_do(self):
        with (
            self.with_keys(Fernet.generate_key().decode()),
            self.assertRaisesRegex(UserError, "enter the value again"),
        ):
            self.credentials._secret("client_secret")


@tagged("post_install", "-at_install")
class TestSecretFields(AmazonCase):
    def test_a_secret_can_be_written_but_not_read(self):
        self.credentials.invalidate_recordset()
        self.assertFalse(self.credentials.client_secret)
        self.assertTrue(self.credentials.client_secret_stored)
        self.assertEqual(self.credentials._secret("client_secret"), CLIENT_SECRET)

    def test_saving_an_empty_field_keeps_the_secret(self):
        self.credentials.write({"client_secret": False, "arn": "arn:aws:iam::123456789012:role/sqs"})
        self.assertEqual(self.credentials._secret("client_secret"), CLIENT_SECRET)

    def test_no_group_reads_a_stored_secret(self):
        self.authorise(self.account)
        manager = self.make_user("amazon_manager", "hemi_amazon_sp.hemi_amazon_sp_group_manager")
        with self.assertRaises(AccessError):
            self.credentials.with_user(manager).read(["client_secret_encrypted"])
        with self.assertRaises(AccessError):
            self.account.with_user(manager).read(["token_ids"])
        with self.assertRaises(AccessError):
            self.env["hemi.amazon.token"].with_user(manager).search([])
        exported = self.credentials.with_user(manager).read()[0]
        self.assertNotIn(CLIENT_SECRET, repr(exported))

    def test_the_user_group_does_not_see_credentials(self):
        user = self.make_user("amazon_user", "hemi_amazon_sp.hemi_amazon_sp_group_user")
        with self.assertRaises(AccessError):
            self.env["hemi.amazon.integration.credentials"].with_user(user).search([])

    def test_a_copy_has_no_secret(self):
        self.authorise(self.account)
        other = self.integration.copy()
        copied = self.credentials.copy({"integration_id": other.id})
        self.assertFalse(copied._secret("client_secret"))
        account = self.account.copy({"merchant_id": "A9OTHERSELLER"})
        self.assertEqual(account.state, "not_authorised")
        self.assertFalse(self.env["hemi.amazon.token"].search([("account_id", "=", account.id)]))

    def test_secrets_are_encrypted_in_the_database(self):
        self.authorise(self.account)
        self.env.flush_all()
        self.env.cr.execute("SELECT refresh_key_encrypted, access_key_encrypted FROM hemi_amazon_token")
        for stored in self.env.cr.fetchone():
            self.assertNotIn(REFRESH_TOKEN[5:], stored)
            self.assertNotIn(ACCESS_TOKEN[5:], stored)


@tagged("post_install", "-at_install")
class TestNeutralize(AmazonCase):
    def test_no_secret_survives(self):
        self.authorise(self.account)
        self.account.action_oauth_began()
        self.env.flush_all()
        path = Path(__file__).parent.parent / "data" / "neutralize.sql"
        self.env.cr.execute(path.read_text())
        self.env.invalidate_all()
        self.assertFalse(self.env["hemi.amazon.token"].search([]))
        self.assertFalse(self.env["mail.mail"].search([("body_html", "ilike", "oauth/start")]))
        self.assertFalse(self.env["mail.message"].search([("body", "ilike", "oauth/start")]))
        self.assertFalse(self.env["hemi.amazon.consent"].search([]))
        for credentials in self.env["hemi.amazon.integration.credentials"].search([]):
            self.assertFalse(any(credentials._secret(name) for name in credentials._secrets))
        self.assertFalse(self.env["hemi.amazon.account"].search([("state", "!=", "not_authorised")]))
        self.assertFalse(self.env["hemi.amazon.integration"].search([("environment", "!=", "sandbox")]))
        self.assertFalse(self.env.ref("hemi_amazon_sp.ir_cron_run").active)

    def test_every_column_that_nobody_may_read_is_emptied(self):
        """Something is planted into each of them; a new one must get its line in neutralize.sql."""
        examples = Examples(self.env, self.account)
        columns = list(secret_columns(self.env))
        for model, _field in columns:
            examples.of(model)
        self.env.flush_all()
        for model, field in columns:
            table, column = SQL.identifier(self.env[model]._table), SQL.identifier(field)
            self.env.cr.execute(SQL("UPDATE %s SET %s = 'planted' || id", table, column))
            self.assertGreater(self.env.cr.rowcount, 0, model)
        path = Path(__file__).parent.parent / "data" / "neutralize.sql"
        self.env.cr.execute(path.read_text())
        for model, field in columns:
            table, column = SQL.identifier(self.env[model]._table), SQL.identifier(field)
            self.env.cr.execute(SQL("SELECT count(*) FROM %s WHERE %s IS NOT NULL", table, column))
            self.assertEqual(self.env.cr.fetchone()[0], 0, f"{model}.{field}")


@tagged("post_install", "-at_install")
class TestCopy(AmazonCase):
    def test_no_copy_of_anything_holds_a_secret(self):
        """All models, all records that are there, and what a copy takes with it."""
        examples = Examples(self.env, self.account)
        names = {field for _model, field in secret_columns(self.env)}
        for model in amazon_models(self.env):
            record = examples.of(model)
            with self.subTest(model):
                self.assertFalse(names & keys_of(record.sudo().copy_data()))

    def test_secret_columns_are_known(self):
        self.assertGreater(len(list(secret_columns(self.env))), 8)


def keys_of(data):
    """Give all keys of what copy_data gave, at any depth."""
    if isinstance(data, dict):
        return set(data) | keys_of(list(data.values()))
    return set().union(*map(keys_of, data)) if isinstance(data, list | tuple) else set()
