"""`python -m benchmarks [NAME ...] [SIZE ...] [FOLDER/]`: runs the named benchmarks, or says which there are."""

import runpy
import sys

NAMES = {
    "mrz": "parses of each MRZ format, and misreads rescued",
    "identifiers": "misreads of VIN, IMO and document numbers rescued, and a whole crossing beside a document alone",
    "names": "names told apart, by class and culture, beside peers; travellers on a list; calibration",
    "names_scale": "the name index at 10,000, 100,000 or 1,000,000 nominals: build, bytes, searches, recall, memory",
    "un_list": "the UN list imported and screened through the API (needs the published file)",
    "alerts": "delay of webhooks and of the live stream, and what a hit's alert costs its screening",
    "imports": "rows imported a second",
    "documents": "millions of documents (1,000,000 by default): loading, bytes a record, look-ups, searches meanwhile",
    "audit": "appends, integration lag, verification and proofs of the log",
    "audit_search": "first page of each filter in a log of 10,000,000 entries, statistics, erasing (25 GB of disk)",
    "report": "the report of an operation of 8,000,000 searches: catching up, reading, rebuilding (12 GB of disk)",
    "access": "cost of the access check of one search",
    "discreet": "whether the time of an answer tells a discreet hit from a no-hit",
    "screenings": "latency of a screening at 10,000 notices and 100,000 documents",
    "failover": "what clients see when the primary of three PostgreSQL servers dies (needs Debian's etcd and patroni)",
    "manifests": "passenger lists read and screened, and live screenings beside them",
}


def main() -> None:
    wanted = sys.argv[1:]
    sizes = [each for each in wanted if each.isdigit() or "/" in each]
    wanted = [each for each in wanted if each not in sizes]
    if not wanted or not set(wanted) <= set(NAMES):
        print("python -m benchmarks NAME ... [SIZE ...]\n")
        print("\n".join(f"  {name:<12} {what}" for name, what in NAMES.items()))
        sys.exit(0 if not wanted else 2)
    for name in wanted:
        print(f"\n## {name}\n")
        sys.argv = [f"benchmarks.{name}", *sizes]
        runpy.run_module(f"benchmarks.{name}", run_name="__main__")


if __name__ == "__main__":
    main()
