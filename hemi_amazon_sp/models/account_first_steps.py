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

        :return: dicts with ``name``, ``title``, ``text``, ``done``, ``current``, ``action`` (an external id)
            and
            ``context``; nothing if all are done, or for who may not do them
        :rtype: list[dict]
        """
        if not self.env.user.has_group(MANAGER):
            return []
        steps = self._first_steps()
        left = [step for step in steps if not step["done"]]
        for step in steps:
            step["current"] = bool(left) and step is left[0]
        return steps if left else []

    @api.model
    def _first_steps(self):
        active = [("active", "=", True)]
        apps, accounts = self.env["hemi.amazon.integration"].search(active), self.search(active)
        listings = self.env["hemi.amazon.listing"]
        authorised = accounts.filtered(lambda account: account.state == "authorised")
        credentials = apps.filtered(lambda app: app.secret_state)
        is_matched = bool(listings.search_count([("product_id", "!=", False)], limit=1))
        is_told = bool(listings.search_count([("quantity_sent_at", "!=", False)], limit=1))
        return [
            self._first_step(
                "app",
                self.env._("Create the app"),
                self.env._(
                    "Integration: one record for the app that sellers authorise. In Seller Central it is "
                    "under "
                    "Apps and Services, Develop Apps."
                ),
                bool(apps),
                "integration",
            ),
            self._first_step(
                "credentials",
                self.env._("Enter its credentials"),
                self.env._(
                    "Integration Credentials: application_id is the App ID of the list in Develop Apps; "
                    "client_id "
                    "and client_secret are behind View in the column LWA credentials."
                ),
                bool(credentials),
                "integration_credentials",
            ),
            self._first_step(
                "addresses",
                self.env._("Register the addresses"),
                self.env._(
                    "Copy OAuth Redirect URI and OAuth Login URI from the Integration into Edit App in "
                    "Develop Apps."
                ),
                bool(authorised) or bool(accounts.filtered("link_clicked_at")),
                "integration",
            ),
            self._first_step(
                "account",
                self.env._("Create the seller's account"),
                self.env._(
                    "Client Email, and the Merchant ID: Seller Central, Settings, Account Info, Your "
                    "Merchant Token."
                ),
                bool(accounts),
                "account",
            ),
            self._first_step(
                "link",
                self.env._("Send the link"),
                self.env._("Press Oauth Began on the account: the seller gets an e-mail."),
                bool(accounts.filtered(lambda account: account.state != "not_authorised")),
                "account",
            ),
            self._first_step(
                "authorised",
                self.env._("The seller authorises"),
                self.env._("The link leads to Seller Central and back. The keys are there by themselves."),
                bool(authorised),
                "account",
            ),
            self._first_step(
                "listings",
                self.env._("Match the products"),
                self.env._(
                    "Press Read Listings on the account. SKUs that equal an internal reference find their "
                    "product; "
                    "choose it for the others."
                ),
                is_matched,
                "listing",
            ),
            self._first_step(
                "run",
                self.env._("First stock at Amazon"),
                self.env._(
                    "The job sends stock and price within minutes; Run Now on the account does not wait."
                ),
                is_told,
                "feed",
            ),
        ]

    @api.model
    def _first_step(self, name, title, text, done, action):
        return {
            "name": name,
            "title": title,
            "text": text,
            "done": done,
            "action": f"hemi_amazon_sp.hemi_amazon_{action}_action",
            "context": {},
        }
