"""The database's own notes of what changed: triggers on Odoo's tables that stock and price are computed from.

Why triggers, and not the tables' ``write_date``: a trigger sees what the ORM does not tell (rows that are
deleted, many-to-many tables, SQL of Odoo's own such as the merging of quants), and its note is committed
with the change itself, so that a note can neither be missing nor be seen too early, however long a
transaction lasts. They run once per statement, not per row, and write one narrow row per product: nothing in
Python.
"""

from typing import NamedTuple

from odoo.tools import SQL

NOTES = "hemi_amazon_change"


class Watch(NamedTuple):
    """A table whose changes count.

    :param str table: its name; a table that is not there (its addon is not installed) is not watched
    :param tuple columns: an update counts if one of these differs; the first ones tell the rows apart
    :param str query: gives kind and id of what changed, from the rows ``changed`` with these columns
    :param tuple events: what is watched
    """

    table: str
    columns: tuple
    query: str
    events: tuple = ("insert", "update", "delete")


def _one(kind, column):
    return f"SELECT '{kind}', {column} FROM changed WHERE {column} IS NOT NULL"


EVERYTHING = "SELECT 'all', 0 FROM changed"
# the same, but for a record that is just being created: it gets its path by an update
MOVED = "SELECT 'all', 0 FROM changed GROUP BY id HAVING bool_and(parent_path IS NOT NULL)"
# a rule tells by its product, template or category which prices it can change, whatever it says otherwise
RULE = """CASE WHEN product_id IS NOT NULL THEN 'product' WHEN product_tmpl_id IS NOT NULL THEN 'template'
               WHEN categ_id IS NOT NULL THEN 'category' ELSE 'pricelist' END AS kind,
          coalesce(product_id, product_tmpl_id, categ_id, pricelist_id) AS res_id"""
ORDERED = """SELECT 'product', line.product_id FROM changed
               JOIN sale_order_line line ON line.order_id = changed.sale_order_id
              WHERE line.product_id IS NOT NULL"""
KITS = "SELECT 'template', bom.product_tmpl_id FROM changed JOIN mrp_bom bom ON bom.id = changed.bom_id"
KIT_VALUES = """SELECT 'template', bom.product_tmpl_id FROM changed
                  JOIN mrp_bom_line line ON line.id = changed.mrp_bom_line_id
                  JOIN mrp_bom bom ON bom.id = line.bom_id"""

# Odoo computes the free quantity from quants alone: a move changes it by writing quants.
WATCHED = (
    Watch(
        "stock_quant",
        ("id", "product_id", "location_id", "quantity", "reserved_quantity"),
        _one("product", "product_id"),
    ),
    Watch("product_product", ("id", "product_tmpl_id", "active", "standard_price"), _one("product", "id")),
    Watch(
        "product_template",
        ("id", "list_price", "type", "is_storable", "uom_id", "categ_id", "company_id", "active"),
        _one("template", "id"),
    ),
    Watch("product_taxes_rel", ("prod_id", "tax_id"), _one("template", "prod_id")),
    Watch(
        "product_template_attribute_value",
        ("id", "product_tmpl_id", "price_extra", "ptav_active"),
        _one("template", "product_tmpl_id"),
    ),
    Watch(
        "product_variant_combination",
        ("product_product_id", "product_template_attribute_value_id"),
        _one("product", "product_product_id"),
    ),
    Watch(
        "product_pricelist_item",
        ("id", "pricelist_id", "product_tmpl_id", "product_id", "categ_id", "applied_on", "date_start")
        + ("date_end", "min_quantity", "base", "base_pricelist_id", "compute_price", "fixed_price")
        + ("percent_price", "price_discount", "price_markup", "price_round", "price_surcharge")
        + ("price_min_margin", "price_max_margin"),
        f"SELECT {RULE} FROM changed",
    ),
    Watch("product_pricelist", ("id", "currency_id", "company_id"), _one("pricelist", "id")),
    Watch(
        "res_currency_rate",
        ("id", "currency_id", "name", "rate", "company_id"),
        _one("currency", "currency_id"),
    ),
    Watch(
        "mrp_bom",
        ("id", "product_tmpl_id", "product_id", "type", "product_qty", "product_uom_id", "active")
        + ("sequence", "company_id", "picking_type_id"),
        _one("template", "product_tmpl_id"),
    ),
    Watch("mrp_bom_line", ("id", "bom_id", "product_id", "product_qty", "product_uom_id"), KITS),
    Watch(
        "mrp_bom_line_product_template_attribute_value_rel",
        ("mrp_bom_line_id", "product_template_attribute_value_id"),
        KIT_VALUES,
    ),
    # quotations of orders that Amazon holds as pending reserve nothing in Odoo, but count
    Watch("hemi_amazon_order", ("id", "sale_order_id", "status", "last_updated_at"), ORDERED),
    # what changes rarely and may touch every value; a new one has no product yet
    Watch(
        "account_tax",
        ("id", "amount", "amount_type", "active", "price_include_override", "include_base_amount")
        + ("is_base_affected", "sequence", "company_id", "formula"),
        EVERYTHING,
        ("update",),
    ),
    Watch("account_tax_filiation_rel", ("parent_tax", "child_tax"), EVERYTHING),
    Watch("account_tax_alternatives", ("src_tax_id", "dest_tax_id"), EVERYTHING),
    Watch(
        "account_fiscal_position",
        ("id", "auto_apply", "active", "country_id", "country_group_id", "vat_required", "sequence")
        + ("company_id", "zip_from", "zip_to"),
        EVERYTHING,
    ),
    Watch(
        "account_fiscal_position_account_tax_rel",
        ("account_fiscal_position_id", "account_tax_id"),
        EVERYTHING,
    ),
    Watch("product_category", ("id", "parent_path"), _one("category", "id"), ("update",)),
    Watch("stock_location", ("id", "parent_path"), MOVED, ("update",)),
    Watch("stock_warehouse", ("id", "view_location_id"), EVERYTHING, ("update",)),
    Watch("res_currency", ("id", "rounding"), EVERYTHING, ("update",)),
    Watch("res_company", ("id", "currency_id", "account_price_include"), EVERYTHING, ("update",)),
    Watch("uom_uom", ("id", "factor", "parent_path"), MOVED, ("update",)),
    Watch(
        "hemi_amazon_marketplace",
        ("id", "currency_id", "country_id", "prices_include_tax"),
        EVERYTHING,
        ("update",),
    ),
)
# Of a rule that begins or ends the clock tells, not a trigger; the queries of the clock find few among many.
INDEXES = {
    "hemi_amazon_rule_begins": "product_pricelist_item (date_start) WHERE date_start IS NOT NULL",
    "hemi_amazon_rule_ends": "product_pricelist_item (date_end) WHERE date_end IS NOT NULL",
}
ROWS = {
    "insert": "REFERENCING NEW TABLE AS new_rows",
    "update": "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "delete": "REFERENCING OLD TABLE AS old_rows",
}
FUNCTION = """
CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO {notes} (kind, res_id)
        SELECT DISTINCT * FROM (WITH changed AS (SELECT {columns} FROM new_rows) {query}) AS found;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO {notes} (kind, res_id)
        SELECT DISTINCT * FROM (WITH changed AS (SELECT {columns} FROM old_rows) {query}) AS found;
    ELSE
        INSERT INTO {notes} (kind, res_id)
        SELECT DISTINCT * FROM (
            WITH changed AS (
                (SELECT {columns} FROM new_rows EXCEPT SELECT {columns} FROM old_rows)
                UNION ALL (SELECT {columns} FROM old_rows EXCEPT SELECT {columns} FROM new_rows)
            ) {query}) AS found;
    END IF;
    RETURN NULL;
END $$
"""


def begin(cr, only_new=False):
    """Watch every table that is there.

    :param cr: the cursor
    :param bool only_new: leave those alone that are watched already
    """
    for watch in WATCHED:
        columns = _columns(cr, watch)
        if columns and not (only_new and _is_watched(cr, watch.table)):
            _watch(cr, watch, columns)
    for name, place in INDEXES.items() if not only_new else ():
        cr.execute(SQL(f"CREATE INDEX IF NOT EXISTS {name} ON {place}"))


def end(cr):
    """Leave Odoo's tables as they were."""
    for watch in WATCHED:
        cr.execute(SQL(f"DROP FUNCTION IF EXISTS {NOTES}_{watch.table}() CASCADE"))
    for name in INDEXES:
        cr.execute(SQL(f"DROP INDEX IF EXISTS {name}"))


def _columns(cr, watch):
    """Give those of a watch's columns that its table has; other addons add some of them."""
    cr.execute(
        SQL(
            """SELECT attname FROM pg_attribute
                WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped""",
            watch.table,
        )
    )
    existing = {name for (name,) in cr.fetchall()}
    return [column for column in watch.columns if column in existing]


def _is_watched(cr, table):
    cr.execute(SQL("SELECT to_regproc(%s) IS NOT NULL", f"{NOTES}_{table}"))
    return cr.fetchone()[0]


def _watch(cr, watch, columns):
    function = f"{NOTES}_{watch.table}"
    values = {"function": function, "notes": NOTES, "columns": ", ".join(columns), "query": watch.query}
    cr.execute(SQL(FUNCTION.format(**values)))
    for event in watch.events:
        cr.execute(
            SQL(
                f"""CREATE OR REPLACE TRIGGER {NOTES}_{event} AFTER {event} ON {watch.table}
                    {ROWS[event]} FOR EACH STATEMENT EXECUTE FUNCTION {function}()"""
            )
        )
