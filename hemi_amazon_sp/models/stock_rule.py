from typing import NamedTuple

from odoo import fields, models

SHARED = {"stock_share", "stock_buffer", "stock_maximum"}  # fields that an account and a listing have


class StockRule(NamedTuple):
    """What Amazon is told of a free quantity.

    :param str kind: ``share``, ``fixed`` or ``never``
    :param int share: percent of the free quantity
    :param int buffer: units that are kept back
    :param int maximum: most that Amazon is told; 0: no maximum
    :param int fixed: what is told whatever is free
    """

    kind: str
    share: int
    buffer: int
    maximum: int
    fixed: int

    @property
    def counts(self):
        """Whether what is free matters."""
        return self.kind == "share"

    def quantity(self, free):
        """Give what Amazon is told.

        :param int free: whole units
        :return: never below zero; None if Amazon is told nothing
        :rtype: int
        """
        if self.kind == "never":
            return None
        if self.kind == "fixed":
            return self.fixed
        told = max(0, free * self.share // 100 - self.buffer)
        return min(told, self.maximum) if self.maximum else told


class HemiAmazonStockRuleMixin(models.AbstractModel):
    """How much of the free quantity Amazon is told: of an account for all its listings, or of one listing."""

    _name = "hemi.amazon.stock.rule.mixin"
    _description = "Amazon Stock Rule"

    stock_share = fields.Integer(
        "Share (%)",
        default=100,
        aggregator=None,
        help="Percent of the free quantity that Amazon is told, rounded down. For goods that are sold "
        "elsewhere too, or by several accounts.",
    )
    stock_buffer = fields.Integer(
        "Buffer",
        aggregator=None,
        help="Units that are kept back: Amazon is told the share less the buffer, never below zero.",
    )
    stock_maximum = fields.Integer(
        "Maximum", aggregator=None, help="Amazon is told this quantity at most. 0: no maximum."
    )

    _stock_share_percent = models.Constraint(
        "CHECK(stock_share BETWEEN 0 AND 100)", "The share is 0 to 100 percent of the free quantity."
    )
