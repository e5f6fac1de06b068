"""Who may do what: an example of every model in two companies, and the page docs/access-rights.md."""

from odoo import fields

OPERATIONS = {"read": "r", "write": "w", "create": "c", "unlink": "d"}
GROUPS = {
    "Amazon Manager": "hemi_amazon_sp.hemi_amazon_sp_group_manager",
    "Amazon User": "hemi_amazon_sp.hemi_amazon_sp_group_user",
    "Salesperson": "sales_team.group_sale_salesman",
    "Employee": "base.group_user",
    "Portal": "base.group_portal",
}
PAGE = """# Access rights

This page is written by a test, which fails when it is out of date
(`hemi_amazon_sp/tests/test_access_matrix.py`; `WRITE_ACCESS_RIGHTS=1` writes it anew).

Each cell says what a user of the group may do with a record of the own company, and after the slash with one
of another company: **r**ead, **w**rite, **c**reate, **d**elete; `-` is nothing. Wizards are seen only by who
opened them. Nobody, whatever the group, reads a stored secret: those fields have no group at all.

| Model | {groups} |
| --- | {lines} |
{rows}
"""


def amazon_models(env, transient=False):
    """Give the names of the addon's models that have a table."""
    return [
        name
        for name, model in sorted(env.registry.items())
        if name.startswith("hemi.amazon.") and not model._abstract and model._transient == transient
    ]


def secret_columns(env):
    """Give the model and the field of every column that nobody may read."""
    for model in amazon_models(env):
        for name, field in sorted(env[model]._fields.items()):
            if field.store and field.column_type and field.groups == fields.NO_ACCESS:
                yield model, name


class Examples:
    """One record of each model, for a seller; made when first asked for, with nothing but what is required.

    :param account: the seller
    """

    VALUES = {
        "hemi.amazon.quota": {"operation": "getFeed"},
        "hemi.amazon.chore.turn": {"owner_model": "hemi.amazon.account"},
    }

    def __init__(self, env, account):
        self.env = env(su=True)
        self._company = account.company_id
        self._known = {
            "hemi.amazon.account": account.sudo(),
            "hemi.amazon.integration": account.sudo().integration_id,
            "hemi.amazon.integration.credentials": account.sudo().integration_id.credentials_ids,
        }

    def of(self, model):
        """Give the example of a model."""
        if model == "hemi.amazon.problem":
            return self._problem()
        if model not in self._known:
            self._known[model] = self.env[model].create(self._values(model))
        return self._known[model]

    def _problem(self):
        """Problems are a view of others: one is what a failed return makes."""
        self.of("hemi.amazon.return").state = "failed"
        account = self.of("hemi.amazon.account")
        return self.env["hemi.amazon.problem"].search(
            [("account_id", "=", account.id), ("kind", "=", "return")], limit=1
        )

    def _values(self, model):
        values = dict(self.VALUES.get(model, {}))
        for name, field in self.env[model]._fields.items():
            is_needed = field.required or name == "account_id"
            if is_needed and field.store and not field.related and name not in values:
                values[name] = self._value(model, name, field)
        return {name: value for name, value in values.items() if value is not None}

    def _value(self, model, name, field):
        if field.default and field.type != "many2one":
            return None
        if field.type == "many2one":
            return self._record(field.comodel_name).id
        if field.type == "selection":
            return field.get_values(self.env)[0]
        plain = {"char": f"example {self._company.id}", "text": "example", "integer": self._company.id}
        plain |= {"float": 1.0, "datetime": fields.Datetime.now()}
        plain |= {"many2one_reference": self.of("hemi.amazon.account").id}
        return plain.get(field.type)

    def _record(self, model):
        if model.startswith("hemi.amazon.") and model != "hemi.amazon.marketplace":
            return self.of(model)
        return self._company if model == "res.company" else self.env[model].search([], limit=1)


def rights(record, user):
    """Give the letters of what a user may do with a record, or - for nothing."""
    mine = record.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)
    return "".join(letter for name, letter in OPERATIONS.items() if mine.has_access(name)) or "-"


def matrix(env, users, own, other):
    """Give the rights: model -> group -> (own company, other company).

    :param dict users: group -> user
    :param Examples own, other: of the two companies
    """
    table = {}
    for model in amazon_models(env):
        table[model] = {
            group: (rights(own.of(model), user), rights(other.of(model), user))
            for group, user in users.items()
        }
    for model in amazon_models(env, transient=True):
        table[model] = {group: (rights(env[model], user), "") for group, user in users.items()}
    return table


def page(table):
    """Write the page."""
    rows = []
    for model, cells in table.items():
        texts = [f"{own} / {other}" if other else own for own, other in cells.values()]
        rows.append(f"| {model} | " + " | ".join(texts) + " |")
    return PAGE.format(
        groups=" | ".join(GROUPS), lines=" | ".join(["---"] * len(GROUPS)), rows="\n".join(rows)
    )
