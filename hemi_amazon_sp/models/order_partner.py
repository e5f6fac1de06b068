import hashlib

from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import email_normalize

from .order_page import OrderPage

ADDRESS = ("street", "street2", "city", "zip", "state_id", "country_id")


class ResPartner(models.Model):
    _inherit = "res.partner"

    hemi_amazon_key = fields.Char(
        "Amazon Key",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="A digest of what Amazon tells of this buyer or address, by which the next order finds it.",
    )


class HemiAmazonOrderPartner(models.AbstractModel):
    """Who bought, and where it goes: found again by what Amazon tells of them, else created.

    A buyer is known by e-mail alias and name, or by name and address; who tells neither shares a partner with
    all others of the same place; an order without buyer and address has a partner of its own until Amazon
    tells more. Other addons override the ``_prepare_*`` methods.
    """

    _name = "hemi.amazon.order.partner"
    _description = "Partners of Amazon Orders"

    @api.model
    def _find_or_create(self, record, order):
        """Give the buyer and the contact to deliver to.

        :param record: the hemi.amazon.order
        :param orders.Order order: the order as read
        :return: two partners; the same one twice if Amazon gives no address, or nothing else than a place
        """
        page = OrderPage.of(record, order)
        return page.once("partners", lambda: self._find_or_create_all(page.pairs))[record.id]

    @api.model
    def _find_or_create_all(self, pairs):
        """Give buyers and contacts to deliver to of a page.

        :param list pairs: (hemi.amazon.order, :class:`orders.Order`), all of one account
        :return: id of the row -> buyer, contact to deliver to
        :rtype: dict
        """
        buyers = self._buyers(pairs)
        recipients = self._recipients([pair for pair in pairs if self._has_recipient(pair[1])], buyers)
        return {row: (buyer, recipients.get(row, buyer)) for row, buyer in buyers.items()}

    # --- who bought

    @api.model
    def _buyers(self, pairs):
        keys = {record.id: self._buyer_key(record, order) for record, order in pairs}
        known, new = self._by_keys(pairs[0][0].account_id, keys.values()), {}
        for record, order in pairs:
            if keys[record.id] not in known:
                new.setdefault(keys[record.id], (record, order))
        known |= self._create_buyers(new)
        return {row: known[key] for row, key in keys.items()}

    @api.model
    def _by_keys(self, account, keys):
        partners = self.env["res.partner"].search(
            [
                ("hemi_amazon_key", "in", list(keys)),
                ("company_id", "=", account.company_id.id),
                ("parent_id", "=", False),
            ]
        )
        return {partner.hemi_amazon_key: partner for partner in reversed(partners)}  # the first one counts

    @api.model
    def _buyer_key(self, record, order):
        """Give the digest by which a buyer is found again. The alias alone would join two people of one
        household or company."""
        buyer, address = order.buyer, order.address
        name = buyer.company or buyer.name or (address and address.name)
        if buyer.email:
            return self._digest("alias", buyer.email.lower(), name)
        if address and name:
            return self._digest("name", name, *self._words(address))
        if address:
            return self._digest("place", *self._words(address))
        return self._digest("name", name, order.order_id) if name else self._placeholder_key(record)

    @api.model
    def _placeholder_key(self, record):
        return self._digest("order", record.name)

    @api.model
    def _words(self, address):
        """Give all that makes two addresses different; not the telephone, which Amazon leaves out later."""
        return (
            address.name,
            address.company,
            *address.lines,
            address.city,
            address.district,
            address.state,
            address.postal_code,
            address.country_code,
        )

    @api.model
    def _digest(self, *words):
        text = "\n".join(" ".join((word or "").lower().split()) for word in words)
        return hashlib.sha256(text.encode()).hexdigest()

    @api.model
    def _create_buyers(self, pairs):
        """Create buyers.

        :param dict pairs: key -> row and order that tell of the buyer
        :return: key -> partner
        :rtype: dict
        """
        values = [
            self._prepare_buyer(record, order) | {"hemi_amazon_key": key}
            for key, (record, order) in pairs.items()
        ]
        partners = self.env["res.partner"].create(values)
        orders = [order for _record, order in pairs.values()]
        self._complete_buyers(list(zip(orders, partners, strict=True)))
        return dict(zip(pairs, partners, strict=True))

    @api.model
    def _complete_buyers(self, pairs):
        """Give new buyers their tax numbers, their own names beside their companies', and peace from
        marketing.

        :param list pairs: (:class:`orders.Order`, partner)
        """
        for order, partner in pairs:
            self._set_tax_number(order, partner)
        self.env["res.partner"].create(
            [
                {
                    "name": order.buyer.name,
                    "parent_id": partner.id,
                    "type": "contact",
                    "company_id": partner.company_id.id,
                }
                for order, partner in pairs
                if order.buyer.company and order.buyer.name and order.buyer.name != order.buyer.company
            ]
        )
        self._no_marketing([partner.email for _order, partner in pairs])

    @api.model
    def _prepare_buyer(self, record, order):
        """Give the values of a buyer.

        :rtype: dict
        """
        buyer, address = order.buyer, order.address
        place = self._prepare_address(record, address) if address else {}
        name = buyer.name or (address and address.name)
        placeholder = self.env._("Amazon buyer") if address else self.env._("Amazon buyer of %s", record.name)
        return {name: place[name] for name in ADDRESS if name in place} | {
            "name": buyer.company or name or placeholder,
            "is_company": bool(buyer.company),
            "email": buyer.email or False,
            "lang": record.account_id.company_id.partner_id.lang,
            "company_id": record.account_id.company_id.id,
            "customer_rank": 1,
        }

    @api.model
    def _set_tax_number(self, order, partner):
        """Set the buyer's tax number; one that Odoo refuses is kept in words, and never stops the order."""
        numbers = [tax for tax in order.tax_registrations if tax.number]
        for tax in sorted(numbers, key=lambda tax: tax.type != "VAT")[:1]:
            try:
                with self.env.cr.savepoint():
                    partner.vat = tax.number
                    partner.flush_recordset()
            except (UserError, ValidationError):
                note = self.env._(
                    "Tax number at Amazon, not valid here: %(number)s (%(type)s) %(name)s",
                    number=tax.number,
                    type=tax.type or "?",
                    name=tax.legal_name or "",
                )
                partner.comment = Markup("<p>%s</p>") % note

    @api.model
    def _no_marketing(self, addresses):
        """Put Amazon's aliases on the list of addresses that get no mass mail: Amazon forbids marketing to
        them. Mail about the order itself still passes."""
        emails = filter(None, (email_normalize(address or "") for address in addresses))
        quiet = self.env["mail.blacklist"].sudo().with_context(tracking_disable=True)
        quiet.create([{"email": email} for email in emails])

    # --- later

    @api.model
    def _complete(self, record, order):
        """Give an order whose buyer was not told before the buyer that Amazon tells now.

        :return: whether anything changed
        """
        sale_order = record.sale_order_id
        placeholder, key = sale_order.partner_id, self._buyer_key(record, order)
        if placeholder.hemi_amazon_key != self._placeholder_key(record) or placeholder.hemi_amazon_key == key:
            return False
        known = self._by_keys(record.account_id, [key]).get(key)
        if known:
            sale_order._amazon_set_buyer(known)
        else:
            values = self._prepare_buyer(record, order)
            placeholder.write(values | {"hemi_amazon_key": key})
            self._complete_buyers([(order, placeholder)])
        return True
