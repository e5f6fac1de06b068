"""Which labels the screens show: of fields and their choices, buttons, filters, menus, windows."""

from lxml import etree

MODULE = "hemi_amazon_sp"


def labels_of_screens(env):
    """Collect the labels that people see.

    :rtype: set[str]
    """
    labels = set()
    for view in of_module(env["ir.ui.view"].search([("model", "!=", False)])):
        if view.model in env:
            labels |= labels_of(env, etree.fromstring(view.arch), view.model)
    for model in ("ir.ui.menu", "ir.actions.act_window", "ir.actions.server"):
        labels |= set(of_module(env[model].with_context(active_test=False).search([])).mapped("name"))
    return labels


def of_module(records):
    names = records.get_external_id()
    return records.filtered(lambda record: names[record.id].startswith(f"{MODULE}."))


def labels_of(env, node, model):
    """Collect the labels below a node of a view."""
    labels = set()
    for child in node.iterchildren(etree.Element):
        labels |= {child.get("string")} - {None}
        inner = model
        if child.tag == "field" and (field := env[model]._fields.get(child.get("name"))):
            labels |= labels_of_field(child, field)
            inner = field.comodel_name or model
        labels |= labels_of(env, child, inner)
    return labels


def labels_of_field(node, field):
    """Collect label and choices of a field of ours that is shown."""
    hidden = node.get("invisible") == "1" or node.get("column_invisible") in ("1", "True")
    if hidden or MODULE not in (field._modules or (field._module,)):
        return set()
    labels = set() if node.get("nolabel") or node.get("string") else {field.string}
    if field.type == "selection" and isinstance(field.selection, list) and "carrier" not in field.name:
        labels |= {label for _value, label in field.selection}
    return labels
