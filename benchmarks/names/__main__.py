"""`python -m benchmarks names`."""

import argparse

import benchmarks.names as package
from benchmarks.names import compare


def main() -> None:
    parser = argparse.ArgumentParser(description=package.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=2_000, help="made-up people whose names are compared")
    parser.add_argument("--tuning", action="store_true", help="the half that weights are tuned on")
    arguments = parser.parse_args()
    compare.run(arguments.people, tuning=arguments.tuning)


if __name__ == "__main__":
    main()
