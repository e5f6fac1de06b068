from dataclasses import dataclass
from decimal import Decimal

from odoo import Command, api, models

# Amazon's categories of proceeds (Orders API 2026-01-01) as they are called in a refund (OrderAdjustment)
COMPONENTS = {
    "ITEM": ("Principal", "Tax"),
    "SHIPPING": ("Shipping", "ShippingTax"),
    "GIFT_WRAP": ("GiftWrap", "GiftWrapTax"),
    "COD_FEE": ("COD", "CODTax"),
    "OTHER": ("Other", "Tax"),
}
PRODUCTS = {
    "DISCOUNT": "product_promotion",
    "SHIPPING": "product_shipping",
    "GIFT_WRAP": "product_gift_wrap",
    "COD_FEE": "product_fee",
    "OTHER": "product_fee",
    "DELIVERY_TIP": "product_fee",
}


def components_of(charge):
    """Give what a charge and its tax are called in a refund; a discount is part of what it is taken off.

    :param Charge charge: the charge
    :rtype: tuple[str, str]
    """
    return COMPONENTS[charge.on if charge.component == "DISCOUNT" else charge.component]


@dataclass(frozen=True)
class Sale:
    """What all lines of one order share: record, order, fiscal position, destination country, currency."""

    record: models.Model
    order: object
    position: models.Model
    country: models.Model
    currency: models.Model


class HemiAmazonOrderImport(models.AbstractModel):
    """The lines of the sale order."""

    _inherit = "hemi.amazon.order.import"

    @api.model
    def _prepare_lines(self, record, order, position, country):
        """Give the values of the lines: one per item and charge, and one per tax that is not ours.

        :param position: the fiscal position
        :param country: where it goes
        :return: list of values
        :rtype: list[dict]
        """
        currency = record.currency_id or record.marketplace_id.currency_id
        sale, lines = Sale(record, order, position, country, currency), []
        record.tax_missing = False
        products = self._products(record, order)
        for item in order.items:
            lines += self._prepare_item_lines(sale, item, products[item.item_id])
        lines += [self._prepare_order_charge(charge) for charge in order.due_charges]
        analytic = record.account_id._order_setting(record.marketplace_id, "analytic_account_id")
        shared = {"analytic_distribution": {str(analytic.id): 100.0}} if analytic else {}
        return [line | shared for line in lines]

    @api.model
    def _prepare_item_lines(self, sale, item, product):
        """Give the lines of an item and of its charges, which are taxed as the item itself."""
        lines, usual = [], self._usual_taxes(sale, product)
        if item.quantity and not any(charge.component == "ITEM" for charge in item.charges):
            lines.append(self._prepare_free_item(item, product))
        for charge in item.charges:
            taxes = self._taxes(sale, item, charge, usual)
            if charge.component == "ITEM":
                usual = taxes or usual
            lines += self._prepare_charge(item, charge, product, taxes)
        return lines

    @api.model
    def _prepare_free_item(self, item, product):
        """Give the line of an item for which Amazon states no money, such as a replacement."""
        none = self.env["account.tax"]
        return self._prepare_line(
            item, "Principal", product, item.quantity, Decimal(0), none, item.title
        ) | self._prepare_item(item, None)

    @api.model
    def _prepare_charge(self, item, charge, product, taxes):
        """Give the lines of one charge of an item.

        :param taxes: of the line; None if Amazon's tax is none of ours

        Tax that Amazon collects, or that none of our taxes gives, is a line of its own: the buyer paid it,
        but it is no revenue of ours.
        """
        apart = charge.tax if item.facilitator or taxes is None else Decimal(0)
        component, tax_component = components_of(charge)
        is_item = charge.component == "ITEM"
        sold = product if is_item else self._product(PRODUCTS[charge.component])
        name = item.title if is_item else self._name_for(sold, item)
        no_taxes = self.env["account.tax"]
        line = self._prepare_line(
            item,
            component,
            sold,
            item.quantity if is_item else 1,
            charge.gross - apart,
            no_taxes if taxes is None else taxes,
            name,
        )
        lines = [line | self._prepare_item(item, charge) if is_item else line]
        if apart:
            tax = self._product("product_collected_tax" if item.facilitator else "product_missing_tax")
            # in a refund Amazon takes tax that prices include for a part of the price
            in_price = item.tax_included and not item.facilitator
            name = self._name_for(tax, item)
            lines.append(
                self._prepare_line(
                    item, component if in_price else tax_component, tax, 1, apart, no_taxes, name
                )
            )
        return lines

    @api.model
    def _product(self, name):
        return self.env["product.product"]._of_amazon(name)

    @api.model
    def _name_for(self, product, item):
        return self.env._("%(charge)s for %(sku)s", charge=product.name, sku=item.sku or item.item_id)

    @api.model
    def _prepare_order_charge(self, charge):
        """Give the line of a charge that belongs to no item, such as a tip."""
        product = self._product(PRODUCTS[charge.component])
        names = {"DELIVERY_TIP": self.env._("Delivery tip")}
        return {
            "product_id": product.id,
            "name": names[charge.component],
            "product_uom_qty": 1,
            "price_unit": float(charge.gross),
            "tax_ids": [Command.clear()],
            "hemi_amazon_component": "Other",
        }

    @api.model
    def _prepare_line(self, item, component, product, quantity, gross, taxes, name):
        """Give the values of a line whose total, tax included, is ``gross``.

        :param Item item: the item that it belongs to
        :param str component: what it is called in a refund
        :param int quantity: 0 for what was cancelled of an order that lives on
        :param Decimal gross: tax included
        """
        return {
            "product_id": product.id,
            "name": name or product.display_name,
            "product_uom_id": product.uom_id.id,
            "product_uom_qty": quantity,
            "price_unit": self._price_for(gross, taxes, product) / (quantity or item.quantity_ordered or 1),
            "discount": 0.0,
            "tax_ids": [Command.set(taxes.ids)],
            "hemi_amazon_item": item.item_id,
            "hemi_amazon_sku": item.sku,
            "hemi_amazon_component": component,
        }

    @api.model
    def _price_for(self, gross, taxes, product):
        """Give the price to enter so that the line comes to ``gross``: with the taxes that prices include."""
        if not taxes:
            return float(gross)
        details = taxes._get_tax_details(
            float(gross),
            1.0,
            rounding_method="round_globally",
            product=product,
            special_mode="total_included",
        )
        return details["total_excluded"] + sum(
            data["tax_amount"] for data in details["taxes_data"] if data["tax"].price_include
        )

    @api.model
    def _prepare_item(self, item, charge):
        """Give what the line of the item itself has besides: Amazon's tax, and what the packer must know."""
        told = bool(charge) and item.tax_told and not item.facilitator
        return {
            "hemi_amazon_tax_told": told,
            "hemi_amazon_tax": float(charge.tax) if told else 0.0,
            "hemi_amazon_fulfilled": item.quantity_fulfilled,
            "hemi_amazon_note": self._packing_note(item),
        }

    @api.model
    def _packing_note(self, item):
        """Give what the packer must know of an item, in a few lines; False if there is nothing."""
        constraints = {
            "palletDelivery": self.env._("Must be delivered by pallet."),
            "signatureConfirmation": self.env._("The recipient must sign."),
            "recipientIdentityVerification": self.env._("Only to the recipient in person."),
            "recipientAgeVerification": self.env._("The carrier must check the recipient's age."),
        }
        lines = [
            item.gift_wrap and self.env._("Gift wrap: %s", item.gift_wrap),
            item.gift_message and self.env._("Gift message: %s", item.gift_message),
            item.customized_url and self.env._("Customised, see %s", item.customized_url),
            item.serial_numbers_required and self.env._("Note the serial numbers."),
            "TRANSPARENCY" in item.programs and self.env._("Needs a Transparency code on each unit."),
            item.ioss_number and self.env._("IOSS number for the carrier: %s", item.ioss_number),
            *(constraints.get(name) for name in item.constraints),
        ]
        return "\n".join(line for line in lines if line) or False

    # --- to the cent

    @api.model
    def _round_to_amazons_total(self, record, sale_order, order):
        """Make the total equal Amazon's: what Odoo's own computation cannot reach is a line that says so."""
        product = self._product("product_rounding")
        line = sale_order.order_line.filtered(lambda line: line.product_id == product)
        exact = sale_order.amount_total - sum(line.mapped("price_total"))
        currency = sale_order.currency_id
        difference = currency.round(float(order.total) - exact)
        record.rounding = difference
        if line:
            line.price_unit = difference
        elif difference:
            values = {
                "product_id": product.id,
                "name": self.env._("Difference to Amazon's total"),
                "price_unit": difference,
                "tax_ids": [Command.clear()],
            }
            sale_order.order_line = [Command.create(values)]
        if abs(difference) > currency.rounding * len(sale_order.order_line) + currency.rounding / 2:
            self._ask_about_difference(record, sale_order)

    @api.model
    def _ask_about_difference(self, record, sale_order):
        """More than cents is no rounding: Amazon's parts do not come to its total."""
        record.account_id._need_person(
            self.env._("Amazon's total of %s does not fit its parts", record.name),
            self.env._(
                "The parts that Amazon states differ from its total by %s, which is a line of its own. "
                "Compare the order with Seller Central before you invoice it.",
                sale_order.currency_id.format(record.rounding),
            ),
            record=sale_order,
        )
