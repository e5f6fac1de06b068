"""Two ways to tell Amazon of stock and prices, and which is sooner through.

``patchListingsItem`` tells one SKU in one marketplace and is answered at once; a JSON_LISTINGS_FEED tells up
to 25,000 of one marketplace, but must wait for its limit, and is processed when Amazon finds the time.
"""

from itertools import accumulate

from .throttle import LIMITS

# Seconds until a feed is processed, where nothing is known of the seller's last ones. Amazon promises
# nothing: sellers tell of less than 5 minutes as usual, and of 15 and 30
# (amzn/selling-partner-api-models, issues 2598 and 5151).
FEED_TAKES = 300.0
_PATCHES = LIMITS["patchListingsItem"].rate
_FEEDS_AT_ONCE = LIMITS["createFeed:JSON_LISTINGS_FEED"].burst
_BETWEEN_FEEDS = 1 / LIMITS["createFeed"].rate


def by_feed(counts, lane_waits, feed_wait, patch_wait, feed_takes):
    """Choose the marketplaces whose changes go by feed, so that the last change is through soonest.

    Patches share one limit and feeds another, so the marketplaces with the fewest changes go by patches, as
    many of them as it helps.

    :param dict counts: marketplace -> number of SKUs
    :param dict lane_waits: marketplace -> seconds until a feed may follow the last one there
    :param float feed_wait: seconds until Amazon's limits let a feed pass
    :param float patch_wait: likewise a patch
    :param float feed_takes: seconds until Amazon has processed a feed
    :return: a set of marketplaces
    """
    ordered = sorted(counts, key=counts.get)
    patched = [0, *accumulate(counts[marketplace] for marketplace in ordered)]

    def takes(number):
        patches = patch_wait + patched[number] / _PATCHES if number else 0.0
        fed = ordered[number:]
        if not fed:
            return patches, -number
        waits = max(0, len(fed) - _FEEDS_AT_ONCE) * _BETWEEN_FEEDS + feed_wait
        feeds = max(waits, *(lane_waits[marketplace] for marketplace in fed)) + feed_takes
        return max(patches, feeds), -number  # of two that end alike, that with fewer feeds

    best = min(range(len(ordered) + 1), key=takes)
    return set(ordered[best:])
