"""One act of screening: what was submitted, what it was checked against, and what came out."""
