"""Load from wrk (`apt-get install wrk`), which takes little CPU from what it measures: requests are made beforehand."""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SCRIPT = """
local requests, at = {}, 0
function init(args)
  local headers = {["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. args[2]}
  for line in io.lines(args[1]) do
    requests[#requests + 1] = wrk.format("POST", "/v1/screenings", headers, line)
  end
end
function request()
  at = at % #requests + 1
  return requests[at]
end
function done(summary, latency)
  local failed = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  local form = '\\n{"requests": %d, "micros": %d, "refused": %d, "failed": %d, "p50": %f, "p99": %f, "p999": %f}\\n'
  io.write(string.format(form, summary.requests, summary.duration, summary.errors.status, failed,
    latency:percentile(50), latency:percentile(99), latency:percentile(99.9)))
end
"""


@dataclass(frozen=True, slots=True)
class Load:
    """What wrk saw; times in ms."""

    requests: int
    a_second: float
    refused: int
    failed: int
    p50: float
    p99: float
    p999: float


def is_there() -> bool:
    """Tell whether wrk is installed."""
    return shutil.which("wrk") is not None


def drive(port: int, key: str, submissions: Sequence[dict[str, Any]], *, at_once: int, seconds: int) -> Load:
    """Send submissions over so many connections, again and again, for some seconds."""
    with tempfile.TemporaryDirectory() as folder:
        script, bodies = Path(folder, "screenings.lua"), Path(folder, "bodies")
        script.write_text(SCRIPT)
        bodies.write_text("\n".join(map(json.dumps, submissions)) + "\n")
        command = ["wrk", "-t1", f"-c{at_once}", f"-d{seconds}s", "--timeout", "30s", "-s", str(script)]
        command += [f"http://127.0.0.1:{port}", "--", str(bodies), key]
        run = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    seen = json.loads(run.stdout.strip().splitlines()[-1])
    times = {name: seen[name] / 1000 for name in ("p50", "p99", "p999")}
    a_second = seen["requests"] / seen["micros"] * 1e6
    return Load(seen["requests"], a_second, seen["refused"], seen["failed"], **times)
