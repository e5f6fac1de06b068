from odoo import api, fields, models
from odoo.tools import SQL

# The kits of products, and the kits of these, by the bills of materials of Manufacturing.
KITS = """
    WITH RECURSIVE wanted AS (
        SELECT unnest(%(products)s::int[]) AS id
        UNION
        SELECT variant.id FROM wanted
          JOIN mrp_bom_line line ON line.product_id = wanted.id
          JOIN mrp_bom bom ON bom.id = line.bom_id AND bom.type = 'phantom'
          JOIN product_product variant ON variant.product_tmpl_id = bom.product_tmpl_id
    ) SELECT array_agg(id) FROM wanted
"""
PRODUCTS = """
    SELECT array_agg(id) FROM (
        SELECT unnest(%(product)s::int[]) AS id
         UNION
        SELECT id FROM product_product WHERE product_tmpl_id = ANY(%(template)s::int[])
         UNION
        SELECT product.id FROM product_category parent
          JOIN product_category category ON category.parent_path LIKE parent.parent_path || '%%'
          JOIN product_template template ON template.categ_id = category.id
          JOIN product_product product ON product.product_tmpl_id = template.id
         WHERE parent.id = ANY(%(category)s::int[])
    ) AS found
"""


class HemiAmazonRefresh(models.Model):
    """The list of the listings whose stock and prices are to be computed anew.

    A row without a listing stands for all of its account, and is spread out in the account's own turn. Who
    puts a listing on the list that is there already writes its row all the same: a worker that computes
    it at that moment from an older state of Odoo then fails to delete the row, and computes it again.
    """

    _name = "hemi.amazon.refresh"
    _description = "Amazon Listing to Compute Anew"
    _log_access = False

    # plain numbers: whole catalogues come and go here, and foreign keys took most of the time of that
    account_id = fields.Integer("Account Number", required=True, readonly=True)
    listing_id = fields.Integer("Listing Number", readonly=True)
    by_sweep = fields.Boolean(
        required=True,
        readonly=True,
        default=False,
        help="Nothing says that it changed: the daily sweep looks at it.",
    )

    _listing_unique = models.UniqueIndex("(listing_id)")
    _account_unique = models.UniqueIndex("(account_id) WHERE listing_id IS NULL")
    _in_order = models.Index("(account_id, by_sweep, id)")

    # --- onto the list

    @api.model
    def _add_changed(self, changed, account=None):
        """Put on the list what notes are about.

        :param dict changed: kind -> ids, as in :class:`HemiAmazonChange`
        :param account: only listings of this account; of all accounts if not given
        """
        within = set(account.ids if account else self.env["hemi.amazon.account"]._all_ids())
        whole = (self._accounts(changed) | self._wholly_due()) & within
        self._add_accounts(whole)
        if rest := within - whole:
            self._add_listings(
                SQL(
                    "SELECT account_id, id FROM hemi_amazon_listing"
                    " WHERE product_id = ANY(%s) OR id = ANY(%s)",
                    self._products(changed),
                    changed.get("listing", []),
                ),
                rest,
            )

    @api.model
    def _products(self, changed):
        """Give the ids of the products that notes are about, with the kits that they are in."""
        values = {kind: changed.get(kind, []) for kind in ("product", "template", "category")}
        if not any(values.values()):
            return []
        products = self._fetch(SQL(PRODUCTS, **values)) or []
        if products and "mrp.bom" in self.env:
            products = self._fetch(SQL(KITS, products=products))
        return products

    @api.model
    def _accounts(self, changed):
        """Give the ids of the accounts all of whose listings notes are about."""
        accounts = self.env["hemi.amazon.account"]
        if "all" in changed:
            return set(accounts._all_ids())
        ids = set(changed.get("account", ()))
        pricelists, currencies = set(changed.get("pricelist", ())), set(changed.get("currency", ()))
        if pricelists or currencies:
            for account in accounts.browse(accounts._all_ids()):
                if (
                    pricelists & set(account._pricelists().ids)
                    or currencies & account._converted_currencies()
                ):
                    ids.add(account.id)
        return ids

    @api.model
    def _wholly_due(self):
        """Give the ids of the accounts that are on the list with all their listings already."""
        self.env.cr.execute(SQL("SELECT account_id FROM hemi_amazon_refresh WHERE listing_id IS NULL"))
        return {row[0] for row in self.env.cr.fetchall()}

    @api.model
    def _fetch(self, query):
        self.env.cr.execute(query)
        return self.env.cr.fetchone()[0]

    @api.model
    def _add_listings(self, query, account_ids, by_sweep=False):
        """Put listings on the list.

        :param SQL query: gives account id and listing id
        :param account_ids: whose listings
        :param bool by_sweep: the sweep looks at them: who is on the list already stays as it is
        """
        self.env.cr.execute(
            SQL(
                """INSERT INTO hemi_amazon_refresh (account_id, listing_id, by_sweep)
                   SELECT due.account_id, due.id, %s FROM (%s) AS due
                    WHERE due.account_id = ANY(%s) ORDER BY due.id
                   ON CONFLICT (listing_id) %s""",
                by_sweep,
                query,
                list(account_ids),
                SQL("DO NOTHING" if by_sweep else "DO UPDATE SET by_sweep = false"),
            )
        )

    @api.model
    def _add_accounts(self, account_ids):
        """Put all listings of accounts on the list."""
        self.env.cr.execute(
            SQL(
                """INSERT INTO hemi_amazon_refresh (account_id, by_sweep)
                   SELECT id, false FROM unnest(%s::int[]) AS id ORDER BY id
                   ON CONFLICT (account_id) WHERE listing_id IS NULL DO UPDATE SET by_sweep = false""",
                sorted(account_ids),
            )
        )

    # --- off the list

    @api.model
    def _next(self, account, limit):
        """Give what is next on the list of an account.

        :return: listing id -> whether only the sweep looks at it
        :rtype: dict[int, bool]
        """
        self._spread_out(account)
        self.env.cr.execute(
            SQL(
                """SELECT listing_id, by_sweep FROM hemi_amazon_refresh
                    WHERE account_id = %s ORDER BY by_sweep, id LIMIT %s""",
                account.id,
                limit,
            )
        )
        return dict(self.env.cr.fetchall())

    @api.model
    def _spread_out(self, account):
        """Put each listing of the account on the list, if a row stands for all of them."""
        self.env.cr.execute(
            SQL(
                "DELETE FROM hemi_amazon_refresh WHERE account_id = %s AND listing_id IS NULL RETURNING id",
                account.id,
            )
        )
        if self.env.cr.rowcount:
            query = SQL("SELECT account_id, id FROM hemi_amazon_listing WHERE account_id = %s", account.id)
            self._add_listings(query, account.ids)
            # Autovacuum counts a table that was empty only later; until then its index would not be used.
            self.env.cr.execute(SQL("ANALYZE hemi_amazon_refresh"))

    @api.model
    def _done(self, listing_ids):
        self.env.cr.execute(
            SQL("DELETE FROM hemi_amazon_refresh WHERE listing_id = ANY(%s)", list(listing_ids))
        )

    @api.autovacuum
    def _gc_gone(self):
        """Forget accounts that are no more; listings that are no more are taken off in their turn."""
        self.env.cr.execute(
            SQL(
                """DELETE FROM hemi_amazon_refresh WHERE NOT EXISTS (
                       SELECT FROM hemi_amazon_account account WHERE account.id = account_id)"""
            )
        )
