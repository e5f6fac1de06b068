import hashlib

from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import email_normalize

# What Amazon or buyers write where ISO 3166-1 says otherwise
COUNTRY_CODES = {"UK": "GB", "EL": "GR", "IC": "ES"}
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
        buyer = self._buyer(record, order)
        if not order.address or not (order.address.name or order.buyer.name or order.buyer.email):
            return buyer, buyer
        return buyer, self._recipient(record, order, buyer)

    # --- who bought

    @api.model
    def _buyer(self, record, order):
        key = self._buyer_key(record, order)
        return self._by_key(record, key) or self._create_buyer(record, order, key)

    @api.model
    def _by_key(self, record, key):
        return self.env["res.partner"].search(
            [
                ("hemi_amazon_key", "=", key),
                ("company_id", "=", record.account_id.company_id.id),
                ("parent_id", "=", False),
            ],
            limit=1,
        )

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
    def _create_buyer(self, record, order, key):
        values = self._prepare_buyer(record, order)
        partner = self.env["res.partner"].create(values | {"hemi_amazon_key": key})
        self._complete_buyer(record, order, partner)
        return partner

    @api.model
    def _complete_buyer(self, record, order, partner):
        """Give a new buyer his tax number, his own name beside his company's, and peace from marketing."""
        self._set_tax_number(order, partner)
        if order.buyer.company and order.buyer.name and order.buyer.name != order.buyer.company:
            self.env["res.partner"].create(
                {
                    "name": order.buyer.name,
                    "parent_id": partner.id,
                    "type": "contact",
                    "company_id": partner.company_id.id,
                }
            )
        self._no_marketing(partner)

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
    def _no_marketing(self, partner):
        """Put Amazon's alias on the list of addresses that get no mass mail: Amazon forbids marketing to it.
        Mail about the order itself still passes."""
        email = email_normalize(partner.email or "")
        if email:
            quiet = self.env["mail.blacklist"].sudo().with_context(tracking_disable=True)
            quiet.create([{"email": email}])

    # --- where it goes

    @api.model
    def _recipient(self, record, order, buyer):
        key = self._address_key(order)
        partners = self.env["res.partner"]
        known = partners.search([("parent_id", "=", buyer.id), ("hemi_amazon_key", "=", key)], limit=1)
        return known or partners.create(
            self._prepare_address(record, order.address)
            | {
                "parent_id": buyer.id,
                "type": "delivery",
                "company_id": buyer.company_id.id,
                "hemi_amazon_key": key,
            }
        )

    @api.model
    def _address_key(self, order):
        """Give the digest of the delivery address, False if there is none."""
        return self._digest("address", *self._words(order.address)) if order.address else False

    @api.model
    def _prepare_address(self, record, address):
        """Give the values of the delivery address; no word of it is lost.

        :param orders.Address address: the address as read
        :rtype: dict
        """
        country = self._country(record, address)
        state = self._state(country, address.state)
        lines = self._lines(address)
        strange = address.country_code if country.code != self._code(address) else None
        city = [address.city, None if state else address.state, strange]
        return {
            "name": address.name or address.company or self.env._("Recipient"),
            "street": lines[0] if lines else False,
            "street2": ", ".join(lines[1:]) or False,
            "city": ", ".join(part for part in city if part) or False,
            "zip": address.postal_code or False,
            "state_id": state.id,
            "country_id": country.id,
            "phone": address.phone or False,
        }

    @api.model
    def _lines(self, address):
        """Give company, street lines and district, and of what Amazon tells apart what is not in them yet."""
        lines = [line for line in (address.company, *address.lines, address.district) if line]
        if not address.name:
            lines = lines[1:] if address.company else lines
        for word in address.extended:
            if word.lower() not in " ".join((*lines, address.city or "")).lower():
                lines.append(word)
        return lines

    @api.model
    def _code(self, address):
        code = (address.country_code or "").upper()
        return COUNTRY_CODES.get(code, code)

    @api.model
    def _country(self, record, address):
        """Give the country by its code, else that of the marketplace."""
        known = self.env["res.country"].search([("code", "=", self._code(address))], limit=1)
        return known or record.marketplace_id.country_id

    @api.model
    def _state(self, country, name):
        if not (country and name):
            return self.env["res.country.state"]
        return self.env["res.country.state"].search(
            ["&", ("country_id", "=", country.id), "|", ("code", "=ilike", name), ("name", "=ilike", name)],
            limit=1,
        )

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
        known = self._by_key(record, key)
        if known:
            sale_order._amazon_set_buyer(known)
        else:
            values = self._prepare_buyer(record, order)
            placeholder.write(values | {"hemi_amazon_key": key})
            self._complete_buyer(record, order, placeholder)
        return True
