from collections import Counter, defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

from .erasure import QUIET
from .personal_data import (
    BY_LAW,
    FIELDS,
    FOLLOWING,
    FOLLOWING_PREFIXES,
    PAPERWORK,
    PARTNER_FIELDS,
)

STAND_IN = "erased"  # first word of the key of partners that stand for buyers who were erased


class ResPartner(models.Model):
    _inherit = "res.partner"

    hemi_amazon_retained = fields.Boolean(
        "Kept for Invoices",
        readonly=True,
        copy=False,
        help="The personal data of this Amazon buyer was erased, but for what posted invoices must show by "
        "law. Only accountants see it.",
    )


class HemiAmazonErasureWork(models.AbstractModel):
    """Buyers and their contacts: a family is who bought, with all contacts below.

    =========================================== ====================================================
    a family that                               is
    =========================================== ====================================================
    orders not erased yet name                  left alone: the last of them erases it
    records outside Amazon name                 left alone, looked at again each day (``buyer_kept``)
    posted invoices name                        kept as the law asks, seen by accountants only; orders
                                                and transfers name a stand-in instead
    nothing else names                          erased
    =========================================== ====================================================
    """

    _inherit = "hemi.amazon.erasure.work"

    @api.model
    def _erase_buyers(self, orders, counts):
        """Erase the buyers of orders that are erased themselves.

        :param dict counts: id of the order -> Counter
        """
        families, owners = self._families(orders)
        if not families:
            return
        everyone = self.env["res.partner"].union(*families.values())
        busy, foreign = self._busy(everyone), self._foreign(everyone)
        invoiced = self._invoiced(everyone)
        gone, kept = self.env["res.partner"], self.env["res.partner"]
        for root, family in families.items():
            order = owners[root.id]
            if family & busy:
                continue
            if family & foreign:
                order.buyer_kept = True
                counts[order.id]["buyers_kept"] += 1
            elif family & invoiced:
                kept |= family
                counts[order.id]["buyers_by_law"] += 1
            else:
                gone |= family
                counts[order.id]["buyers"] += 1
        self._erase_around(gone | kept, owners, counts)
        self._put_stand_ins(kept)
        # a contact of the type "contact" would take its company's address away with its own
        contacts = (gone | (kept - invoiced)).filtered("parent_id")
        contacts.filtered(lambda contact: contact.type == "contact").type = "other"
        self._erase_partners(gone | (kept - invoiced), FIELDS["res.partner"])
        by_law = {name: value for name, value in FIELDS["res.partner"].items() if name not in BY_LAW}
        self._erase_partners(kept & invoiced, by_law)
        kept.write({"hemi_amazon_retained": True})

    @api.model
    def _families(self, orders):
        """Give the families of the buyers whom the import made, or another connector whose orders were taken
        over.

        :return: root -> all partners of the family; id of a partner -> one of its orders
        :rtype: tuple[dict, dict]
        """
        families, owners = {}, {}
        for order in orders:
            sale = order.sale_order_id
            named = sale.picking_ids.partner_id.union(*(sale[name] for name in PARTNER_FIELDS))
            for root in {self._root(partner) for partner in named}:
                key = root.hemi_amazon_key or (order.taken_over and order.name)
                if key and not key.startswith(STAND_IN):
                    families.setdefault(root, root)
                    owners[root.id] = order
        for root in families:
            families[root] = self.env["res.partner"].search([("id", "child_of", root.id)])
            owners |= {partner.id: owners[root.id] for partner in families[root]}
        return families, owners

    @api.model
    def _root(self, partner):
        while partner.parent_id:
            partner = partner.parent_id
        return partner

    # --- who else names them

    @api.model
    def _naming(self, partners):
        """Give the domain of sale orders that name partners."""
        return ["|", "|", *((name, "in", partners.ids) for name in PARTNER_FIELDS)]

    @api.model
    def _busy(self, partners):
        """Give the partners whom Amazon orders name that are not erased yet."""
        waiting = [("hemi_amazon_order_id", "!=", False), ("hemi_amazon_order_id.erased_at", "=", False)]
        sales = self.env["sale.order"].search([*waiting, *self._naming(partners)])
        return self._of(sales) & partners

    @api.model
    def _of(self, sales):
        return self.env["res.partner"].union(*(sales[name] for name in PARTNER_FIELDS))

    @api.model
    def _invoiced(self, partners):
        """Give the partners whom entries name that are or were posted."""
        moves = self.env["account.move"].search(
            [
                ("posted_before", "=", True),
                "|",
                ("partner_id", "in", partners.ids),
                ("commercial_partner_id", "in", partners.ids),
            ]
        )
        return (moves.partner_id | moves.commercial_partner_id) & partners

    @api.model
    def _foreign(self, partners):
        """Give the partners whom records name that have nothing to do with Amazon: found through all
        references that the database knows."""
        found = set()
        for name, field in self._references():
            found |= self._named_by(name, field, partners)
        sales = self.env["sale.order"].search([("hemi_amazon_order_id", "=", False), *self._naming(partners)])
        transfers = (
            self.env["stock.picking"]
            .search([("partner_id", "in", partners.ids), ("sale_id.hemi_amazon_order_id", "=", False)])
            .filtered(lambda transfer: not transfer.hemi_amazon_return_id)
        )
        moves = self.env["account.move"].search([("partner_id", "in", partners.ids)])
        moves = moves.filtered(lambda move: move.is_invoice() and not move.hemi_amazon_order_id)
        named = self._of(sales) | transfers.partner_id | moves.partner_id
        return (self.env["res.partner"].browse(found) | named) & partners

    @api.model
    def _references(self):
        """Give model and field of everything that can name a partner, but for what is of an order or follows
        it."""
        for name, model in sorted(self.env.registry.items()):
            has_table = model._auto and not model._abstract and not model._transient
            if not has_table or name in (*PAPERWORK, *FOLLOWING) or name.startswith(FOLLOWING_PREFIXES):
                continue
            for field in model._fields.values():
                if self._names_partner(field):
                    yield name, field

    @api.model
    def _names_partner(self, field):
        is_link = field.type in ("many2one", "many2many") and field.comodel_name == "res.partner"
        return is_link and field.store and not field.company_dependent

    @api.model
    def _named_by(self, model, field, partners):
        if field.type == "many2one":
            table, column = self.env[model]._table, field.name
        else:
            table, column = field.relation, field.column2
        self.env[model].flush_model([field.name])
        self.env.cr.execute(
            SQL(
                "SELECT DISTINCT %(column)s FROM %(table)s WHERE %(column)s IN %(ids)s",
                column=SQL.identifier(column),
                table=SQL.identifier(table),
                ids=tuple(partners.ids),
            )
        )
        return {partner_id for (partner_id,) in self.env.cr.fetchall()}

    # --- erasing

    @api.model
    def _erase_partners(self, partners, values):
        if partners:
            known = {name: value for name, value in values.items() if name in partners._fields}
            partners.write(known | {"active": False})

    @api.model
    def _erase_around(self, partners, owners, counts):
        """Erase chatter, files and mails of partners, and what they wrote or got elsewhere."""
        if not partners:
            return
        orders = {partner.id: owners[partner.id].id for partner in partners}
        self._erase_chatter("res.partner", orders, counts)
        self._erase_files(self._files("res.partner", orders), orders, counts)
        messages = self.env["mail.message"].search(
            [
                "|",
                "|",
                ("author_id", "in", partners.ids),
                ("partner_ids", "in", partners.ids),
                ("notified_partner_ids", "in", partners.ids),
            ]
        )
        self._unlink_messages(
            messages.filtered(lambda message: not message.account_audit_log_restricted), {}, counts
        )
        self.env["mail.mail"].search([("recipient_ids", "in", partners.ids)]).unlink()
        self.env["mail.followers"].search([("partner_id", "in", partners.ids)]).unlink()
        if "sms.sms" in self.env:
            self.env["sms.sms"].search([("partner_id", "in", partners.ids)]).unlink()
        self._forget_aliases(partners)

    @api.model
    def _forget_aliases(self, partners):
        """Take the aliases off the list of addresses that get no mass mail, unless somebody else has one.

        The list is there because Amazon forbids marketing to buyers. Nothing can be sent to an address that
        is not kept, and a buyer's next order puts it on the list again.
        """
        emails = {email for email in partners.mapped("email_normalized") if email}
        others = self.env["res.partner"].search(
            [("email_normalized", "in", list(emails)), ("id", "not in", partners.ids)]
        )
        emails -= set(others.mapped("email_normalized"))
        self.env["mail.blacklist"].search([("email", "in", list(emails))]).unlink()

    @api.model
    def _put_stand_ins(self, partners):
        """Let orders and transfers name a partner who stands for all erased buyers of the same country.

        The partner of a posted invoice keeps name and address, and who is no accountant must not see it.
        """
        if not partners:
            return
        groups = defaultdict(self.env["sale.order"].browse)
        for sale in self.env["sale.order"].search(self._naming(partners)):
            groups[sale.company_id, sale.partner_shipping_id.country_id] |= sale
        for (company, country), sales in groups.items():
            stand_in = self._stand_in(company, country)
            with self.env.protecting([self._settings(sales), self._settings(sales.order_line)]):
                sales.write(dict.fromkeys(PARTNER_FIELDS, stand_in.id))
            transfers = sales.picking_ids | self.env["stock.picking"].search(
                [("partner_id", "in", partners.ids)]
            )
            transfers.partner_id = stand_in
            transfers.move_ids.filtered("partner_id").partner_id = stand_in

    @api.model
    def _settings(self, records):
        """Give what a person may have set, and another partner must not change: fields and records."""
        settings = [
            field
            for field in records._fields.values()
            if field.store and field.compute and not field.readonly and field.name not in PARTNER_FIELDS
        ]
        return settings, records

    @api.model
    def _stand_in(self, company, country):
        key = f"{STAND_IN} {country.code or ''}".strip()
        partners = self.env["res.partner"]
        known = partners.search([("hemi_amazon_key", "=", key), ("company_id", "=", company.id)], limit=1)
        return known or partners.create(
            {
                "name": FIELDS["res.partner"]["name"],
                "country_id": country.id,
                "company_id": company.id,
                "hemi_amazon_key": key,
            }
        )

    @api.model
    def _look_again(self, orders):
        """Erase the buyers of erased orders who were used elsewhere, and are not any more."""
        work = self.sudo().with_context(**QUIET)
        orders = orders.with_env(work.env)
        counts = defaultdict(Counter)
        orders.buyer_kept = False
        work._erase_buyers(orders, counts)
        changed = orders.filtered(lambda order: not order.buyer_kept)
        self.env["hemi.amazon.erasure"]._note(changed, "due", counts)
