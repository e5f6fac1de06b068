"""A dark look of the back office, to see whether our screens follow one.

Odoo Community has the bundle and the rules for dark screens, but neither a palette nor a switch: these come
with Odoo Enterprise. The palette here is ours, and stands in for it in the pictures.
"""

import base64

PALETTE = """
$o-webclient-color-scheme: dark;
$o-white: #14181f; $o-black: #ffffff;
$o-gray-100: #1b212b; $o-gray-200: #262d3a; $o-gray-300: #343c4b; $o-gray-400: #465063; $o-gray-500: #6b768c;
$o-gray-600: #9aa5b8; $o-gray-700: #bcc5d4; $o-gray-800: #d9dfe9; $o-gray-900: #eef1f6;
$o-view-background-color: #202632;
$o-main-link-color: #b5a8e0;
$o-component-active-bg: #3a3558;
$o-form-lightsecondary: #465063;
"""
URL, BEFORE = "/hemi_pictures/dark.scss", "web/static/src/scss/primary_variables.scss"
BUNDLE = "/web/assets/any/web.assets_web_dark.min.css"
TAKES = 120_000  # milliseconds to compile, the first time


def prepare(user):
    """Give Odoo's dark bundle its palette.

    :param OdooUser user: an administrator
    """
    content = base64.b64encode(PALETTE.encode()).decode()
    file = {"name": "dark.scss", "url": URL, "type": "binary", "mimetype": "text/scss", "datas": content}
    user.call("ir.attachment", "create", file | {"public": True})
    asset = {"name": "Dark palette", "bundle": "web.assets_web_dark", "path": URL}
    user.call("ir.asset", "create", asset | {"directive": "before", "target": BEFORE})


def darken(context, url):
    """Let a browser ask for the dark bundle instead of the light one.

    :param context: of the browser, in which no page was opened yet
    :param str url: of Odoo
    """
    context.add_cookies([{"name": "color_scheme", "value": "dark", "url": url}])
    context.route(
        "**/web.assets_web.min.css",
        lambda route: route.fulfill(response=route.fetch(url=url + BUNDLE, timeout=TAKES)),
    )
