"""Identifiers in the one form that records hold, and what each may have been before it was misread."""

from screening.identifiers import document_numbers, document_types, states

__all__ = ["document_numbers", "document_types", "states"]
