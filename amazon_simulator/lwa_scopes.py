"""Scopes of grantless tokens ("Grantless operations")."""

NOTIFICATIONS = "sellingpartnerapi::notifications"
ROTATION = "sellingpartnerapi::client_credential:rotation"
SCOPES = frozenset({NOTIFICATIONS, ROTATION})
