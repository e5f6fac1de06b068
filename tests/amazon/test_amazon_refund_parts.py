"""Cents of rounding stop no refund, and no refund becomes another amount."""

from decimal import Decimal

from amazon.refund_parts import TAX_OF, fit
from hypothesis import given
from hypothesis import strategies as st

CENT = Decimal("0.01")
PARTS = [(item, component) for item in ("1", "2") for pair in TAX_OF.items() for component in pair]
cents = st.integers(0, 2000).map(lambda number: number * CENT)
amounts = st.dictionaries(st.sampled_from(PARTS), cents, min_size=1)


def parts(**values):
    return {("1", component): Decimal(amount) for component, amount in values.items()}


def test_tax_beyond_what_amazon_took_belongs_to_the_price():
    left = parts(COD="7.17", CODTax="0.39")
    assert fit(parts(COD="7.07", CODTax="0.49"), left, Decimal("7.56"), CENT) == left


def test_price_beyond_what_was_paid_is_tax():
    left = parts(COD="7.17", CODTax="0.39")
    assert fit(parts(COD="7.20", CODTax="0.36"), left, Decimal("7.56"), CENT) == left


def test_cents_that_odoo_spread_over_its_lines_go_back_where_they_were_paid():
    left = parts(Principal="99.99", Shipping="9.99")
    assert fit(parts(Principal="99.98", Shipping="10.00"), left, Decimal("109.98"), 2 * CENT) == left


def test_a_cent_prefers_the_same_item():
    left = {
        ("1", "Shipping"): Decimal("1"),
        ("1", "Principal"): Decimal("5"),
        ("2", "Principal"): Decimal("500"),
    }
    given_back = {
        ("2", "Principal"): Decimal("3"),
        ("1", "Principal"): Decimal("4"),
        ("1", "Shipping"): Decimal("1.01"),
    }
    fitted = fit(given_back, left, Decimal("8.01"), 3 * CENT)
    assert fitted == given_back | {("1", "Principal"): Decimal("4.01"), ("1", "Shipping"): Decimal("1")}


def test_a_promotion_that_outweighs_its_part_is_taken_off_another():
    given_back = {
        ("1", "Principal"): Decimal("-2"),
        ("2", "Principal"): Decimal("9"),
        ("1", "COD"): Decimal("1.50"),
    }
    fitted = fit(given_back, given_back, Decimal("8.50"), CENT)
    assert fitted == {("1", "Principal"): 0, ("2", "Principal"): Decimal("8.50"), ("1", "COD"): 0}


def test_more_than_cents_stays_where_the_accountant_put_it():
    given_back = parts(Principal="20.00", Shipping="5.00")
    left = parts(Principal="50.00", Shipping="4.00")
    assert fit(given_back, left, Decimal("25.00"), 2 * CENT) == given_back


def test_the_total_of_the_credit_note_counts():
    assert fit(parts(Principal="10.00"), parts(Principal="10.00"), Decimal("9.99"), CENT) == parts(
        Principal="9.99"
    )
    assert fit(parts(Principal="10.00"), parts(Principal="10.00"), Decimal("9.50"), CENT) == parts(
        Principal="10.00"
    )


@given(amounts, amounts, st.integers(-3, 3), st.integers(0, 5))
def test_nothing_is_lost_or_made(asked, left, off, lines):
    total, most = sum(asked.values()) + off * CENT, lines * CENT
    fitted = fit(asked, left, total, most)
    assert set(fitted) == set(asked)
    assert min(fitted.values()) >= 0
    small = abs(off) <= lines and max(asked.values()) >= off * CENT
    assert sum(fitted.values()) == (total if small and fits(asked, off) else sum(asked.values()))


def fits(asked, off):
    return any(amount >= -off * CENT for amount in asked.values())


@given(amounts, st.lists(st.integers(-2, 2), min_size=16, max_size=16))
def test_the_first_credit_note_over_all_is_never_refused(left, noise):
    """Odoo's cents up and down, whose sum is nothing."""
    asked = {
        part: max(Decimal(0), amount + cent * CENT)
        for (part, amount), cent in zip(left.items(), noise, strict=False)
    }
    total = sum(left.values())
    fitted = fit(asked, left, total, 40 * CENT)
    if abs(sum(asked.values()) - total) <= 40 * CENT:
        assert all(amount <= left[part] for part, amount in fitted.items())
