from odoo import api, models


class HemiAmazonOrderPartner(models.AbstractModel):
    """Who bought, and where it goes: found again by name, e-mail alias and address, else created."""

    _name = "hemi.amazon.order.partner"
    _description = "Partners of Amazon Orders"

    @api.model
    def _find_or_create(self, record, order):
        """Give the buyer and the contact to deliver to.

        :param record: the hemi.amazon.order
        :param orders.Order order: the order as read
        :return: two partners; the same one twice if Amazon gives no address
        """
        buyer = self._buyer(record, order)
        if not order.address:
            return buyer, buyer
        values = self._prepare_address(order.address)
        if not buyer.street and not buyer.child_ids:
            buyer.write(
                {
                    name: values[name]
                    for name in ("street", "street2", "city", "zip", "state_id", "country_id")
                }
            )
        return buyer, self._recipient(buyer, values)

    @api.model
    def _buyer(self, record, order):
        """Amazon's alias alone is not enough: it may be missing, and must never join two people."""
        values = self._prepare_buyer(record, order)
        partners = self.env["res.partner"]
        same = [(name, "=", values[name]) for name in ("name", "email", "company_id")]
        known = values["email"] and partners.search([*same, ("parent_id", "=", False)], limit=1)
        return known or partners.create(values)

    @api.model
    def _prepare_buyer(self, record, order):
        buyer = order.buyer
        name = (
            buyer.name
            or (order.address and order.address.name)
            or self.env._("Amazon buyer of %s", order.order_id)
        )
        return {
            "name": buyer.company or name,
            "is_company": bool(buyer.company),
            "email": buyer.email or False,
            "lang": record.account_id.company_id.partner_id.lang,
            "company_id": record.account_id.company_id.id,
            "customer_rank": 1,
        }

    @api.model
    def _recipient(self, buyer, values):
        for child in buyer.child_ids.filtered(lambda child: child.type == "delivery"):
            if all(
                (child[name].id if name.endswith("_id") else child[name] or False) == (value or False)
                for name, value in values.items()
            ):
                return child
        return self.env["res.partner"].create(
            values | {"parent_id": buyer.id, "type": "delivery", "company_id": buyer.company_id.id}
        )

    @api.model
    def _prepare_address(self, address):
        """Give the values of the delivery address; no word of it is lost.

        :param orders.Address address: the address as read
        :rtype: dict
        """
        country = self.env["res.country"].search(
            [("code", "=", (address.country_code or "").upper())], limit=1
        )
        state = self._state(country, address.state)
        lines = [line for line in (address.company, *address.lines, address.district) if line]
        return {
            "name": address.name or self.env._("Recipient"),
            "street": lines[0] if lines else False,
            "street2": ", ".join(lines[1:]) or False,
            "city": ", ".join(part for part in (address.city, None if state else address.state) if part)
            or False,
            "zip": address.postal_code or False,
            "state_id": state.id,
            "country_id": country.id,
            "phone": address.phone or False,
        }

    @api.model
    def _state(self, country, name):
        if not (country and name):
            return self.env["res.country.state"]
        return self.env["res.country.state"].search(
            ["&", ("country_id", "=", country.id), "|", ("code", "=ilike", name), ("name", "=ilike", name)],
            limit=1,
        )
