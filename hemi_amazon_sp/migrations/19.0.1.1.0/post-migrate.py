from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """The mail to sellers takes its link from elsewhere now; Odoo leaves templates alone, so it is reset."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    template = env.ref("hemi_amazon_sp.mail_template_authorise", raise_if_not_found=False)
    if template and "amazon_links" not in template.body_html:
        template.reset_template()
