from . import controllers, models, wizards


def uninstall_hook(env):
    """Leave Odoo's tables as they were, before the table goes that their triggers write to."""
    models.change_triggers.end(env.cr)
