"""How Amazon refuses: one exception, its JSON body, and the sentences that come again and again."""


class Refusal(Exception):
    """An operation ends with an error of Amazon's.

    :param int status: HTTP status
    :param str code: e.g. ``InvalidInput``
    """

    def __init__(self, status, code, message, details=""):
        super().__init__(message, details)
        self.status, self.code, self.message, self.details = status, code, message, details

    @property
    def body(self):
        """Amazon's ``ErrorList``."""
        return {"errors": [{"code": self.code, "message": self.message, "details": self.details}]}


def invalid(message, details=""):
    """A parameter or body that Amazon does not take."""
    return Refusal(400, "InvalidInput", message, details)


def not_found(message):
    """An id that does not exist, or belongs to somebody else."""
    return Refusal(404, "NotFound", message)


def unauthorized(details=""):
    """A token, role or resource that the caller may not use."""
    return Refusal(403, "Unauthorized", "Access to requested resource is denied.", details)


def quota_exceeded():
    """Too many requests: "Usage plans and rate limits"."""
    return Refusal(429, "QuotaExceeded", "You exceeded your quota for the requested resource.")
