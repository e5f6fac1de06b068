"""The table at the end of the demo."""

from dataclasses import dataclass

from tools.console import say

LABELS = {
    "stock": "Update Stock",
    "price": "Update Price",
    "ship": "Ship Orders",
    "cancel": "Cancel Orders",
    "refund": "Refund Orders",
    "invoice": "Upload Invoices",
}


@dataclass
class Result:
    """How one flow of one account ended: counts of what Amazon accepted, rejected, and what still waits."""

    account: str
    flow: str
    accepted: int
    rejected: int
    waiting: int
    applies: bool

    @property
    def word(self):
        if not self.applies:
            return "not applicable"
        return "accepted" if self.accepted and not (self.rejected or self.waiting) else "NOT ACCEPTED"


def print_table(results):
    """Print the results.

    :param list results: of Result
    :return int: 0 when every flow that applies was accepted, else 1
    """
    width = max(len(result.account) for result in results)
    say(f"\n{'Account':{width}}  {'Flow':15}  {'Result':14}  Accepted  Rejected  Waiting")
    for row in results:
        say(
            f"{row.account:{width}}  {LABELS[row.flow]:15}  {row.word:14}  {row.accepted:8}  "
            f"{row.rejected:8}  {row.waiting:7}"
        )
    return int(any(result.word == "NOT ACCEPTED" for result in results))
