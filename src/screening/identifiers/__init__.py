"""Identifiers in the one form that records hold: document numbers, document types and State codes."""

from screening.identifiers import document_numbers, document_types, states

__all__ = ["document_numbers", "document_types", "states"]
