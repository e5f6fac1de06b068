from odoo import api, models


class HemiAmazonImportMixin(models.AbstractModel):
    """Models whose rows are imported from the files of Seller Central or of another connector.

    Such a file knows no identifiers of Odoo. What is there already is found by Amazon's own, and updated
    instead of refused.

    * ``_import_key``: the fields that tell records apart
    * ``_import_template``: the file below ``static/import``
    """

    _name = "hemi.amazon.import.mixin"
    _description = "Amazon Import"

    _import_key = ()
    _import_template = None

    @api.model
    def get_import_templates(self):
        path = f"/hemi_amazon_sp/static/import/{self._import_template}"
        return [{"label": self.env._("Template for %s", self._description), "template": path}]

    @api.model
    def load(self, fields, data):
        """Find the records that the rows are about, unless the file tells their identifiers."""
        if not {".id", "id"} & set(fields) and set(self._import_key) <= set(fields):
            places = [fields.index(name) for name in self._import_key]
            ids = self._ids_of_rows([tuple(row[place] for place in places) for row in data])
            fields, data = [".id", *fields], [[number, *row] for number, row in zip(ids, data, strict=True)]
        return super().load(fields, data)

    @api.model
    def _ids_of_rows(self, keys):
        """Find the records of a file's rows.

        :param list keys: values of ``_import_key`` as the file has them, one tuple a row
        :return: ids as text, empty where there is no record yet
        :rtype: list[str]
        """
        raise NotImplementedError
