#!/usr/bin/env python3
"""Opening time and peak memory of model folders, as rows of a Markdown table; Linux.

Runs `./deed info` (opens, packs, prints) and `./deed generate` (16 tokens) as a user would and asks the kernel for the time that
passed, the processor time, and the peak resident memory of the process. The first run of each only brings the files into the
page cache. Memory is held against the weights as fp32.

    lab/scripts/measure_opening.py [--repeats 5] [--precision int8] FOLDER...

`--precision` is that of `generate`; `info` opens with fp32 weights, or int8 where the folder stores them so.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import tempfile
import time

DEED = pathlib.Path(__file__).resolve().parents[2] / "deed"


def run(*arguments):
    begin = time.monotonic()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen([DEED, *arguments], stdout=out, stderr=err)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if process.returncode:
            raise SystemExit(err.read().decode())
        return time.monotonic() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, out.read().decode()


def measure(folder, repeats, precision):
    info = json.loads(run("info", folder, "--json")[3])
    weights = 4 * info["parameters"]
    opened = [run("info", folder) for _ in range(repeats)]
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as line:
        line.write('{"input_ids": [5, 6, 7, 8, 9, 10, 11, 12], "generation": {"max_new_tokens": 16}}\n')
        line.flush()
        generate = ["generate", folder, "--input", line.name, "--precision", precision]
        generated = [run(*generate) for _ in range(repeats)]
    stored = sum(file.stat().st_size for file in folder.glob("*.safetensors"))
    seconds = [one[0] for one in opened]
    whole = [one[0] for one in generated]
    peak = max(one[2] for one in opened), max(one[2] for one in generated)
    print(
        f"| {folder.name} | {stored / 1e6:.0f} | {weights / 1e6:.0f} | {min(seconds):.2f} / {statistics.median(seconds):.2f} "
        f"| {statistics.median(one[1] for one in opened):.2f} | {min(whole):.2f} / {statistics.median(whole):.2f} "
        f"| {peak[0] / 1e6:.0f} | {peak[1] / 1e6:.0f} "
        f"| {peak[0] / weights:.3f} / {peak[1] / weights:.3f} |"
    )


parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--repeats", type=int, default=5)
parser.add_argument("--precision", default="fp32")
parser.add_argument("folders", type=pathlib.Path, nargs="+")
options = parser.parse_args()
print(f"Load of the machine before: {os.getloadavg()[0]:.1f}; {os.cpu_count()} processors.\n")
print("| folder | stored MB | fp32 MB | `info` s (least / median) | its processor s | `generate` s | peak MB | peak MB of `generate` | peak : fp32 |")
print("|---|---|---|---|---|---|---|---|---|")
for folder in options.folders:
    measure(folder, options.repeats, options.precision)
print(f"\nLoad after: {os.getloadavg()[0]:.1f}.")
