"""Notices and diffusions: who is looked for, why, and what an officer does about it."""
