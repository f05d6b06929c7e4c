"""How well names are told apart: made-up people and the UN list, by class and culture, beside matchers from PyPI.

Peers are compared where they are installed (`pip install --group peers`). The UN list is read from outside the
project and skipped where it is missing; weights are tuned on one half of its persons (`--tuning`), reported on the
other.
"""
