"""What becomes of screenings when the primary of three PostgreSQL servers dies."""
