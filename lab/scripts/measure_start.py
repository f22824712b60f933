#!/usr/bin/env python3
"""How long short commands take from the command to their end, by turns for several launchers, as rows of a Markdown table.

    lab/scripts/measure_start.py [--repeats 7] LAUNCHER...      # ./deed target/dist/deed-0.2.0-linux-x64/bin/deed

Wall-clock and processor time (user and system, of all threads) of each command, least and median; peak resident memory.
The first run of each only brings the files into the page cache.
"""

import argparse
import os
import pathlib
import statistics
import subprocess
import time

MODEL = pathlib.Path(__file__).resolve().parents[2] / "models" / "screenshot-markup"
COMMANDS = {
    "--version": ["--version"],
    "info": ["info", MODEL],
    "generate, 2 tokens": ["generate", MODEL, "--image", MODEL / "samples" / "one-row.png", "--max-new-tokens", "2"],
}


def run(launcher, arguments):
    begin = time.monotonic()
    process = subprocess.Popen([launcher, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{launcher} {arguments}: exit code {process.returncode}")
    return time.monotonic() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1e3


def spread(values):
    return f"{min(values):.2f} / {statistics.median(values):.2f}"


parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--repeats", type=int, default=7)
parser.add_argument("launchers", type=pathlib.Path, nargs="+")
options = parser.parse_args()
print(f"Load of the machine before: {os.getloadavg()[0]:.1f}; {os.cpu_count()} processors.\n")
print("| command | launcher | seconds, least / median | processor seconds, least / median | peak MB |")
print("|---|---|---|---|---|")
for name, arguments in COMMANDS.items():
    runs = {launcher: [] for launcher in options.launchers}
    for turn in range(options.repeats + 1):
        for launcher in options.launchers:
            took = run(launcher.resolve(), arguments)
            if turn:
                runs[launcher].append(took)
    for launcher, taken in runs.items():
        wall, processor, peak = zip(*taken)
        print(f"| {name} | {launcher} | {spread(wall)} | {spread(processor)} | {max(peak):.0f} |")
print(f"\nLoad after: {os.getloadavg()[0]:.1f}.")
