import logging
from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, is_html_empty

from .amazon_feed import OPEN_STATES
from .personal_data import BUYERS_REFERENCE, FIELDS

_logger = logging.getLogger(__name__)

BATCH = 100  # orders that are erased in one transaction
QUIET = {
    "tracking_disable": True,  # the chatter would keep what is erased
    "mail_notrack": True,
    "mail_activity_automation_skip": True,
    "active_test": False,
}
STATES_ONLY = ("selection", "boolean", "monetary", "float", "integer", "date", "datetime")
# An order is over when its last transfer left, since Amazon's 30 days begin with the delivery: a little early
# is right. What Amazon delivers, or is delivered elsewhere, is over when Amazon promised it, or shipped it.
# What nobody delivers is over when Amazon cancelled it; where that was not heard of, after its last promise:
# Amazon cancels by itself what is not shipped.
OVER = """
    CASE WHEN o.status = 'CANCELLED' THEN o.last_updated_at
         WHEN o.fulfilled_by = 'MERCHANT' AND transfer.done_at IS NOT NULL AND NOT transfer.is_open
              THEN transfer.done_at
         WHEN o.status = 'SHIPPED'
              THEN LEAST(COALESCE(o.deliver_by, o.ship_by, o.last_updated_at), transfer.done_at)
         ELSE COALESCE(GREATEST(o.deliver_by, o.ship_by, o.last_updated_at, o.purchased_at), o.create_date)
    END"""


class HemiAmazonOrder(models.Model):
    """When the time of an order's personal data is over."""

    _inherit = "hemi.amazon.order"

    erased_at = fields.Datetime(
        "Personal Data Erased On", readonly=True, copy=False, help="It does not come back by later changes."
    )
    buyer_kept = fields.Boolean(
        readonly=True,
        copy=False,
        help="The order's own personal data is erased, but the buyer is used outside Amazon too.",
    )

    _not_erased = models.Index("(account_id, purchased_at) WHERE erased_at IS NULL")
    _buyers_kept = models.Index("(account_id) WHERE buyer_kept")

    @api.model
    def _over_at(self, moment, account=None, orders=None, limit=None):
        """Find orders that were over at a moment and still hold personal data, in one query.

        :param datetime moment: naive UTC
        :param account: of this account
        :param orders: of these orders
        :param int limit: at most so many
        """
        self.env["hemi.amazon.order"].flush_model()
        self.env["stock.picking"].flush_model(["state", "date_done", "sale_id"])
        which = (
            SQL("o.account_id = %s", account.id) if account else SQL("o.id IN %s", tuple(orders.ids or [0]))
        )
        self.env.cr.execute(
            SQL(
                """SELECT o.id FROM hemi_amazon_order o
                     LEFT JOIN LATERAL (
                          SELECT max(p.date_done) FILTER (WHERE p.state = 'done') AS done_at,
                                 COALESCE(bool_or(p.state NOT IN ('done', 'cancel')), false) AS is_open
                            FROM stock_picking p JOIN stock_picking_type t ON t.id = p.picking_type_id
                           WHERE p.sale_id = o.sale_order_id AND t.code = 'outgoing') transfer ON true
                    WHERE o.erased_at IS NULL AND %s
                      AND (o.purchased_at IS NULL OR o.purchased_at <= %s) AND %s <= %s
                    ORDER BY o.id LIMIT %s""",
                which,
                moment,
                SQL(OVER),  # pylint: disable=sql-injection
                moment,
                limit,
            )
        )
        return self.browse(order_id for (order_id,) in self.env.cr.fetchall())


class HemiAmazonErasureWork(models.AbstractModel):
    """Erases what is personal in orders: here what belongs to the order, the buyer in ``erasure_buyer``."""

    _name = "hemi.amazon.erasure.work"
    _description = "Erasing of Personal Data"

    @api.model
    def _erase_each(self, orders, reason):
        """Erase orders together; those that resist do not stop the others.

        :return: the orders that could not be erased
        """
        try:
            with self.env.cr.savepoint():
                self._erase(orders, reason)
            return orders.browse()
        except (UserError, ValidationError):
            if len(orders) == 1:
                _logger.warning("Personal data of the Amazon order %s could not be erased", orders.name)
                return orders
        return orders.browse().union(*(self._erase_each(order, reason) for order in orders))

    @api.model
    def _erase(self, orders, reason):
        """Erase what is personal in some orders, and note that it was done.

        :param orders: hemi.amazon.order of one account
        :param str reason: of hemi.amazon.erasure
        """
        work = self.sudo().with_context(**QUIET)
        orders = orders.with_env(work.env)
        counts = {order.id: Counter() for order in orders}
        owners = work._owners(orders)
        for model, ids in owners.items():
            work._erase_fields(model, ids, counts)
            work._erase_chatter(model, ids, counts)
            if model != "account.move":
                work._erase_files(work._files(model, ids), ids, counts)
        work._erase_uploads(orders, counts)
        orders.erased_at = fields.Datetime.now()
        work._erase_buyers(orders, counts)
        self.env["hemi.amazon.erasure"]._note(orders, reason, counts)

    @api.model
    def _owners(self, orders):
        """Give the records of orders.

        :return: model -> id of the record -> id of its Amazon order
        :rtype: dict[str, dict[int, int]]
        """
        sales = orders.sale_order_id
        transfers = sales.picking_ids | self.env["stock.picking"].search(
            [("hemi_amazon_return_id.order_id", "in", orders.ids)]
        )
        records = {
            "hemi.amazon.order": {order.id: order.id for order in orders},
            "sale.order": {sale.id: sale.hemi_amazon_order_id.id for sale in sales},
            "sale.order.line": {line.id: line.order_id.hemi_amazon_order_id.id for line in sales.order_line},
            "stock.picking": {
                transfer.id: (transfer.hemi_amazon_order_id or transfer.hemi_amazon_return_id.order_id).id
                for transfer in transfers
            },
            "account.move": {
                move.id: sale.hemi_amazon_order_id.id for sale in sales for move in sale.invoice_ids
            },
        }
        mine = set(orders.ids)
        return {
            model: {key: owner for key, owner in owners.items() if owner in mine}
            for model, owners in records.items()
        }

    # --- fields

    @api.model
    def _erase_fields(self, model, owners, counts):
        values, records = FIELDS.get(model, {}), self.env[model].browse(owners)
        filled = records.filtered(lambda record: any(record[name] for name in values))
        if filled:
            filled.write(values)
        for record in filled:
            counts[owners[record.id]]["fields"] += 1
        if model in BUYERS_REFERENCE:
            reference, number = BUYERS_REFERENCE[model]
            for record in records.filtered(lambda record: record[reference] != record[number]):
                record[reference] = record[number]

    # --- chatter and files

    @api.model
    def _erase_chatter(self, model, owners, counts):
        """Erase what was written; what tells of states, dates and amounts only is kept."""
        if model not in self.env.registry or not self.env[model]._fields.get("message_ids"):
            return
        messages = self.env["mail.message"].search([("model", "=", model), ("res_id", "in", list(owners))])
        # an audit trail that the law protects stays, and only accountants read it
        messages = messages.filtered(lambda message: not message.account_audit_log_restricted)
        if model == "account.move":
            messages = messages.filtered(lambda message: message.message_type != "notification")
        else:
            self._texts_of(messages.tracking_value_ids).unlink()
        self._unlink_messages(
            messages.filtered(lambda message: not self._is_states_only(message)), owners, counts
        )
        self._empty_activities(model, owners)

    @api.model
    def _texts_of(self, values):
        """Give the tracked values that hold words."""
        return values.filtered(
            lambda value: (
                value.field_id.ttype not in STATES_ONLY
                and (
                    value.old_value_char
                    or value.new_value_char
                    or value.old_value_text
                    or value.new_value_text
                )
            )
        )

    @api.model
    def _is_states_only(self, message):
        return (
            message.tracking_value_ids
            and is_html_empty(message.body)
            and not message.subject
            and not message.attachment_ids
        )

    @api.model
    def _unlink_messages(self, messages, owners, counts):
        """:param dict owners: id of the record -> id of its order"""
        for message in messages:
            if message.res_id in owners:
                counts[owners[message.res_id]]["messages"] += 1
        files = messages.attachment_ids.filtered(lambda file: file.res_model != "account.move")
        files.unlink()
        messages.unlink()

    @api.model
    def _empty_activities(self, model, owners):
        """Empty what people wrote; what the addon asks of a person holds nothing personal."""
        activities = self.env["mail.activity"].search(
            [("res_model", "=", model), ("res_id", "in", list(owners))]
        )
        ours = self.env["ir.model.data"].search(
            [("module", "=", "hemi_amazon_sp"), ("model", "=", "mail.activity.type")]
        )
        if model == "res.partner":
            activities.unlink()  # they name the buyer
            return
        of_people = activities.filtered(
            lambda activity: activity.activity_type_id.id not in ours.mapped("res_id")
        )
        of_people.write({"summary": False, "note": False})

    @api.model
    def _files(self, model, owners):
        return self.env["ir.attachment"].search([("res_model", "=", model), ("res_id", "in", list(owners))])

    @api.model
    def _erase_files(self, files, owners, counts):
        for file in files:
            counts[owners[file.res_id]]["files"] += 1
        files.unlink()

    @api.model
    def _erase_uploads(self, orders, counts):
        """Erase the copies of invoices that were uploaded; the invoice itself is kept with its entry."""
        for message in orders.message_ids.filtered(lambda message: message.flow == "invoice"):
            feed = message.feed_id
            if feed.document and feed.state not in OPEN_STATES:
                feed.document = False
                counts[message.order_id.id]["files"] += 1
