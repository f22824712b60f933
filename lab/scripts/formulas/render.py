#!/usr/bin/env python3
"""Sets the formulas of a data set by other renderers: LaTeX with dvipng, pdftocairo or pdftoppm, matplotlib's mathtext,
KaTeX and MathJax in Chromium.

    render.py SOURCE OUT [--limit N] [--em 11,26] [--seed 1]     a data set whose formulas are set anew
    render.py everyday.jsonl OUT --each --em 14,16,18,20,24     every formula by every renderer in every size

SOURCE is a folder that `deed convert formulas` wrote. What a renderer cannot set, or what would be too small within
448 x 64 pixels, is left out. Programs: texlive-latex-recommended, texlive-fonts-recommended, dvipng, poppler-utils,
chromium, node; `npm install katex@0.19 mathjax-full@3 playwright-core` in a folder that DEED_WEB names;
requirements.txt.
"""

import argparse
import itertools
import json
import multiprocessing
import pathlib
import sys
import traceback

import numpy

import looks
from renderers import MATHTEXT_FONTS, Browser, Latex, Mathtext

HEIGHT, WIDTH = 64, 448
LEAST_EM = 8.5
SHARD = 300

# Weights for what papers have, sizes as a PDF shows them, and for what screens show.
RENDERERS = {
    "shrunk": (Latex("pdftoppm", 2), 0.16),
    "dvipng": (Latex("dvipng"), 0.14),
    "cairo": (Latex("pdftocairo"), 0.1),
    "splash": (Latex("pdftoppm"), 0.06),
    "mathtext": (Mathtext(), 0.26),
    "katex": (Browser("katex"), 0.14),
    "mathjax": (Browser("mathjax"), 0.14),
}
EACH = {
    "dvipng": Latex("dvipng"),
    "pdftocairo": Latex("pdftocairo"),
    **{f"mathtext-{font}": Mathtext(font) for font, _ in MATHTEXT_FONTS},
    "katex": Browser("katex", plain=True),
    "mathjax": Browser("mathjax", plain=True),
}


def sizes(random, least, most, kind):
    """An em of many formulas in a row, as one program run sets them."""
    if kind == "shrunk":
        return random.uniform(12.5, 15)
    middle = min(most, 17.0)
    return random.uniform(least, middle) if random.random() < 0.65 else random.uniform(middle, most)


def readable(ink, em):
    height, width = ink.shape
    share = min(1.0, (HEIGHT - 1) / height, (WIDTH - 1) / width)
    return share * em >= LEAST_EM


def shard(work):
    kind, numbers, targets, seed, folder, part, (least, most) = work
    random = numpy.random.default_rng(seed)
    renderer = RENDERERS[kind][0]
    formulas, em = [], 0
    for at, target in enumerate(targets):
        if at % 10 == 0:
            em = round(sizes(random, least, most, kind), 2)
        # In the style of lines of text, fractions are too small to be read at less.
        formulas.append((target, em, bool(em < 14 or random.random() < 0.75)))
    lines = []
    try:
        for number, (target, em, _), ink in zip(numbers, formulas, renderer(formulas, random)):
            ink = looks.trimmed(ink) if ink is not None else None
            if ink is None or not readable(ink, em):
                continue
            file = f"{part}/{number // 1000:02d}/{number:06d}.png"
            looks.drawn(ink, em, random).save(folder / file)
            lines.append((number, {"id": f"{part}-{kind}-{number}", "image": file, "target": target}))
    except Exception:
        print(kind, seed, traceback.format_exc(), file=sys.stderr, flush=True)
    return lines


def render_set(source, out, parts, limit, em, seed, processes):
    for number_of_part, part in enumerate(parts):
        with (source / f"{part}.jsonl").open() as lines:
            targets = [json.loads(line)["target"] for line in itertools.islice(lines, limit)]
        random = numpy.random.default_rng([seed, number_of_part])
        names = list(RENDERERS)
        weights = numpy.array([RENDERERS[name][1] for name in names])
        kinds = random.choice(len(names), len(targets), p=weights / weights.sum())
        for at in range(0, len(targets), 1000):
            (out / part / f"{at // 1000:02d}").mkdir(parents=True)
        work = []
        for kind, name in enumerate(names):
            mine = numpy.flatnonzero(kinds == kind).tolist()
            for at in range(0, len(mine), SHARD):
                numbers = mine[at : at + SHARD]
                seeds = [seed, number_of_part, kind, at]
                work.append((name, numbers, [targets[n] for n in numbers], seeds, out, part, em))
        random.shuffle(work)
        made = []
        with multiprocessing.Pool(processes) as pool:
            for done, lines in enumerate(pool.imap_unordered(shard, work), 1):
                made += lines
                print(f"{part}: {done} of {len(work)}, {len(made)} pictures", file=sys.stderr, flush=True)
        write(out / f"{part}.jsonl", [line for _, line in sorted(made, key=lambda pair: pair[0])])


def render_each(source, out, ems):
    with source.open() as lines:
        targets = [json.loads(line)["target"] for line in lines]
    (out / "test").mkdir(parents=True)
    lines = []
    for name, renderer in EACH.items():
        for em in ems:
            random = numpy.random.default_rng(1)
            inks = renderer([(target, em, True) for target in targets], random)
            for number, (target, ink) in enumerate(zip(targets, inks)):
                ink = looks.trimmed(ink) if ink is not None else None
                if ink is None:
                    continue
                file = f"test/{name}-{em:g}-{number:02d}.png"
                looks.plain(ink, em).save(out / file)
                lines.append({"id": file[5:-4], "image": file, "target": target})
        print(name, len(lines), file=sys.stderr, flush=True)
    write(out / "test.jsonl", lines)


def write(file, lines):
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("source", type=pathlib.Path)
    options.add_argument("out", type=pathlib.Path)
    options.add_argument("--parts", default="train,val")
    options.add_argument("--em", default="11,26", help="least and most pixels of an em; with --each, every size")
    options.add_argument("--limit", type=int, help="read at most so many formulas of each part")
    options.add_argument("--each", action="store_true")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--processes", type=int, default=2)
    given = options.parse_args()
    ems = [float(em) for em in given.em.split(",")]
    given.out.mkdir(parents=True, exist_ok=True)
    if given.each:
        render_each(given.source, given.out, ems)
    else:
        render_set(given.source, given.out, given.parts.split(","), given.limit, ems, given.seed, given.processes)


if __name__ == "__main__":
    main()
