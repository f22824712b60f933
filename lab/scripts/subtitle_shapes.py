#!/usr/bin/env python3
"""Counts what makes subtitles hard to read: subtitle_shapes.py FOLDER... with SRT files."""
import glob, re, sys

CUE = re.compile(r"(\d+):(\d\d):(\d\d)[,.](\d{3}) --> (\d+):(\d\d):(\d\d)[,.](\d{3})\n(.*)", re.S)


def cues(path):
    for block in open(path, encoding="utf-8").read().strip().split("\n\n"):
        found = CUE.search(block)
        if found:
            h, m, s, ms, h2, m2, s2, ms2 = map(int, found.groups()[:8])
            yield h * 3600 + m * 60 + s + ms / 1000, h2 * 3600 + m2 * 60 + s2 + ms2 / 1000, found[9].split("\n")


for folder in sys.argv[1:]:
    count = dict.fromkeys("cues wide lines short long fast overlap sentence clause word".split(), 0)
    for path in sorted(glob.glob(folder + "/*.srt")):
        all = list(cues(path))
        for i, (start, end, lines) in enumerate(all):
            last = lines[-1].strip()[-1:]
            count["cues"] += 1
            count["wide"] += any(len(line) > 42 for line in lines)
            count["lines"] += len(lines) > 2
            count["short"] += end - start < 0.999
            count["long"] += end - start > 7.001
            count["fast"] += sum(map(len, lines)) > 20 * (end - start) + 0.5
            count["overlap"] += i + 1 < len(all) and all[i + 1][0] < end - 1e-3
            count["sentence" if last in ".!?" else "clause" if last in ",;:-" else "word"] += 1
    print(folder, count)
