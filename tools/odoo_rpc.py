"""A user of Odoo's web client, for scripts: logs in and calls methods as the browser does."""

import requests

TIMEOUT = 120


class OdooError(Exception):
    """Odoo answered with an error; the text is what the user would see."""


class OdooUser:
    """One logged-in user.

    :param str url: of Odoo, without a slash at the end
    :param str database: its name
    """

    def __init__(self, url, database, login="admin", password="admin"):
        self._url = url
        self._session = requests.Session()
        self._call("/web/session/authenticate", {"db": database, "login": login, "password": password})

    def call(self, model, method, *args, **kwargs):
        """Call a method of a model.

        :return: what it returns, as JSON carries it
        :raise OdooError: with Odoo's message
        """
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self._call(f"/web/dataset/call_kw/{model}/{method}", params)

    def read(self, model, domain, fields, **kwargs):
        """Search and read records.

        :rtype: list[dict]
        """
        return self.call(model, "search_read", domain, fields, **kwargs)

    def ref(self, xmlid):
        """Return the id of the record with an external identifier.

        :param str xmlid: module.name
        """
        module, name = xmlid.split(".")
        [row] = self.read("ir.model.data", [("module", "=", module), ("name", "=", name)], ["res_id"])
        return row["res_id"]

    def _call(self, path, params):
        answer = self._session.post(
            self._url + path, json={"jsonrpc": "2.0", "method": "call", "params": params}, timeout=TIMEOUT
        ).json()
        if "error" in answer:
            data = answer["error"].get("data") or {}
            raise OdooError(data.get("message") or answer["error"]["message"])
        return answer.get("result")
