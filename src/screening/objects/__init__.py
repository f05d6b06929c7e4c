"""Vehicles, vessels and firearms that their owners' bureaus look for."""
