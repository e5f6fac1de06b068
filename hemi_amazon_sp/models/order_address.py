from odoo import api, models

from .order_page import OrderPage

# What Amazon or buyers write where ISO 3166-1 says otherwise
COUNTRY_CODES = {"UK": "GB", "EL": "GR", "IC": "ES"}


class HemiAmazonOrderPartner(models.AbstractModel):
    """Where it goes: contacts of the buyer, found again by their address."""

    _inherit = "hemi.amazon.order.partner"

    @api.model
    def _has_recipient(self, order):
        """Tell whether Amazon gives an address, and more of it than a place."""
        return order.address and (order.address.name or order.buyer.name or order.buyer.email)

    @api.model
    def _recipients(self, pairs, buyers):
        """Give the contacts to deliver to.

        :param list pairs: rows and orders that have one
        :param dict buyers: id of the row -> buyer
        :return: id of the row -> contact
        :rtype: dict
        """
        keys = {record.id: (buyers[record.id].id, self._address_key(order)) for record, order in pairs}
        known, new = self._by_address(keys.values()), {}
        for record, order in pairs:
            if keys[record.id] not in known:
                new.setdefault(
                    keys[record.id],
                    self._prepare_address(record, order.address)
                    | self._prepare_contact(buyers[record.id], self._address_key(order)),
                )
        created = self.env["res.partner"].create(list(new.values()))
        known |= dict(zip(new, created, strict=True))
        return {row: known[key] for row, key in keys.items()}

    @api.model
    def _by_address(self, keys):
        """Find contacts by buyer and digest of the address.

        :param keys: pairs of both
        :rtype: dict
        """
        partners = self.env["res.partner"].search(
            [
                ("parent_id", "in", [buyer for buyer, _key in keys]),
                ("hemi_amazon_key", "in", [key for _buyer, key in keys]),
            ]
        )
        found = ((partner.parent_id.id, partner.hemi_amazon_key, partner) for partner in reversed(partners))
        return {(buyer, key): partner for buyer, key, partner in found}  # the first one counts

    @api.model
    def _prepare_contact(self, buyer, key):
        return {
            "parent_id": buyer.id,
            "type": "delivery",
            "company_id": buyer.company_id.id,
            "hemi_amazon_key": key,
        }

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
        state = self._state(record, country, address.state)
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
        countries, code = self.env["res.country"], self._code(address)
        known = OrderPage.of(record).once(
            ("country", code), lambda: countries.search([("code", "=", code)], limit=1)
        )
        return known or record.marketplace_id.country_id

    @api.model
    def _state(self, record, country, name):
        states = self.env["res.country.state"]
        if not (country and name):
            return states
        domain = ["|", ("code", "=ilike", name), ("name", "=ilike", name)]
        return OrderPage.of(record).once(
            ("state", country, name),
            lambda: states.search([("country_id", "=", country.id), *domain], limit=1),
        )
