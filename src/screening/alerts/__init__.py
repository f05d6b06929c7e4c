"""Telling bureaus and command posts what happened: alerts, delivered by webhooks and by a live stream."""
