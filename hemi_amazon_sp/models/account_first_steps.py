from odoo import api, models

MANAGER = "hemi_amazon_sp.hemi_amazon_sp_group_manager"


class HemiAmazonAccount(models.Model):
    """The way from an empty database to the first stock at Amazon, shown above the overview until it is gone.

    Whether a step is done is seen from the records themselves, so nothing is kept.
    """

    _inherit = "hemi.amazon.account"

    @api.model
    def first_steps(self):
        """Give the steps for the overview.

        :return: dicts with ``name``, ``title``, ``text``, ``done``, ``current``, ``action`` (an external id),
            and the record that is opened: its id in ``res_id``, 0 for a new one, False for the list; nothing
            if all are done, or for who may not do them
        :rtype: list[dict]
        """
        if not self.env.user.has_group(MANAGER):
            return []
        words = self._words_of_first_steps()
        steps = [
            {"name": name, "title": words[name][0], "text": words[name][1], "done": done}
            | {"action": f"hemi_amazon_sp.hemi_amazon_{action}_action", "res_id": record}
            for name, done, action, record in self._first_steps()
        ]
        left = [step for step in steps if not step["done"]]
        for step in steps:
            step["current"] = bool(left) and step is left[0]
        return steps if left else []

    @api.model
    def _first_steps(self):
        """Give what is done of the steps, and what each opens.

        :return: name, whether it is done, action, record
        :rtype: list[tuple[str, bool, str, int]]
        """
        active = [("active", "=", True)]
        apps, accounts = self.env["hemi.amazon.integration"].search(active), self.search(active)
        listings = self.env["hemi.amazon.listing"]
        authorised = accounts.filtered(lambda account: account.state == "authorised")
        reached = authorised or accounts.filtered("link_clicked_at")
        sent = accounts.filtered(lambda account: account.state != "not_authorised")
        is_matched = bool(listings.search_count([("product_id", "!=", False)], limit=1))
        is_matched = is_matched and not listings.search_count([("product_id", "=", False)], limit=1)
        is_told = bool(listings.search_count([("quantity_sent_at", "!=", False)], limit=1))
        app, waiting = apps[:1].id or 0, (accounts - authorised)[:1].id or accounts[:1].id or 0
        credentials = apps.credentials_ids[:1].id or 0
        return [
            ("app", bool(apps), "integration", app),
            ("credentials", bool(apps.filtered("secret_state")), "integration_credentials", credentials),
            ("addresses", bool(reached), "integration", app),
            ("account", bool(accounts), "account", accounts[:1].id or 0),
            ("link", bool(sent), "account", waiting),
            ("authorised", bool(authorised), "account", waiting),
            ("listings", is_matched, "listing", False),
            ("run", is_told, "feed", False),
        ]

    @api.model
    def _words_of_first_steps(self):
        """Give title and text of each step, with the menus of Seller Central as they are there."""
        return {
            "app": (
                self.env._("Create the app"),
                self.env._(
                    "Integration: one record for the app that sellers authorise. In Seller Central it is "
                    "under Apps and Services, Develop Apps."
                ),
            ),
            "credentials": (
                self.env._("Enter its credentials"),
                self.env._(
                    "Integration Credentials: application_id is the App ID of the list in Develop Apps; "
                    "client_id and client_secret are behind View in the column LWA credentials."
                ),
            ),
            "addresses": (
                self.env._("Register the addresses"),
                self.env._(
                    "Copy OAuth Redirect URI and OAuth Login URI from the Integration into Edit App in "
                    "Develop Apps."
                ),
            ),
            "account": (
                self.env._("Create the seller's account"),
                self.env._(
                    "Client Email, and the Merchant ID: Seller Central, Settings, Account Info, Your "
                    "Merchant Token."
                ),
            ),
            "link": (
                self.env._("Send the link"),
                self.env._("Press Oauth Began on the account: the seller gets an e-mail."),
            ),
            "authorised": (
                self.env._("The seller authorises"),
                self.env._("The link leads to Seller Central and back. The keys are there by themselves."),
            ),
            "listings": (
                self.env._("Match the products"),
                self.env._(
                    "Press Read Listings. SKUs that equal an internal reference or a barcode find their "
                    "product; choose it for the others, or archive what is not to be sold from here."
                ),
            ),
            "run": (
                self.env._("First stock at Amazon"),
                self.env._(
                    "The job sends stock and price within minutes; Run Now on the account does not wait."
                ),
            ),
        }
