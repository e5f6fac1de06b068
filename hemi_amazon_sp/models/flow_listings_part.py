import itertools

from odoo import api, fields, models
from odoo.tools import SQL

from .amazon_advice import NOT_AT_AMAZON

PARTS = ("wanted", "wanted_at", "in_feed", "sent", "sent_at", "refused", "refused_at", "feed_id")

TEMPLATE_FIELDS = ("categ_id", "company_id", "list_price", "uom_id")


class HemiAmazonFlowListingsPart(models.AbstractModel):
    """Stock or price: what travels in the feed of the listings, and is kept in the rows of one model.

    * ``_records``: the model of the rows
    * ``_listing``: its column with the listing's id
    * ``_value``: what its columns ``*_wanted``, ``*_in_feed``, ``*_sent``, ``*_refused`` begin with
    * ``_type``: of these columns in the database
    * ``_accepted``: what else its row says once Amazon has accepted it
    * ``_inherited``: fields that its computation asks of each product, and the product of its template
    """

    _name = "hemi.amazon.flow.listings.part"
    _inherit = "hemi.amazon.flow.listings"
    _description = "Part of the Listings Feed"

    _flow = None  # a part is no flow of its own before it has a name
    _urgency = False  # the listings flow sends it
    _records = None
    _listing = None
    _value = None
    _type = "numeric"
    _accepted = ""
    _inherited = ()

    @api.model
    def _compute_wanted(self, account, listing_ids, moment, known):
        """Write what Odoo has on the rows of some listings.

        :param account: the account
        :param list listing_ids: ids of its listings
        :param datetime moment: the prices of this moment, naive UTC
        :param dict known: what the batches before found out, and is good for this one too
        :return: the ids of the listings whose wanted value changed
        :rtype: set[int]
        """
        raise NotImplementedError

    @api.model
    def _products(self, account, product_ids):
        """Give products of which only the fields are read that stock and price need.

        Odoo would read all fields of products and templates, nearly a hundred, with the first one.
        """
        products = self.env["product.product"].with_context(prefetch_fields=False)
        products = products.with_company(account.company_id).browse(product_ids)
        products.product_tmpl_id.fetch(TEMPLATE_FIELDS)  # at once; another one is read when it is asked for
        self._inherit_values(products)
        return products

    # What Odoo computes record by record took two fifths of the time of a sweep. Here it is put where Odoo
    # looks first, in the cache.

    @api.model
    def _compute_once(self, records, name, depends):
        """Compute a field once for all records that have the same of what it depends on.

        :param str name: of the field
        :param str depends: the only field that it depends on; where a module adds others, Odoo computes it
        """
        field = records._fields[name]
        if self.env.registry.field_depends[field] == (depends,):
            for same in records.grouped(depends.split(".")[0]).values():
                value = same[:1].with_prefetch()[name]
                field._insert_cache(same, itertools.repeat(field.convert_to_cache(value, same)))

    @api.model
    def _inherit_values(self, products):
        """Give products what they inherit from their templates."""
        templates = products.product_tmpl_id
        template_of = products._fields["product_tmpl_id"]._get_cache(products.env)
        for name in self._inherited:
            templates.mapped(name)
            values = templates._fields[name]._get_cache(templates.env)
            of_each = (values[template_of[product_id]] for product_id in products.ids)
            products._fields[name]._insert_cache(products, of_each)

    @api.model
    def _row_ids(self, due):
        """Give the ids of the rows of this part.

        :param list due: what Amazon is told, ``Due``
        """
        raise NotImplementedError

    @api.model
    def _query(self, query, **values):
        """Run a query whose placeholders name the columns of this part, besides its values."""
        columns = {part: SQL.identifier(f"{self._value}_{part}") for part in PARTS}
        table, listing = SQL.identifier(self.env[self._records]._table), SQL.identifier(self._listing)
        self._execute(
            SQL(query, table=table, listing=listing, now=fields.Datetime.now(), **columns, **values)
        )

    @api.model
    def _write_wanted(self, wanted):
        """Write the wanted values that changed.

        :param list wanted: pairs of row id and value, None where nothing is to be told
        :return: the ids of the listings whose value changed
        :rtype: set[int]
        """
        self._query(
            """UPDATE %(table)s r
                  SET %(wanted)s = v.value,
                      %(wanted_at)s = CASE WHEN r.%(sent)s = r.%(wanted)s AND r.%(sent_at)s IS NOT NULL
                                             OR r.%(refused)s = r.%(wanted)s AND r.%(refused_at)s IS NOT NULL
                                           THEN %(now)s ELSE coalesce(r.%(wanted_at)s, %(now)s) END
                 FROM unnest(%(ids)s::int[], %(values)s::%(type)s[]) AS v(id, value)
                WHERE r.id = v.id AND r.id = ANY(%(ids)s) AND r.%(wanted)s IS DISTINCT FROM v.value
               RETURNING r.%(listing)s""",
            type=SQL(self._type),
            ids=[row_id for row_id, _value in wanted],
            values=[value for _row_id, value in wanted],
        )
        return {row[0] for row in self.env.cr.fetchall()}

    @api.model
    def _put_in_feed(self, feed, ids):
        self._query(
            "UPDATE %(table)s SET %(in_feed)s = %(wanted)s, %(feed_id)s = %(feed)s WHERE id = ANY(%(ids)s)",
            feed=feed.id,
            ids=ids,
        )

    @api.model
    def _begin_to_tell(self, ids):
        """Rows are told to Amazon outside of a feed; until it answers, what it has is not known."""
        self._query(
            "UPDATE %(table)s SET %(in_feed)s = %(wanted)s, %(sent_at)s = NULL WHERE id = ANY(%(ids)s)",
            ids=ids,
        )

    @api.model
    def _released(self, feed):
        """What the feed carried may have been done or not, so it counts as not told."""
        self._tell_again(self._rows_of(feed))

    @api.model
    def _tell_again(self, rows):
        self._query("UPDATE %(table)s SET %(feed_id)s = NULL, %(sent_at)s = NULL WHERE %(rows)s", rows=rows)

    # --- what Amazon answered

    @api.model
    def _rows_of(self, feed):
        return SQL("%s = %s", SQL.identifier(f"{self._value}_feed_id"), feed.id)

    @api.model
    def _rows(self, ids):
        return SQL("id = ANY(%s)", ids)

    @api.model
    def _take_answer(self, rows, refused, feed=None, blameless=()):
        """Keep Amazon's answer about rows.

        :param SQL rows: the condition of the rows
        :param dict refused: listing id -> code and reason
        :param feed: the feed that carried them, if one did
        :param blameless: ids of listings of which another part was refused; they are told again
        """
        self._take_refusals(rows, refused, feed, blameless)
        solved = self._refused_before(rows, refused)
        self._query(
            """UPDATE %(table)s
                  SET %(sent)s = %(in_feed)s, %(sent_at)s = %(now)s, %(refused_at)s = NULL,
                      %(feed_id)s = NULL, answer = NULL %(accepted)s
                WHERE %(rows)s AND NOT (%(listing)s = ANY(%(bad)s))""",
            accepted=SQL(self._accepted),
            rows=rows,
            bad=list(refused),
        )
        if solved:
            self._solved(solved)

    @api.model
    def _refused_before(self, rows, refused):
        """Give the listings of which Amazon refused an older value, and takes the newest one."""
        self._query(
            """SELECT DISTINCT %(listing)s FROM %(table)s
                WHERE %(rows)s AND %(refused_at)s IS NOT NULL AND NOT (%(listing)s = ANY(%(bad)s))""",
            rows=rows,
            bad=list(refused),
        )
        return [row[0] for row in self.env.cr.fetchall()]

    @api.model
    def _solved(self, listing_ids):
        """Nobody has to look at a refusal any more once all rows of its listing are accepted."""
        self._query(
            """SELECT %(listing)s FROM %(table)s
                WHERE %(listing)s = ANY(%(ids)s) AND %(refused_at)s IS NOT NULL""",
            ids=listing_ids,
        )
        left = {row[0] for row in self.env.cr.fetchall()}
        listings = self.env["hemi.amazon.listing"].browse(set(listing_ids) - left)
        messages = listings.hemi_amazon_message_ids
        messages.filtered(
            lambda message: message.state == "rejected" and message.flow == self._flow
        )._supersede()
        for listing in listings:
            if "rejected" not in listing.hemi_amazon_message_ids.mapped("state"):
                listing.answer = False
                listing.activity_unlink(["hemi_amazon_sp.mail_activity_type_rejected"])

    @api.model
    def _take_refusals(self, rows, refused, feed=None, blameless=()):
        """Keep what Amazon refused; the parameters are those of :meth:`_take_answer`."""
        if blameless:
            listing = SQL.identifier(self._listing)
            self._tell_again(SQL("%s AND %s = ANY(%s)", rows, listing, list(blameless)))
            refused = {key: value for key, value in refused.items() if key not in blameless}
        if not refused:
            return
        self._query(
            """UPDATE %(table)s SET %(refused)s = %(in_feed)s, %(refused_at)s = %(now)s, %(feed_id)s = NULL
                WHERE %(rows)s AND %(listing)s = ANY(%(bad)s) RETURNING id""",
            rows=rows,
            bad=list(refused),
        )
        for row in self.env[self._records].browse(found[0] for found in self.env.cr.fetchall()):
            listing = row[self._listing] if self._listing != "id" else row
            code, text = refused[listing.id]
            row.answer = text
            if listing != row:
                text = f"{row.marketplace_id.name}: {text}"
            listing._amazon_refused(self._flow, feed or self.env["hemi.amazon.feed"], code, text)

    @api.model
    def _retry(self, messages):
        """Tell Amazon what it refused once more; the next feed carries the newest value."""
        rows = self.env[self._records].with_context(active_test=False)
        rows.search([(self._listing, "in", messages.mapped("res_id"))])[f"{self._value}_refused_at"] = False
        unknown = messages.filtered(lambda message: message.result_code in NOT_AT_AMAZON)
        self.env["hemi.amazon.listing"].browse(unknown.mapped("res_id")).exists()._try_again()
        messages._supersede()
