"""The composition root: settings, addresses, server entry points and the admin site."""
