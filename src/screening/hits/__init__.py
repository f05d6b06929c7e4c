"""What happens after a match: each hit is kept, with who must act on it."""
