#!/usr/bin/env python3
"""A line of speeds for this commit, behind those of earlier ones, and what lost 5 %: `tools/nightly speed` runs it.

Four shapes with random weights (lab/speed/peers/make_model.py), fp32 and w8a8, one thread: FOLDER/speed.jsonl grows by a
line. The release before (the last tag, checked out and built in FOLDER/before), or the checkout that DEED_BEFORE names,
takes turns with this one on this machine, so that its noise is that of both. Without either, the last line of this
processor and another commit is what counts.

    lab/scripts/speed_series.py FOLDER [--turns 3] [--shapes t5-small,bart-base]
"""

import argparse
import datetime
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHAPES = "t5-small,t5-base,bart-base,trocr-small"
TIMES = ("first_token_ms", "decode_ms_per_token")
LOST = 1.05


def models(folder, shapes):
    made = []
    for shape in shapes:
        model = folder / "models" / shape
        if not (model / "config.json").exists():
            model.parent.mkdir(parents=True, exist_ok=True)
            subprocess.run([ROOT / "lab/speed/peers/make_model.py", shape, model], check=True)
        made.append(model)
    return made


def bench(command, made):
    """{"SHAPE PRECISION TIME": milliseconds} of one run."""
    out = subprocess.run(
        [*command, "bench", *made, "--precision", "fp32,w8a8", "--threads", "1", "--no-parts", "--rounds", "1",
         "--warm-up", "8", "--quiet", "--json"],
        check=True, capture_output=True, text=True).stdout
    names = [model.name for model in made]
    times = {}
    for row in json.loads(out)["rows"]:
        shape = next(name for name in names if name in str(row["model"]).split("/"))
        for time in TIMES:
            times[f"{shape} {row['precision']} {time}"] = row[time]
    return times


def earlier(folder):
    """The checkout to take turns with, or None."""
    if os.environ.get("DEED_BEFORE"):
        return pathlib.Path(os.environ["DEED_BEFORE"]).resolve()
    tag = subprocess.run(["git", "-C", ROOT, "describe", "--tags", "--abbrev=0"], capture_output=True, text=True)
    if tag.returncode != 0:
        return None
    place = folder / "before" / tag.stdout.strip()
    if not (place / "deed").exists():
        subprocess.run(["git", "clone", "-q", "--branch", tag.stdout.strip(), ROOT, place], check=True)
    return place


def processor():
    found = re.search(r"model name\s*:\s*(.*)", pathlib.Path("/proc/cpuinfo").read_text())
    return found.group(1) if found else "unknown"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--shapes", default=SHAPES)
    given = parser.parse_args()
    folder = given.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    made = models(folder, given.shapes.split(","))
    now, before = [str(ROOT / "deed")], earlier(folder)
    turns, old = [], []
    for _ in range(given.turns):
        turns.append(bench(now, made))
        if before:
            old.append(bench([str(before / "deed")], made))
    commit = subprocess.run(["git", "-C", ROOT, "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout
    line = {"commit": commit.strip(), "date": datetime.date.today().isoformat(), "processor": processor(),
            "times": {name: round(statistics.median(turn[name] for turn in turns), 4) for name in turns[0]}}
    series = folder / "speed.jsonl"
    lines = [json.loads(text) for text in series.read_text().splitlines()] if series.exists() else []
    past = [one for one in lines if one["processor"] == line["processor"] and one["commit"] != line["commit"]]
    if before:
        against = str(before)
        ratios = {name: statistics.median(a[name] / b[name] for a, b in zip(turns, old) if name in b)
                  for name in turns[0] if name in old[0]}
    elif past:
        against = past[-1]["commit"]
        ratios = {name: time / past[-1]["times"][name] for name, time in line["times"].items()
                  if name in past[-1]["times"]}
    else:
        against, ratios = None, {}
    if ratios:
        line["against"], line["ratios"] = against, {name: round(ratio, 4) for name, ratio in ratios.items()}
    with series.open("a") as file:
        file.write(json.dumps(line) + "\n")
    lost = {name: ratio for name, ratio in ratios.items() if ratio > LOST}
    for name, ratio in lost.items():
        print(f"lost: {name} takes {ratio:.3f} times as long as {against}")
    print(f"{len(line['times'])} times of {line['commit']} appended to {series}; "
          + (f"{len(lost)} of {len(ratios)} lost 5 % against {against}" if ratios else "nothing to compare with"))
    sys.exit(1 if lost else 0)


if __name__ == "__main__":
    main()
