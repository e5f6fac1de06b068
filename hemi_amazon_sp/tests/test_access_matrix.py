import os
import unittest
from pathlib import Path

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .access_matrix import GROUPS, Examples, amazon_models, matrix, page, secret_columns
from .common import AmazonCase

PAGE = Path(__file__).parents[2] / "docs" / "access-rights.md"
# Limits belong to an app, not to a company; marketplaces are Amazon's.
OF_ALL_COMPANIES = {"hemi.amazon.marketplace", "hemi.amazon.quota"}


@tagged("post_install", "-at_install")
class TestAccessMatrix(AmazonCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.integration.company_id = cls.env.company
        cls.users = {
            group: new_test_user(cls.env, login=f"matrix {group}", groups=xmlid)
            for group, xmlid in GROUPS.items()
        }
        cls.own = Examples(cls.env, cls.account)
        cls.other = Examples(cls.env, cls.account_elsewhere())
        cls.table = matrix(cls.env, cls.users, cls.own, cls.other)

    @classmethod
    def account_elsewhere(cls):
        """Make an app and a seller in another company."""
        company = cls.env["res.company"].create({"name": "Elsewhere"})
        warehouse = cls.env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
        integration = cls.env["hemi.amazon.integration"].create(
            {"name": "App Elsewhere", "company_id": company.id}
        )
        cls.credentials.copy({"integration_id": integration.id})
        values = {"company_id": company.id, "integration_id": integration.id, "warehouse_id": warehouse.id}
        return cls.make_account("A9ELSEWHERE01", **values)

    def test_the_page_is_up_to_date(self):
        if not PAGE.parent.is_dir():
            raise unittest.SkipTest("the folder docs is not beside the addon")
        if os.environ.get("WRITE_ACCESS_RIGHTS"):
            PAGE.write_text(page(self.table))
        self.assertEqual(PAGE.read_text(), page(self.table), "Run it with WRITE_ACCESS_RIGHTS=1.")

    def test_nobody_reaches_another_company(self):
        for model, cells in self.table.items():
            for group, (_own, other) in cells.items():
                if model not in OF_ALL_COMPANIES:
                    self.assertIn(other, ("-", ""), f"{model}, {group}")

    def test_what_is_not_of_a_company_is_not_found_by_others_either(self):
        for model in set(amazon_models(self.env)) - OF_ALL_COMPANIES:
            for group, user in self.users.items():
                with self.subTest(model, group=group):
                    mine = self.env[model].with_user(user).with_context(active_test=False)
                    try:
                        found = mine.search([("id", "in", self.other.of(model).ids)])
                    except AccessError:
                        continue
                    self.assertFalse(found)

    def test_calls_of_an_app_are_seen_where_the_app_is(self):
        calls = self.env["hemi.amazon.call"]
        for examples, seen in ((self.own, True), (self.other, False)):
            app = examples.of("hemi.amazon.integration")
            values = {"called_at": "2026-01-01", "operation": "rotate", "integration_id": app.id}
            call = calls.sudo().create(values)
            found = calls.with_user(self.users["Amazon User"]).search([("id", "=", call.id)])
            self.assertEqual(bool(found), seen)

    def test_only_the_two_groups_see_anything_of_amazon(self):
        for model, cells in self.table.items():
            for group in ("Employee", "Portal"):
                self.assertEqual(cells[group][0], "-", f"{model}, {group}")
            if model != "hemi.amazon.cancel":
                self.assertEqual(cells["Salesperson"][0], "-", model)

    def test_nobody_touches_keys_and_turns(self):
        for model in ("hemi.amazon.token", "hemi.amazon.chore.turn"):
            self.assertEqual({own for own, _other in self.table[model].values()}, {"-"})

    def test_users_change_nothing_but_listings_and_wizards(self):
        wizards = amazon_models(self.env, transient=True)
        changed = {
            model
            for model, cells in self.table.items()
            if set(cells["Amazon User"][0]) & set("wcd") and model not in wizards
        }
        self.assertEqual(changed, {"hemi.amazon.listing", "hemi.amazon.offer"})

    def test_no_group_reads_a_secret_column(self):
        for model, field in secret_columns(self.env):
            for group, user in self.users.items():
                with self.subTest(f"{model}.{field}", group=group), self.assertRaises(AccessError):
                    self.own.of(model).with_user(user).read([field])
