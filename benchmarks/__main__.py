"""`python -m benchmarks [NAME ...]`: runs the named benchmarks, or says which there are."""

import runpy
import sys

NAMES = {
    "mrz": "parses of each MRZ format, and misreads rescued",
    "identifiers": "misreads of VIN, IMO and document numbers rescued, and a whole crossing beside a document alone",
    "un_names": "names of the UN list found, alarms among generated innocents (needs the published file)",
    "un_list": "the UN list imported and screened through the API (needs the published file)",
    "imports": "rows imported a second",
    "screenings": "latency of a screening at 10,000 notices and 100,000 documents",
}


def main() -> None:
    wanted = sys.argv[1:]
    if not wanted or not set(wanted) <= set(NAMES):
        print("python -m benchmarks NAME ...\n")
        print("\n".join(f"  {name:<12} {what}" for name, what in NAMES.items()))
        sys.exit(0 if not wanted else 2)
    for name in wanted:
        print(f"\n## {name}\n")
        sys.argv = [f"benchmarks.{name}"]
        runpy.run_module(f"benchmarks.{name}", run_name="__main__")


if __name__ == "__main__":
    main()
