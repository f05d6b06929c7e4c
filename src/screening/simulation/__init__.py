"""Plays a joint operation through the API of a running service: made-up people, real posts, published outcomes."""
