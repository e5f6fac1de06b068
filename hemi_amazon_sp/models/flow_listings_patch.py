from datetime import timedelta

from odoo import api, fields, models

from ..amazon.documents import listings
from ..amazon.errors import REFUSED, AmazonError
from .amazon_advice import NOT_AT_AMAZON

MOST_AT_ONCE = 100  # SKUs in one turn of an account: the others have theirs within half a minute
# HTTP statuses that are about the one SKU; other refusals, such as of the access key, are about all
ABOUT_THE_SKU = (400, 404, 422)


class HemiAmazonFlowListings(models.AbstractModel):
    """Few changes: one patchListingsItem per SKU and marketplace, answered at once.

    What is told is kept in the columns of the feeds. Before the call it is committed that what Amazon has is
    not known (``*_sent_at`` is NULL); so whatever dies then and whatever the value becomes, it is told again.
    """

    _inherit = "hemi.amazon.flow.listings"

    @api.model
    def _send_patches(self, run, marketplaces):
        """Tell what is due one by one, as far as limit and time allow; the next turn goes on."""
        left = MOST_AT_ONCE
        for marketplace in marketplaces:
            due = list(self._sendable(run.account, marketplace, left, only_free=True))
            run.commit()
            for row, patch in due:
                wait = run.limiter.wait("patchListingsItem")
                if wait or run.is_over():
                    run.again(fields.Datetime.now() + timedelta(seconds=wait))
                    return
                self._send_patch(run, marketplace, row, patch)
            left -= len(due)
            if not left:
                run.again(fields.Datetime.now())
                return

    @api.model
    def _send_patch(self, run, marketplace, row, patch):
        """Tell Amazon one patch, and keep its answer; commits.

        :raise AmazonError: if Amazon did not answer about this SKU
        """
        for part in self._parts():
            part._begin_to_tell(part._row_ids([row]))
        run.commit()
        refusal = self._answer(run, marketplace, row, patch)
        refused = {row.listing_id: refusal} if refusal else {}
        self._note_at_amazon(marketplace, refused, accepted=set() if refusal else {row.listing_id})
        blamed = self._blamed(refused, [row.listing_id] if row.terms is not None else [])
        for part in self._parts():
            blameless = blamed if part._flow != "terms" else ()
            part._take_answer(part._rows(part._row_ids([row])), refused, blameless=blameless)
        run.commit()

    @api.model
    def _answer(self, run, marketplace, row, patch):
        """Call patchListingsItem.

        :return: code and reason if Amazon refused it, else None
        :rtype: tuple[str, str] | None
        """
        try:
            answer = run.seller.patch_listings_item(
                row.sku, marketplace.amazon_id, row.product_type, listings.json_patches(patch)
            )
        except AmazonError as error:
            if error.outcome != REFUSED or error.status not in ABOUT_THE_SKU:
                raise
            # Amazon's model does not say how it answers about an unknown SKU; 404 can be no other
            return NOT_AT_AMAZON[0] if error.status == 404 else error.code, error.message
        return listings.refusal(answer)
