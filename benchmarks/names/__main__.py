"""`python -m benchmarks names`."""

import argparse

import benchmarks.names as package
from benchmarks.names import calibration, compare, crossing


def main() -> None:
    parser = argparse.ArgumentParser(description=package.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=2_000, help="made-up people whose names are compared")
    parser.add_argument("--tuning", action="store_true", help="the half that weights are tuned on")
    parser.add_argument("--listed", type=int, default=crossing.NOTICES, help="made-up nominals on the list, or 0")
    parser.add_argument("--travellers", type=int, default=5_000, help="listed travellers sent; innocents are more")
    parser.add_argument("--write", action="store_true", help="keep what each profile comes to, for GET /v1/policy")
    arguments = parser.parse_args()
    if arguments.people:
        compare.run(arguments.people, tuning=arguments.tuning)
    if arguments.listed:
        measured = crossing.run(arguments.listed, arguments.travellers)
        calibration_error = calibration.run(arguments.listed, arguments.travellers // 2)
        if arguments.write:
            crossing.write(measured, arguments.listed, calibration_error)


if __name__ == "__main__":
    main()
