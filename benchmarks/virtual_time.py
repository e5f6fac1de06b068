"""Time that passes at Amazon and in Odoo at once, without anybody waiting.

The simulated Amazon has a running clock that can be moved. In Odoo the moments that it keeps are moved back
instead; its processor's time is not measured meanwhile.
"""

from tools import database

PASS = """
UPDATE hemi_amazon_account SET next_run_at = next_run_at - {by}, orders_read_at = orders_read_at - {by};
UPDATE hemi_amazon_feed SET next_check_at = next_check_at - {by}, submitting_at = submitting_at - {by},
       submitted_at = submitted_at - {by}
 WHERE next_check_at IS NOT NULL OR submitted_at > now() at time zone 'utc' - interval '1 hour';
UPDATE hemi_amazon_feed_message SET next_attempt_at = next_attempt_at - {by} WHERE state = 'pending';
UPDATE hemi_amazon_report SET next_check_at = next_check_at - {by}, asked_at = asked_at - {by};
UPDATE hemi_amazon_token SET access_expires_at = access_expires_at - {by};
UPDATE hemi_amazon_quota SET updated_at = updated_at - {seconds}, rests_until = rests_until - {seconds};
"""


def let_pass(world, name, seconds):
    """Let time pass.

    :param world: of a simulator with a running clock
    :param str name: the database of Odoo
    :param float seconds: how long
    """
    database.sql(name, PASS.format(seconds=seconds, by=f"interval '{seconds} seconds'"))
    world.advance(seconds)
