"""Vehicles, vessels, firearms, containers and aircraft that their owners' bureaus look for."""
