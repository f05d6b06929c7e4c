"""What every test may ask for."""

from hypothesis import settings

pytest_plugins = ["tests.databases", "tests.processes", "tests.services"]

# Tests never judge by time: on a busy machine an example takes as long as it takes.
settings.register_profile("screening", deadline=None)
settings.register_profile("again", deadline=None, max_examples=10)
settings.load_profile("screening")
