"""What a button answers to the browser."""


def reload():
    """Read the screen anew.

    :return: a client action
    :rtype: dict
    """
    return {"type": "ir.actions.client", "tag": "soft_reload"}


def notify(message, kind="success"):
    """Show a notification and read the screen anew.

    :param str message: translated
    :param str kind: ``success``, ``info``, ``warning`` or ``danger``
    :return: a client action
    :rtype: dict
    """
    params = {"message": message, "type": kind, "next": reload()}
    return {"type": "ir.actions.client", "tag": "display_notification", "params": params}
