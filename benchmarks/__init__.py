"""Benchmarks: each prints figures that anybody can reproduce. `python -m benchmarks NAME`."""
