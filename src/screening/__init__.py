"""Border screening: travellers, documents and objects against the records of national bureaus."""

__version__ = "0.1.0"
