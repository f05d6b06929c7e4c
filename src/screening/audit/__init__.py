"""The audit trail: what was asked, answered, refused and changed, each with a signed receipt."""
