"""Builds the ASGI application: the only place that knows every room."""
