"""Passenger and crew lists that arrive before the plane or ferry does: read, screened person by person, answered."""
