"""Travel documents that their issuing States report stolen, lost, stolen blank, revoked or invalid (SLTD)."""
